//! The settings of the process: one entry each. What belongs to a tenant is in the store and changed over the API.
//!
//! The reference page and the sample file are printed from here.

use super::table::settings;
use super::value::{
    BodiesUrl, CertificateFiles, DomainName, Endpoint, ForwardingHeader, HostName, IssuerUrl, Listen,
    LogFilter, LogFormat, Networks, OptionalPath, PathText, PlainWord, Ranged, Regions, Resolvers,
    SecretWord, StoreUrl, Word,
};

settings! {
    /// Where the embedded store, the master key, certificates and the files for the AWS CLI are. Made when it is not
    /// there. `--data DIR` sets it, too.
    data_directory: PathText = "data_directory", "\"postroom-data\"";

    /// `embedded` keeps everything in the data directory. A `postgres://` URL uses that database, which any number of
    /// Postroom processes may share; what is in it is not moved when this changes.
    store_url: StoreUrl = "store.url", "\"embedded\"";

    /// Connections to PostgreSQL that write; commits that wait for its disk together share a sync.
    store_writers: Ranged<1, 256> = "store.writers", "16";

    /// Connections to PostgreSQL that read.
    store_readers: Ranged<1, 256> = "store.readers", "8";

    /// Where messages of more than 512 KiB go, sealed. Empty: into the folder of their organization, on PostgreSQL into the
    /// database. `s3://bucket/prefix`: into that bucket of S3, or of what speaks its protocol; every process on the same
    /// database needs the same. What is there already is found where it is when this is set. When it is changed or taken
    /// away again, the start looks for every large message, and is refused when one is not found.
    bodies_url: BodiesUrl = "bodies.url", "\"\"";

    /// The region of the bucket.
    bodies_region: PlainWord = "bodies.region", "\"us-east-1\"";

    /// Where the bucket is when it is not at AWS; in clear (`http://`) only what is sealed passes, and lists of names.
    bodies_endpoint: Endpoint = "bodies.endpoint", "\"\"";

    /// The access key for the bucket: it reads, puts, deletes and lists objects. Empty: what the machine's role on AWS
    /// gives out.
    bodies_access_key_id: PlainWord = "bodies.access_key_id", "\"\"";

    /// Its secret; the environment variable keeps it out of files.
    bodies_secret_access_key: SecretWord = "bodies.secret_access_key", "\"\"";

    /// The file with the key that seals secrets in the store. Empty: `master.key` in the data directory. It is made on
    /// the first start; keep a copy of it away from the backups, for without it they are of no use. Processes that share a
    /// database need the same file.
    master_key_file: OptionalPath = "master_key.file", "\"\"";

    /// Addresses for HTTP in clear: the admin API. An empty list turns it off.
    http_listen: Listen = "http.listen", "[\"127.0.0.1:8080\"]";

    /// Addresses for HTTP over TLS: the same as on `http.listen`. An empty list turns it off.
    https_listen: Listen = "https.listen", "[\"127.0.0.1:8443\"]";

    /// Addresses for IMAP; a client has to begin TLS with STARTTLS before it may log in, unless it is on this machine. An
    /// empty list turns it off.
    imap_listen: Listen = "imap.listen", "[\"127.0.0.1:1143\"]";

    /// Addresses for IMAP over TLS. An empty list turns it off.
    imaps_listen: Listen = "imaps.listen", "[\"127.0.0.1:1993\"]";

    /// Certificates, each with its private key, as PEM files; the client's SNI name chooses, the first one serves who
    /// names none. Empty: one is made, signed by the CA in `tls/ca.pem` of the data directory. Read again on SIGHUP.
    tls_certificates: CertificateFiles = "tls.certificates", "[]";

    /// Proxies that are believed when they say who the client is: by PROXY protocol version 2 on every listener, by
    /// the header that `forwarding_header` names on HTTP. From anybody else the first is refused and the second ignored.
    trusted_proxies: Networks = "trusted_proxies", "[]";

    /// The one header in which trusted proxies name the client of a request: `X-Forwarded-For` (with `X-Forwarded-Proto`), or
    /// `Forwarded` (RFC 7239). The other one is ignored, whoever sends it. Name the one that your proxy writes itself: what
    /// it hands on as a client sent it is the client's own word.
    forwarding_header: ForwardingHeader = "forwarding_header", "\"x-forwarded-for\"";

    /// Regions that callers may name; the first one stands in `aws/config`.
    regions: Regions = "regions", "[\"us-east-1\", \"us-west-2\", \"eu-west-1\"]";

    /// Every organization gets the domain `<alias>.<this>` to begin with. To receive mail there, point its MX and a
    /// wildcard below it to this host.
    test_domain_suffix: DomainName = "organizations.test_domain_suffix", "\"postroom.test\"";

    /// Public name of this host: where clients find mail, calendars and the API. Publish an SPF record for it (TXT): the
    /// one that organizations are told to publish includes it.
    hosts_mail: HostName = "hosts.mail", "\"mail.postroom.test\"";

    /// What organizations are told to point their MX records to. Empty: the same as `hosts.mail`.
    hosts_mx: HostName = "hosts.mx", "\"\"";

    /// What organizations are told to point `autodiscover.<domain>` to. Empty: the same as `hosts.mail`.
    hosts_autodiscover: HostName = "hosts.autodiscover", "\"\"";

    /// The zone in which you publish DKIM keys yourself: organizations are told to point three CNAME records there. Empty:
    /// organizations publish their keys as TXT records.
    hosts_dkim_zone: HostName = "hosts.dkim_zone", "\"\"";

    /// Name servers that are asked for the records of domains; port 53 unless given. Empty: those of the system.
    dns_resolvers: Resolvers = "dns.resolvers", "[]";

    /// The OpenID Connect issuer whose access tokens let people in over IMAP (OAUTHBEARER, XOAUTH2), exactly as its tokens say
    /// it; nothing: none. Only users whose organization has an identity provider configuration, and who are linked
    /// (`IdentityProviderUserId`), come in so.
    oauth_issuer: IssuerUrl = "oauth.issuer", "\"\"";

    /// Whom access tokens must be for: their claim `aud`.
    oauth_audience: Word = "oauth.audience", "\"postroom\"";

    /// The claim of access tokens that is compared with the `IdentityProviderUserId` of users.
    oauth_user_claim: Word = "oauth.user_claim", "\"sub\"";

    /// PEM file with the certificate authorities that the issuer's servers are trusted by. Read at start.
    oauth_authorities: PathText = "oauth.authorities", "\"/etc/ssl/certs/ca-certificates.crt\"";

    /// Calls per second that one access key may make in the long run; more are answered with `ThrottlingException`.
    calls_per_second: Ranged<1, 1_000_000> = "limits.calls_per_second", "2000";

    /// Calls that one access key may make at once, before the rate counts. Not below `limits.calls_per_second`.
    calls_burst: Ranged<1, 10_000_000> = "limits.calls_burst", "4000";

    /// Connections open at once on one listener; more wait to be accepted.
    connections: Ranged<1, 1_000_000> = "limits.connections", "10000";

    /// Connections of mail clients from one address (of IPv6: one network of 64 bits) that may wait for a log-in at once; more are
    /// closed. Behind a proxy the address is what it says (`trusted_proxies`).
    connections_per_address: Ranged<1, 1_000_000> = "limits.connections_per_address", "100";

    /// Connections of mail clients that one user may have at once; the log-in of one more is refused with `[LIMIT]`.
    connections_per_user: Ranged<1, 1_000_000> = "limits.connections_per_user", "100";

    /// Megabytes of messages that mail clients may be sending at once, in all their connections, and which are in memory until
    /// they are stored (storing one takes up to three times its size for a moment). Whoever wants to send more waits for
    /// leave, `limits.body_seconds` at most, and is then told to try again (`[UNAVAILABLE]`). One user may have half of it.
    literals_mb: Ranged<200, 1_048_576> = "limits.literals_mb", "256";

    /// Seconds for a TLS handshake, a PROXY header, the head of a request or a log-in over IMAP, and that a kept HTTP
    /// connection may idle.
    head_seconds: Ranged<1, 3_600> = "limits.head_seconds", "60";

    /// Seconds for the body of a request, and that a client may take none of an answer or pause in a command of IMAP.
    body_seconds: Ranged<1, 3_600> = "limits.body_seconds", "60";

    /// Seconds for what is in flight when the process is told to stop; what is left then is cut off.
    drain_seconds: Ranged<0, 3_600> = "limits.drain_seconds", "30";

    /// Seconds for which a node takes a piece of background work, which it renews meanwhile. After a crash the other nodes
    /// on the same PostgreSQL, and the same one after its start, wait this long before they go on with it.
    lease_seconds: Ranged<1, 3_600> = "limits.lease_seconds", "15";

    /// Days that the audit trail keeps changes, which it removes once a day.
    audit_keep_days: Ranged<1, 36_500> = "audit.keep_days", "365";

    /// Days that the audit trail keeps what changed nothing: reads and refusals of administrators, log-ins, decisions of
    /// access rules, and what was done in mailboxes.
    audit_keep_calls_days: Ranged<1, 36_500> = "audit.keep_calls_days", "90";

    /// How log lines look.
    log_format: LogFormat = "log.format", "\"text\"";

    /// What is logged: a level for all, and `module=level` for parts.
    log_filter: LogFilter = "log.filter", "\"info\"";
}
