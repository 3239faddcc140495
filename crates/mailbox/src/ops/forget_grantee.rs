//! What DeleteUser and DeleteGroup have to do here, in the same transaction and before it: nobody could name the entity
//! after.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::entity::{Accepts, find};
use postroom_store::parameters;
use postroom_types::EntityType;

use crate::sql::grants as sql;

/// Takes all rights to folders from the user or group that `identifier` (id or name) names, if there is one.
pub fn forget_grantee(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    kind: EntityType,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let found = find(tx, organization, identifier, Accepts::IdOrName)?;
    let Some(entity) = found.filter(|entity| entity.kind == kind) else { return Ok(()) };
    let grantee = parameters![organization.0, &entity.id];
    if tx.execute(&sql::TAKE_MAILBOXES, grantee)? > 0 {
        tx.execute(&sql::DELETE_OF_GRANTEE, grantee)?;
    }
    Ok(())
}
