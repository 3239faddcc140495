//! What `fsck` checks of mailboxes: what must hold and the schema cannot say.
//!
//! [`CHECKS`] and [`ROWS`] are of the organization's mailboxes as rows; [`compare`] holds them against their owners, and then goes
//! through what is in each, one mailbox after the other.

mod entities;
mod grantees;
mod keys;
mod mail;
mod owners;

use postroom_store::fsck::Finding;
use postroom_store::{Statement, Store, StoreError};
use postroom_types::OrganizationKey;

pub use keys::{CHECKS, ROWS};

/// Compares mailboxes with their owners, and what is in each with what is written down about it; mends what can be
/// when `repair`. Blocks; memory is bounded by the folders and UID ranges of one mailbox.
pub fn compare(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = owners::compare(store, organization, repair)?;
    findings.extend(grantees::RULE.check(store, organization, repair)?);
    findings.extend(mail::check(store, organization, repair)?);
    Ok(findings)
}

/// Every statement of the checks and their repairs.
pub(crate) fn statements() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    keys::ALL.iter().chain(mail::statements())
}
