//! How the entities of an import are enabled: address, aliases, mailbox, in the transaction that creates them.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::entity::{Entity, by_address};
use postroom_directory::import::{check_date, must_equal, same_date};
use postroom_directory::ops::{EntityDates, create_alias};
use postroom_store::Read;
use postroom_types::{EmailAddress, EntityId, EntityState};

use super::register_to_workmail::{Registration, register_to_workmail};
use super::update_mailbox_quota::update_mailbox_quota;
use crate::{Mailbox, MailboxError};

/// The addresses and the mailbox of an imported entity that is enabled.
#[derive(Debug, Clone)]
pub struct ImportedRegistration {
    /// The primary address, the dates, and the epoch of the mailbox.
    pub registration: Registration,
    /// Its other addresses.
    pub aliases: Vec<EmailAddress>,
    /// How much its mailbox may hold, MB.
    pub quota_mb: Option<i64>,
}

/// Refuses what cannot be together, before anything is written: `Invalid`.
pub(super) fn check(
    tx: &AdminTx<'_, '_>,
    dates: EntityDates,
    enabled: Option<&ImportedRegistration>,
) -> Result<(), DirectoryError> {
    let Some(enabled) = enabled else { return Ok(()) };
    if dates.disabled_at.is_some() {
        return Err(DirectoryError::Invalid("What is enabled has no DisabledDate.".to_owned()));
    }
    check_date(tx.now(), "MailboxProvisionedDate", enabled.registration.provisioned_at)
}

/// Enables the entity `id`, which was created in this transaction.
///
/// What `register_to_workmail`, `create_alias` and `update_mailbox_quota` refuse; `Invalid` for the date of a mailbox
/// that there is none of.
pub(super) fn enable(
    tx: &mut AdminTx<'_, '_>,
    id: &EntityId,
    enabled: &ImportedRegistration,
) -> Result<(), MailboxError> {
    register_to_workmail(tx, id.as_str(), &enabled.registration)?;
    for alias in &enabled.aliases {
        create_alias(tx, id.as_str(), alias)?;
    }
    if let Some(quota_mb) = enabled.quota_mb {
        update_mailbox_quota(tx, id.as_str(), quota_mb)?;
    }
    let organization = tx.organization;
    if enabled.registration.provisioned_at.is_some() && Mailbox::of(tx, organization, id)?.is_none() {
        let message = "MailboxProvisionedDate is given for an entity without a mailbox.";
        return Err(DirectoryError::Invalid(message.to_owned()).into());
    }
    Ok(())
}

/// Refuses to import again an entity that is in another state or has other addresses now: `Differs`. Addresses that
/// it has beside those asked for are its own affair.
pub(super) fn unchanged(
    tx: &mut AdminTx<'_, '_>,
    entity: &Entity,
    enabled: Option<&ImportedRegistration>,
) -> Result<(), MailboxError> {
    let what = format!("The entity {}", entity.id);
    let Some(enabled) = enabled else {
        return Ok(must_equal(&what, &[("State", entity.state == EntityState::Disabled)])?);
    };
    must_equal(
        &what,
        &[
            ("State", entity.state == EntityState::Enabled),
            ("Email", entity.email.as_ref() == Some(&enabled.registration.email)),
        ],
    )?;
    let organization = tx.organization;
    for alias in &enabled.aliases {
        let holder = by_address(tx, organization, alias)?.map(|holder| holder.id);
        must_equal(&what, &[("set of Aliases", holder.as_ref() == Some(&entity.id))])?;
    }
    let mailbox = Mailbox::of(tx, organization, &entity.id)?.filter(|mailbox| mailbox.is_attached);
    let (quota_mb, provisioned_at) = (enabled.quota_mb, enabled.registration.provisioned_at);
    must_equal(
        &what,
        &[
            (
                "MailboxQuota",
                quota_mb.is_none() || mailbox.as_ref().map(|mailbox| mailbox.quota_mb) == quota_mb,
            ),
            (
                "MailboxProvisionedDate",
                same_date(mailbox.as_ref().map(|mailbox| mailbox.provisioned_at), provisioned_at),
            ),
        ],
    )?;
    Ok(())
}
