//! AssociateDelegateToResource: a user or a group decides about a resource's bookings (WB §5).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::admin::AdminTx;
use crate::entity::{Accepts, require_any, require_kind};
use crate::ops::shared::count_up;
use crate::sql::{entities, resources as sql};
use crate::{DirectoryError, limits};

/// Makes `delegate` a delegate of `resource` (each id, name or e-mail); nothing changes when it is one.
///
/// `EntityNotFound`, `EntityState` (either not enabled), `Invalid` (a resource; too many delegates).
pub fn associate_delegate_to_resource(
    tx: &mut AdminTx<'_, '_>,
    resource: &str,
    delegate: &str,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let resource = require_kind(tx, organization, resource, Accepts::Any, EntityType::Resource)?;
    let delegate = require_any(tx, organization, delegate, Accepts::Any)?;
    resource.must_be_enabled()?;
    delegate.must_be_enabled()?;
    if delegate.kind == EntityType::Resource {
        return Err(DirectoryError::Invalid("A resource cannot be a delegate.".to_owned()));
    }
    let edge = parameters![organization.0, &resource.id, &delegate.id];
    if tx.execute(&sql::INSERT_DELEGATE, edge)? == 0 {
        return Ok(());
    }
    if !count_up(tx, &entities::COUNT_DELEGATES, &resource.id, limits::DELEGATES_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A resource may have {} delegates.",
            limits::DELEGATES_MAX
        )));
    }
    if !count_up(tx, &entities::COUNT_DELEGATIONS, &delegate.id, limits::DELEGATIONS_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A delegate may decide for {} resources.",
            limits::DELEGATIONS_MAX
        )));
    }
    Ok(())
}
