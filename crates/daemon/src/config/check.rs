//! From settings that are allowed one by one to a configuration that holds together.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postroom_store::blobs::{BlobPlace, S3Options};

use super::table::Sourced;
use super::{
    BodiesUrl, Certificate, Engine, ForwardingHeader, LogFormat, Network, Problems, Settings, Source,
};

/// A configuration that holds together.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// Which engine the store has.
    pub(crate) engine: Engine,
    /// Where large bodies go.
    pub(crate) bodies: BlobPlace,
    /// Connections to PostgreSQL that write, and that read.
    pub(crate) connections: (usize, usize),
    /// The file of the master key.
    pub(crate) master_key: PathBuf,
    /// Where HTTP in clear listens.
    pub(crate) http: Vec<SocketAddr>,
    /// Where HTTP over TLS listens.
    pub(crate) https: Vec<SocketAddr>,
    /// Where IMAP listens.
    pub(crate) imap: Vec<SocketAddr>,
    /// Where IMAP over TLS listens.
    pub(crate) imaps: Vec<SocketAddr>,
    /// Certificates; empty: one of our own.
    pub(crate) certificates: Vec<Certificate>,
    /// Proxies that are believed.
    pub(crate) trusted_proxies: Vec<Network>,
    /// In which header of HTTP they are.
    pub(crate) forwarding_header: ForwardingHeader,
    /// Regions that a signature may name; at least one.
    pub(crate) regions: Vec<String>,
    /// What test domains end in.
    pub(crate) test_domain_suffix: String,
    /// Public names of this host.
    pub(crate) hosts: Hosts,
    /// Name servers; empty: the system's.
    pub(crate) resolvers: Vec<SocketAddr>,
    /// Limits.
    pub(crate) limits: Limits,
    /// Whose access tokens are taken, if anybody's.
    pub(crate) oauth: Option<OAuth>,
    /// How long the audit trail is kept.
    pub(crate) audit: AuditKept,
    /// How log lines look.
    pub(crate) log_format: LogFormat,
    /// What is logged.
    pub(crate) log_filter: String,
    log_filter_given: bool,
}

/// Public names of this host.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    /// Where clients find everything.
    pub(crate) mail: String,
    /// What MX records name.
    pub(crate) mx: String,
    /// What `autodiscover.<domain>` points to.
    pub(crate) autodiscover: String,
    /// Where DKIM keys are published by CNAME.
    pub(crate) dkim_zone: Option<String>,
}

/// How long the audit trail is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditKept {
    /// Changes.
    pub(crate) changes_kept: Duration,
    /// Calls that changed nothing.
    pub(crate) calls_kept: Duration,
}

/// Limits of the process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Calls per second of an access key.
    pub(crate) calls_per_second: NonZeroU32,
    /// Calls of an access key at once.
    pub(crate) calls_burst: NonZeroU32,
    /// Connections of a listener.
    pub(crate) connections: u32,
    /// For a handshake, the head of a request, and between requests.
    pub(crate) head_time_max: Duration,
    /// Of mail clients from one address before log-in.
    pub(crate) connections_per_address: u32,
    /// Of mail clients of one user.
    pub(crate) connections_per_user: u32,
    /// Bytes of messages that mail clients send at once.
    pub(crate) literals_bytes: usize,
    /// For a body, and without progress of an answer.
    pub(crate) body_time_max: Duration,
    /// For what is in flight at the end.
    pub(crate) drain_time_max: Duration,
    /// For a piece of background work, unless it is renewed.
    pub(crate) lease: Duration,
}

/// Which access tokens are taken.
#[derive(Debug, Clone)]
pub(crate) struct OAuth {
    /// The issuer, as its tokens say it.
    pub(crate) issuer: String,
    /// Whom they are for.
    pub(crate) audience: String,
    /// Which claim says who the bearer is.
    pub(crate) user_claim: String,
    /// The certificate authorities that the issuer is trusted by.
    pub(crate) authorities: PathBuf,
}

impl Config {
    /// The configuration of `settings`; what does not hold together is noted in `problems`.
    pub(crate) fn check(settings: &Settings, problems: &mut Problems) -> Self {
        let data = located(&settings.data_directory.value.0, &settings.data_directory.source);
        let key_file = &settings.master_key_file;
        let master_key = match &key_file.value.0 {
            Some(path) => located(path, &key_file.source),
            None => data.join("master.key"),
        };
        let certificates = &settings.tls_certificates;
        let certificate = |files: &Certificate| Certificate {
            chain: located(&files.chain, &certificates.source),
            key: located(&files.key, &certificates.source),
        };
        let config = Self {
            engine: settings.store_url.value.0.clone(),
            bodies: bodies(settings, problems),
            connections: (settings.store_writers.value.0 as usize, settings.store_readers.value.0 as usize),
            master_key,
            http: settings.http_listen.value.0.clone(),
            https: settings.https_listen.value.0.clone(),
            imap: settings.imap_listen.value.0.clone(),
            imaps: settings.imaps_listen.value.0.clone(),
            certificates: certificates.value.0.iter().map(certificate).collect(),
            trusted_proxies: settings.trusted_proxies.value.0.clone(),
            forwarding_header: settings.forwarding_header.value,
            regions: settings.regions.value.0.clone(),
            test_domain_suffix: settings.test_domain_suffix.value.0.clone(),
            hosts: hosts(settings, problems),
            resolvers: settings.dns_resolvers.value.0.clone(),
            limits: limits(settings, problems),
            oauth: oauth(settings),
            audit: AuditKept {
                changes_kept: days(settings.audit_keep_days.value.0),
                calls_kept: days(settings.audit_keep_calls_days.value.0),
            },
            log_format: settings.log_format.value,
            log_filter: settings.log_filter.value.0.clone(),
            log_filter_given: settings.log_filter.source != Source::Default,
            data,
        };
        config.check_listeners(settings, problems);
        config.check_certificates(&certificates.source, problems);
        config
    }

    /// Logs warnings only, unless somebody has said what to log.
    pub(crate) fn quiet_by_default(&mut self) {
        if !self.log_filter_given {
            "warn".clone_into(&mut self.log_filter);
        }
    }

    fn check_listeners(&self, settings: &Settings, problems: &mut Problems) {
        if self.http.is_empty() && self.https.is_empty() {
            let source = &settings.https_listen.source;
            problems.other(
                source,
                "http.listen and https.listen are both empty: nobody could reach the admin API",
            );
        }
        let lists = [
            ("http.listen", &self.http, &settings.http_listen.source),
            ("https.listen", &self.https, &settings.https_listen.source),
            ("imap.listen", &self.imap, &settings.imap_listen.source),
            ("imaps.listen", &self.imaps, &settings.imaps_listen.source),
        ];
        let mut seen: Vec<(&str, &SocketAddr)> = Vec::new();
        for (name, addresses, source) in lists {
            for address in addresses.iter().filter(|address| address.port() != 0) {
                if let Some((first, _)) = seen.iter().find(|(_, known)| *known == address) {
                    problems.other(source, format!("{address} stands twice in {first} and {name}"));
                }
                seen.push((name, address));
            }
        }
        if let Some(open) = self.http.iter().find(|address| !address.ip().is_loopback())
            && self.trusted_proxies.is_empty()
        {
            // Signatures protect the calls, not the passwords in them.
            problems.other(
                &settings.http_listen.source,
                format!(
                    "http.listen = {open} would carry passwords in clear beyond this machine: use https.listen, or \
                     name the proxy in front of it in trusted_proxies"
                ),
            );
        }
    }

    fn check_certificates(&self, source: &Source, problems: &mut Problems) {
        for file in self.certificates.iter().flat_map(|files| [&files.chain, &files.key]) {
            if let Err(error) = std::fs::File::open(file) {
                let shown = file.display();
                problems.other(source, format!("tls.certificates: {shown} cannot be read: {error}"));
            }
        }
    }
}

/// `path` as this process finds it: a relative one in a file counts from the file's directory.
fn located(path: &Path, source: &Source) -> PathBuf {
    match source {
        Source::File { path: file, .. } => file.parent().unwrap_or(Path::new("")).join(path),
        _ => path.to_owned(),
    }
}

fn bodies(settings: &Settings, problems: &mut Problems) -> BlobPlace {
    let BodiesUrl::S3 { bucket, prefix } = &settings.bodies_url.value else { return BlobPlace::BesideRows };
    let (id, secret) = (&settings.bodies_access_key_id, &settings.bodies_secret_access_key);
    if id.value.0.is_empty() != secret.value.0.is_empty() {
        let missing =
            "bodies.access_key_id and bodies.secret_access_key belong together: one of them is empty";
        problems.other(&settings.bodies_url.source, missing);
    }
    BlobPlace::S3(S3Options {
        bucket: bucket.clone(),
        prefix: prefix.clone(),
        region: settings.bodies_region.value.0.clone(),
        endpoint: settings.bodies_endpoint.value.0.clone(),
        credentials: (!id.value.0.is_empty()).then(|| (id.value.0.clone(), secret.value.0.clone())),
    })
}

fn hosts(settings: &Settings, problems: &mut Problems) -> Hosts {
    let mail = &settings.hosts_mail;
    if mail.value.0.is_empty() {
        problems.other(&mail.source, "hosts.mail is empty: name the host that clients are to find");
    }
    let or_mail = |name: &str| if name.is_empty() { &mail.value.0 } else { name }.to_owned();
    Hosts {
        mail: mail.value.0.clone(),
        mx: or_mail(&settings.hosts_mx.value.0),
        autodiscover: or_mail(&settings.hosts_autodiscover.value.0),
        dkim_zone: Some(settings.hosts_dkim_zone.value.0.clone()).filter(|zone| !zone.is_empty()),
    }
}

fn oauth(settings: &Settings) -> Option<OAuth> {
    Some(OAuth {
        issuer: settings.oauth_issuer.value.0.clone()?,
        audience: settings.oauth_audience.value.0.clone(),
        user_claim: settings.oauth_user_claim.value.0.clone(),
        authorities: located(&settings.oauth_authorities.value.0, &settings.oauth_authorities.source),
    })
}

fn limits(settings: &Settings, problems: &mut Problems) -> Limits {
    let (rate, burst) = (settings.calls_per_second.value.0, &settings.calls_burst);
    if burst.value.0 < rate {
        let highest = highest(&settings.calls_per_second.source, burst);
        problems.other(
            highest,
            format!("limits.calls_burst = {} is below limits.calls_per_second = {rate}", burst.value.0),
        );
    }
    let not_zero = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let seconds = |count: u32| Duration::from_secs(u64::from(count));
    Limits {
        calls_per_second: not_zero(rate),
        calls_burst: not_zero(burst.value.0),
        connections: settings.connections.value.0,
        connections_per_address: settings.connections_per_address.value.0,
        connections_per_user: settings.connections_per_user.value.0,
        literals_bytes: (settings.literals_mb.value.0 as usize) << 20,
        head_time_max: seconds(settings.head_seconds.value.0),
        body_time_max: seconds(settings.body_seconds.value.0),
        drain_time_max: seconds(settings.drain_seconds.value.0),
        lease: seconds(settings.lease_seconds.value.0),
    }
}

fn days(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 24 * 60 * 60)
}

/// The source to blame when two settings do not fit: the one that somebody has set.
fn highest<'a, T>(one: &'a Source, other: &'a Sourced<T>) -> &'a Source {
    if other.source == Source::Default { one } else { &other.source }
}
