//! UpdateResource: changes what is sent and leaves the rest (WB §5). The only operation that renames an entity.

use postroom_store::parameters;
use postroom_types::{EntityType, NewResourceDescription, ResourceName, ResourceType, fold};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, not_found, order_key, require_kind};
use crate::ops::shared::{check_text, is_reserved};
use crate::resource::{BookingOptions, Resource};
use crate::sql::{entities, resources as sql};

/// What changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ResourceChanges {
    /// The name. The address stays: UpdatePrimaryEmailAddress moves it.
    pub name: Option<ResourceName>,
    /// What it is; an empty text clears it.
    pub description: Option<NewResourceDescription>,
    /// Room or equipment.
    pub resource_type: Option<ResourceType>,
    /// The booking options as a whole.
    pub booking: Option<BookingOptions>,
    /// Whether the address book leaves the resource out.
    pub hidden: Option<bool>,
}

/// Changes the resource that `identifier` (id, name or e-mail) names.
///
/// Nothing is written on error: `EntityNotFound`, `EntityState` (deleted), `NameTaken`, `Invalid` (reserved name,
/// which has no error of its own here; NUL), `InvalidConfiguration` (nobody could book it).
pub fn update_resource(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    changes: &ResourceChanges,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let entity = require_kind(tx, organization, identifier, Accepts::Any, EntityType::Resource)?;
    let resource = Resource::of(tx, organization, entity)?.ok_or_else(|| not_found(identifier))?;
    let id = &resource.entity.id;
    if let Some(name) = &changes.name {
        rename(tx, &resource, name)?;
    }
    if let Some(hidden) = changes.hidden {
        tx.execute(&entities::SET_HIDDEN, parameters![organization.0, id, hidden])?;
    }
    let booking = changes.booking.unwrap_or(resource.booking);
    if changes.booking.is_some() && !booking.auto_accept_requests && resource.delegates_count == 0 {
        return Err(DirectoryError::InvalidConfiguration(
            "A resource without delegates must accept requests automatically.".to_owned(),
        ));
    }
    tx.execute(
        &sql::UPDATE,
        parameters![
            organization.0,
            id,
            booking.auto_accept_requests,
            booking.auto_decline_recurring_requests,
            booking.auto_decline_conflicting_requests
        ],
    )?;
    describe(tx, &resource, changes)
}

/// Sets type and description, when one of them is sent.
fn describe(
    tx: &mut AdminTx<'_, '_>,
    resource: &Resource,
    changes: &ResourceChanges,
) -> Result<(), DirectoryError> {
    if changes.resource_type.is_none() && changes.description.is_none() {
        return Ok(());
    }
    let description = match changes.description.as_deref() {
        Some(text) => Some(text).filter(|text| !text.is_empty()),
        None => resource.description.as_deref(),
    };
    check_text("Description", description.unwrap_or_default())?;
    let resource_type = changes.resource_type.unwrap_or(resource.resource_type).as_str();
    let row = parameters![tx.organization.0, &resource.entity.id, resource_type, description];
    tx.execute(&entities::SET_RESOURCE, row)?;
    Ok(())
}

fn rename(tx: &mut AdminTx<'_, '_>, resource: &Resource, name: &ResourceName) -> Result<(), DirectoryError> {
    let (organization, entity) = (tx.organization.0, &resource.entity);
    let (former_key, key) = (fold(&entity.name), fold(name));
    if key != former_key {
        if is_reserved(name) {
            return Err(DirectoryError::Invalid(format!("The name {} is reserved.", name.as_str())));
        }
        if tx.execute(&entities::CLAIM_NAME, parameters![organization, &key, &entity.id])? == 0 {
            return Err(DirectoryError::NameTaken(name.as_str().to_owned()));
        }
        tx.execute(&entities::RELEASE_NAME, parameters![organization, &former_key, &entity.id])?;
    }
    let order = order_key(name);
    tx.execute(&entities::SET_NAME, parameters![organization, &entity.id, name.as_str(), &order])?;
    Ok(())
}
