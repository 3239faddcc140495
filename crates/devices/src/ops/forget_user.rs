//! What DeleteUser has to do here, in the same transaction and before it: nobody could name the user's overrides after.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_directory::entity::{Accepts, find};
use postroom_store::parameters;
use postroom_types::EntityType;

use super::shared::count_overrides;
use crate::device_override::OVERRIDES;
use crate::sql::overrides as sql;

/// Deletes all overrides of the user that `identifier` (id or name) names, if there is one.
pub fn forget_user(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<(), DirectoryError> {
    let (organization, sequence) = (tx.organization, tx.sequence);
    let found = find(tx, organization, identifier, Accepts::IdOrName)?;
    let Some(user) = found.filter(|entity| entity.kind == EntityType::User) else { return Ok(()) };
    let (organization, user) = (organization.0, &user.id);
    tx.execute(&sql::INSERT_DELETIONS, parameters![organization, sequence, user])?;
    let deleted = tx.execute(&sql::DELETE_OF_USER, parameters![organization, user])?;
    if deleted > 0 {
        count_overrides(tx, -deleted.cast_signed())?;
        change_marks::mark(tx, OVERRIDES)?;
    }
    Ok(())
}
