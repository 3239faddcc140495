//! DeleteMailboxPermissions: takes all that a grantee may do with an owner's mailbox (WB §4.1).

use postroom_store::parameters;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, require_any};
use crate::ops::shared::count_down;
use crate::sql::{entities, permissions as sql};

/// Takes all permissions of `grantee` on the mailbox of `owner` (each id, name or e-mail); none is no error.
///
/// The owner must be enabled; what a grantee has that no longer is can still be taken away.
/// `EntityNotFound`, `EntityState` (owner not enabled; grantee deleted).
pub fn delete_mailbox_permissions(
    tx: &mut AdminTx<'_, '_>,
    owner: &str,
    grantee: &str,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let owner = require_any(tx, organization, owner, Accepts::Any)?;
    let grantee = require_any(tx, organization, grantee, Accepts::Any)?;
    owner.must_be_enabled()?;
    remove(tx, &owner, &grantee)
}

/// Removes the pair, if it is there, from the table and both counters.
pub(crate) fn remove(
    tx: &mut AdminTx<'_, '_>,
    owner: &Entity,
    grantee: &Entity,
) -> Result<(), DirectoryError> {
    if tx.execute(&sql::DELETE, parameters![tx.organization.0, &owner.id, &grantee.id])? == 1 {
        count_down(tx, &entities::COUNT_PERMISSIONS, &owner.id)?;
        count_down(tx, &entities::COUNT_GRANTS, &grantee.id)?;
    }
    Ok(())
}
