//! Mail domains: what to publish, what the last look saw, and the keys that sign.

mod list;
mod rotate_dkim;
mod show;

use std::fmt;

use postroom_directory::domains::DnsRecord;
use serde::{Deserialize, Serialize};

pub(crate) use list::{DomainList, Domains};
pub(crate) use rotate_dkim::{DomainRotateDkim, Rotated};
pub(crate) use show::{DomainShow, Shown};

pub(super) use list::list;
pub(super) use rotate_dkim::rotate_dkim;
pub(super) use show::show;

/// A record to publish.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: String,
    hostname: String,
    value: String,
}

impl From<DnsRecord> for Record {
    fn from(record: DnsRecord) -> Self {
        Self { kind: record.kind.to_owned(), hostname: record.host, value: record.value }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:5}  {}  {}", self.kind, self.hostname, self.value)
    }
}

/// A state as WorkMail's console words it (WB §6.2): `VERIFIED` is Verified.
fn word(state: &str) -> String {
    let (first, rest) = state.split_at_checked(1).unwrap_or_default();
    format!("{first}{}", rest.to_ascii_lowercase())
}
