//! ImportResource, the directory's part: CreateResource with the id, booking options and dates that the resource had.

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, not_found, require_any};
use crate::ops::create_resource::{NewResource, create_resource};
use crate::ops::import_entity::{checked_dates, known, unchanged};
use crate::resource::Resource;
use crate::sql::resources as sql;

/// Creates a resource with given id, booking options and dates, in state DISABLED. Answers the resource that is there
/// already and is the same.
///
/// Nothing is written on error: `Differs`, `EntityState` (the id was a deleted resource's), `Invalid` (dates), and what
/// `create_resource` refuses.
pub fn import_resource(
    tx: &mut AdminTx<'_, '_>,
    new: &NewResource,
) -> Result<Option<Entity>, DirectoryError> {
    let dates = checked_dates(tx.now(), new.dates)?;
    let Some(entity) = known(tx, &new.id, EntityType::Resource)? else {
        create_resource(tx, &NewResource { dates, ..new.clone() })?;
        return Ok(None);
    };
    let organization = tx.organization;
    let resource = Resource::of(tx, organization, entity)?.ok_or_else(|| not_found(new.id.as_str()))?;
    let members = [
        ("Type", resource.resource_type == new.resource_type),
        ("Description", resource.description == new.description),
        ("BookingOptions", resource.booking == new.booking),
    ];
    unchanged(&resource.entity, &new.name, new.hidden, new.dates, &members)?;
    Ok(Some(resource.entity))
}

/// Whether `delegate` (id, name or e-mail) is a delegate of `resource`. `EntityNotFound`, `EntityState` (deleted).
pub fn is_delegate(
    tx: &mut AdminTx<'_, '_>,
    resource: &EntityId,
    delegate: &str,
) -> Result<bool, DirectoryError> {
    let organization = tx.organization;
    let delegate = require_any(tx, organization, delegate, Accepts::Any)?;
    let edge = parameters![organization.0, resource, &delegate.id];
    Ok(tx.query_first(&sql::HAS_DELEGATE, edge)?.is_some())
}
