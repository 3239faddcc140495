//! DeleteGroup: a disabled group is gone for good; its name is free again (WB §1.4, §1.8).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::delete_entity;

/// Deletes the group that `identifier` (id or name) names; an absent one is no error. `EntityState` while enabled.
///
/// Memberships on both sides, delegations and permissions go with it; its members stay.
pub fn delete_group(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<(), DirectoryError> {
    delete_entity(tx, identifier, EntityType::Group).map(drop)
}
