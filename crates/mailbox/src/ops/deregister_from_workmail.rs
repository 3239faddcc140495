//! DeregisterFromWorkMail: an entity loses its addresses, and its mailbox is kept for 30 days (WB §1.4).

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::disable_entity;
use postroom_store::{Read, parameters};

use crate::MailboxError;
use crate::sql::mailboxes as sql;

/// Disables what `identifier` (id, name or e-mail) names and detaches its mailbox; a disabled one stays as it is.
///
/// Errors as [`disable_entity`].
pub fn deregister_from_workmail(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<(), MailboxError> {
    let entity = disable_entity(tx, identifier)?;
    let (organization, now) = (tx.organization, tx.now());
    tx.execute(&sql::DETACH, parameters![organization.0, &entity.id, now])?;
    Ok(())
}
