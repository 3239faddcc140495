//! RegisterToWorkMail: an entity gets its address and, unless it is a group or a remote user, its mailbox (WB §1.7).

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::enable_entity;
use postroom_store::{Read, parameters};
use postroom_types::{EmailAddress, EntityId, Timestamp};

use crate::folders::provision;
use crate::mailbox::{Mailbox, MailboxEpoch, MailboxKey, first_uid_validity_base};
use crate::sql::mailboxes as sql;
use crate::{MailboxError, limits};

/// What a registration needs.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The primary address.
    pub email: EmailAddress,
    /// The epoch of the mailbox, if a new one is made.
    pub epoch: MailboxEpoch,
    /// When it was enabled, on import; else now.
    pub at: Option<Timestamp>,
    /// When its mailbox was made, on import; else when it was enabled.
    pub provisioned_at: Option<Timestamp>,
}

/// Enables what `identifier` (id or name) names. An owner that was deregistered not longer ago than
/// `limits::DETACHED_KEPT` gets its mailbox back, others a new one.
///
/// Nothing is written on error; errors as [`enable_entity`].
pub fn register_to_workmail(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    registration: &Registration,
) -> Result<(), MailboxError> {
    let enabled = enable_entity(tx, identifier, &registration.email, registration.at)?;
    if enabled.owns_mailbox && !enabled.was_enabled {
        attach(tx, &enabled.entity.id, registration)?;
    }
    Ok(())
}

fn attach(
    tx: &mut AdminTx<'_, '_>,
    owner: &EntityId,
    registration: &Registration,
) -> Result<(), MailboxError> {
    let (organization, now) = (tx.organization, tx.now());
    if let Some(mailbox) = Mailbox::of(tx, organization, owner)?
        && mailbox.detached_at.is_some_and(|since| now <= since.plus(limits::DETACHED_KEPT))
    {
        tx.execute(&sql::ATTACH, parameters![organization.0, mailbox.key.0])?;
        return Ok(());
    }
    let key = tx.query_first(&sql::NEXT_KEY, parameters![organization.0])?;
    let key = MailboxKey(key.map_or(0, |mut row| row.take(0)));
    let provisioned_at = registration.provisioned_at.or(registration.at).unwrap_or(now);
    tx.execute(
        &sql::INSERT,
        parameters![
            organization.0,
            key.0,
            owner,
            registration.epoch.number(),
            limits::QUOTA_MB_MAX,
            provisioned_at,
            first_uid_validity_base(now, key)
        ],
    )?;
    Ok(provision(tx.tx(), organization, key)?)
}
