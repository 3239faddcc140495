//! DisassociateDelegateFromResource: a delegate no longer decides about a resource's bookings (WB §5).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, not_found, require_any, require_kind};
use crate::ops::shared::count_down;
use crate::resource::Resource;
use crate::sql::{entities, resources as sql};

/// Takes `delegate` from `resource` (each id, name or e-mail); nothing changes when it is no delegate.
///
/// The resource must be enabled; a delegate that no longer is can still be taken away.
/// `EntityNotFound`, `EntityState` (resource not enabled; delegate deleted), `Invalid` (the last delegate of a
/// resource that does not accept by itself).
pub fn disassociate_delegate_from_resource(
    tx: &mut AdminTx<'_, '_>,
    resource: &str,
    delegate: &str,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let entity = require_kind(tx, organization, resource, Accepts::Any, EntityType::Resource)?;
    let delegate = require_any(tx, organization, delegate, Accepts::Any)?;
    entity.must_be_enabled()?;
    let resource = Resource::of(tx, organization, entity)?.ok_or_else(|| not_found(resource))?;
    let id = &resource.entity.id;
    if tx.execute(&sql::DELETE_DELEGATE, parameters![organization.0, id, &delegate.id])? == 0 {
        return Ok(());
    }
    if resource.delegates_count == 1 && !resource.booking.auto_accept_requests {
        return Err(DirectoryError::Invalid(
            "A resource that does not accept requests automatically needs a delegate.".to_owned(),
        ));
    }
    count_down(tx, &entities::COUNT_DELEGATES, id)?;
    count_down(tx, &entities::COUNT_DELEGATIONS, &delegate.id)
}
