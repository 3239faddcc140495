//! A mail domain of an organization, as its row has it.

use postroom_store::{Read, Row, parameters};
use postroom_types::{DnsRecordVerificationStatus, OrganizationKey, Timestamp, fold};

use crate::DirectoryError;
use crate::entity::stored;
use crate::sql::domains as sql;

/// A mail domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDomain {
    /// Its name, lower case.
    pub name: String,
    /// Whether it is the organization's test domain.
    pub is_test: bool,
    /// Whether it is the organization's default.
    pub is_default: bool,
    /// The organization's token for it; empty for the test domain.
    pub token: String,
    /// What the look-ups say.
    pub status: DomainStatus,
    /// When it was registered.
    pub registered_at: Timestamp,
}

/// What the look-ups say about a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainStatus {
    /// Whether the organization has proved that the domain is its own. Only verified domains route.
    pub ownership: DnsRecordVerificationStatus,
    /// Whether the key that signs is published.
    pub dkim: DnsRecordVerificationStatus,
    /// Whether mail for the domain comes here.
    pub mx: RecordStatus,
    /// Whether clients find their way here.
    pub autodiscover: RecordStatus,
    /// When the domain was proved.
    pub verified_at: Option<Timestamp>,
    /// When it was last looked at.
    pub checked_at: Option<Timestamp>,
    /// Since when a proof that was there is missing.
    pub lost_at: Option<Timestamp>,
    /// Since when a signing key that was published is missing.
    pub dkim_lost_at: Option<Timestamp>,
}

/// The state of a record that is useful and not a proof (WB §6.2: the console's words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordStatus {
    /// There is none.
    Missing,
    /// It names the operator's host.
    Verified,
    /// It names something else: usual behind a mail proxy.
    Inconsistent,
}

impl RecordStatus {
    /// The text in the store and for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "MISSING",
            Self::Verified => "VERIFIED",
            Self::Inconsistent => "INCONSISTENT",
        }
    }

    /// The state of `text`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Missing, Self::Verified, Self::Inconsistent];
        all.into_iter().find(|status| status.as_str() == text)
    }

    #[track_caller]
    fn stored(text: &str) -> Self {
        match Self::parse(text) {
            Some(status) => status,
            None => unreachable!("the store holds {text:?} as the state of a record"),
        }
    }
}

impl MailDomain {
    /// Whether mail for the domain is this organization's.
    pub fn is_verified(&self) -> bool {
        self.status.ownership == DnsRecordVerificationStatus::Verified
    }

    pub(crate) fn from_row(mut row: Row) -> Self {
        let (ownership, dkim): (String, String) = (row.take(4), row.take(5));
        let (mx, autodiscover): (String, String) = (row.take(6), row.take(7));
        Self {
            name: row.take(0),
            is_test: row.take(1),
            is_default: row.take(2),
            token: row.take(3),
            status: DomainStatus {
                ownership: stored(&ownership),
                dkim: stored(&dkim),
                mx: RecordStatus::stored(&mx),
                autodiscover: RecordStatus::stored(&autodiscover),
                verified_at: row.take(9),
                checked_at: row.take(10),
                lost_at: row.take(11),
                dkim_lost_at: row.take(12),
            },
            registered_at: row.take(8),
        }
    }
}

/// The domain `name` of the organization, if it is registered.
pub fn find_domain(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    name: &str,
) -> Result<Option<MailDomain>, DirectoryError> {
    let found = tx.query_first(&sql::SELECT, parameters![organization.0, &fold(name)])?;
    Ok(found.map(MailDomain::from_row))
}

/// As [`find_domain`]; nothing is `DomainNotFound`.
pub(crate) fn must_find(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    name: &str,
) -> Result<MailDomain, DirectoryError> {
    find_domain(tx, organization, name)?.ok_or_else(|| DirectoryError::DomainNotFound(name.to_owned()))
}

/// The organization's default domain.
pub(crate) fn default_domain(
    tx: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<Option<String>, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_DEFAULT, parameters![organization.0])?;
    Ok(row.map(|mut row| row.take(0)))
}
