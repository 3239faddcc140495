//! CreateResource: a room or a piece of equipment in state DISABLED (WB §5).

use postroom_store::parameters;
use postroom_types::{EntityId, EntityType, ResourceDescription, ResourceName, ResourceType};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::{EntityDates, NewEntity, Own, check_text, insert_entity};
use crate::resource::BookingOptions;
use crate::sql::resources as sql;

/// What a resource is created from.
#[derive(Debug, Clone)]
pub struct NewResource {
    /// The id: minted, or kept on import.
    pub id: EntityId,
    /// The name; unique over all kinds of entity.
    pub name: ResourceName,
    /// Room or equipment.
    pub resource_type: ResourceType,
    /// What it is.
    pub description: Option<ResourceDescription>,
    /// How it answers booking requests; the default on creation. An import that turns automatic acceptance off gives
    /// it its delegates afterwards.
    pub booking: BookingOptions,
    /// Whether the address book leaves the resource out.
    pub hidden: bool,
    /// Kept on import.
    pub dates: EntityDates,
}

/// Creates a resource. Nothing is written on error: `NameTaken`, `NameReserved`, `Invalid` (imported id, NUL).
pub fn create_resource(tx: &mut AdminTx<'_, '_>, new: &NewResource) -> Result<(), DirectoryError> {
    let description = new.description.as_deref();
    check_text("Description", description.unwrap_or_default())?;
    insert_entity(
        tx,
        &NewEntity {
            id: &new.id,
            kind: EntityType::Resource,
            name: &new.name,
            display_name: "",
            hidden: new.hidden,
            dates: new.dates,
            own: Own { resource_type: Some(new.resource_type), description, ..Own::default() },
        },
    )?;
    tx.execute(
        &sql::INSERT,
        parameters![
            tx.organization.0,
            &new.id,
            new.booking.auto_accept_requests,
            new.booking.auto_decline_recurring_requests,
            new.booking.auto_decline_conflicting_requests
        ],
    )?;
    Ok(())
}
