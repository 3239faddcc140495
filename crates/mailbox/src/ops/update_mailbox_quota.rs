//! UpdateMailboxQuota: how much a mailbox may hold (WB §1.6).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::entity::{Accepts, require_any};
use postroom_store::parameters;

use crate::sql::mailboxes as sql;
use crate::{Mailbox, MailboxError, limits};

/// Sets the quota of the mailbox of what `identifier` (id, name or e-mail) names, 1 to `limits::QUOTA_MB_MAX` MB. A
/// quota below what the mailbox holds keeps all of it and lets nothing more in.
///
/// `EntityNotFound`, `EntityState` (deleted; no mailbox now), `QuotaOutOfRange`.
pub fn update_mailbox_quota(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    quota_mb: i64,
) -> Result<(), MailboxError> {
    if !(1..=limits::QUOTA_MB_MAX).contains(&quota_mb) {
        return Err(MailboxError::QuotaOutOfRange { quota_mb_max: limits::QUOTA_MB_MAX });
    }
    let organization = tx.organization;
    let owner = require_any(tx, organization, identifier, Accepts::Any)?;
    owner.must_be_enabled()?;
    let Some(mailbox) = Mailbox::of(tx, organization, &owner.id)?.filter(|mailbox| mailbox.is_attached)
    else {
        return Err(DirectoryError::EntityState(format!("{} has no mailbox.", owner.id)).into());
    };
    tx.execute(&sql::SET_QUOTA, parameters![organization.0, mailbox.key.0, quota_mb])?;
    Ok(())
}
