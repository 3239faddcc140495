//! CreateGroup: a group in state DISABLED, without address or members (WB §1.8).

use postroom_types::{EntityId, EntityType, GroupName};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::{EntityDates, NewEntity, Own, insert_entity};

/// What a group is created from.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// The id: minted, or kept on import.
    pub id: EntityId,
    /// The name; unique over all kinds of entity, and never changed.
    pub name: GroupName,
    /// Whether the address book leaves the group out.
    pub hidden: bool,
    /// Kept on import.
    pub dates: EntityDates,
}

/// Creates a group. Nothing is written on error: `NameTaken`, `NameReserved`, `Invalid` (imported id).
pub fn create_group(tx: &mut AdminTx<'_, '_>, new: &NewGroup) -> Result<(), DirectoryError> {
    insert_entity(
        tx,
        &NewEntity {
            id: &new.id,
            kind: EntityType::Group,
            name: &new.name,
            display_name: "",
            hidden: new.hidden,
            dates: new.dates,
            own: Own::default(),
        },
    )
}
