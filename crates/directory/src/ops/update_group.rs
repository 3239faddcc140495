//! UpdateGroup: whether the address book leaves a group out; its name never changes (WB §1.8).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, require_kind};
use crate::sql::entities as sql;

/// Changes the group that `identifier` (id, name or e-mail) names; `None` stays.
///
/// `EntityNotFound`, `EntityState` (deleted).
pub fn update_group(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    hidden: Option<bool>,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let group = require_kind(tx, organization, identifier, Accepts::Any, EntityType::Group)?;
    if let Some(hidden) = hidden {
        tx.execute(&sql::SET_HIDDEN, parameters![organization.0, &group.id, hidden])?;
    }
    Ok(())
}
