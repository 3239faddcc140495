//! DeleteResource: a disabled resource is gone for good; its name is free again (WB §1.4, §5).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::delete_entity;

/// Deletes the resource that `identifier` (id or name) names; an absent one is no error. `EntityState` while enabled.
///
/// Its delegates and the permissions on its mailbox go with it.
pub fn delete_resource(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<(), DirectoryError> {
    delete_entity(tx, identifier, EntityType::Resource).map(drop)
}
