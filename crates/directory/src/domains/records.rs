//! The records that an organization publishes for a domain (WB §6.2).

use super::{DkimKey, DkimRole, Hosts, MailDomain};

/// A record to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// `TXT`, `MX` or `CNAME`.
    pub kind: &'static str,
    /// Where.
    pub host: String,
    /// What.
    pub value: String,
}

/// Where the ownership token is published, below the domain. The label is Amazon SES's, so that scripts and zones
/// written for WorkMail need another value and no other name (docs/compatibility.md).
pub(crate) fn ownership_host(domain: &str) -> String {
    format!("_amazonses.{domain}")
}

/// Where the key of `selector` is published. Spec: RFC 6376 §3.6.2.1.
pub(crate) fn dkim_host(domain: &str, selector: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// The records of `domain`, in the order of WB §6.2. The test domain has none: its zone is the operator's.
pub fn records(domain: &MailDomain, keys: &[DkimKey], hosts: &Hosts) -> Vec<DnsRecord> {
    if domain.is_test {
        return Vec::new();
    }
    let name = &domain.name;
    let record = |kind, host, value| DnsRecord { kind, host, value };
    let mut records = vec![
        record("TXT", ownership_host(name), domain.token.clone()),
        record("MX", name.clone(), format!("10 {}", hosts.mx)),
        record("CNAME", format!("autodiscover.{name}"), hosts.autodiscover.clone()),
    ];
    records.extend(dkim_records(name, keys, hosts));
    let spf = format!("v=spf1 include:{} ~all", hosts.spf);
    records.push(record("TXT", name.clone(), spf.clone()));
    records.push(record("TXT", format!("_dmarc.{name}"), "v=DMARC1;p=quarantine;pct=100;fo=1".to_owned()));
    // A MAIL FROM domain of its own: SPF then aligns with the sender's domain (RFC 7489 §3.1.2).
    records.push(record("MX", format!("mail.{name}"), format!("10 {}", hosts.mx)));
    records.push(record("TXT", format!("mail.{name}"), spf));
    records
}

fn dkim_records(name: &str, keys: &[DkimKey], hosts: &Hosts) -> Vec<DnsRecord> {
    let host = |key: &DkimKey| dkim_host(name, &key.selector);
    match &hosts.dkim_zone {
        Some(zone) => keys
            .iter()
            .map(|key| DnsRecord {
                kind: "CNAME",
                host: host(key),
                value: format!("{}.{zone}", key.selector),
            })
            .collect(),
        None => keys
            .iter()
            .filter(|key| key.role != DkimRole::Spare)
            .map(|key| DnsRecord { kind: "TXT", host: host(key), value: key.record() })
            .collect(),
    }
}

/// Where the record of `key` lies that holds the key itself, and what it says: in the operator's zone, when there is
/// one, and else in the organization's. Whoever changes keys publishes this one.
pub fn key_record(domain: &MailDomain, key: &DkimKey, hosts: &Hosts) -> DnsRecord {
    let host = match &hosts.dkim_zone {
        Some(zone) => format!("{}.{zone}", key.selector),
        None => dkim_host(&domain.name, &key.selector),
    };
    DnsRecord { kind: "TXT", host, value: key.record() }
}
