//! ListResourceDelegates (WB §5).

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, require_kind, stored};
use crate::page::{Page, PageRequest, after_id};
use crate::sql::resources as sql;

/// Who decides about a resource's bookings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegate {
    /// Its id.
    pub id: EntityId,
    /// User or group.
    pub kind: EntityType,
}

/// A page of the delegates of `resource` (id, name or e-mail). `EntityNotFound`, `EntityState` (not enabled).
pub fn list_resource_delegates(
    tx: &mut AdminRead<'_>,
    resource: &str,
    request: &PageRequest,
) -> Result<Page<Delegate>, DirectoryError> {
    let organization = tx.organization;
    let resource = require_kind(tx, organization, resource, Accepts::Any, EntityType::Resource)?;
    resource.must_be_enabled()?;
    let after = after_id(request)?;
    let rows =
        tx.query(&sql::LIST_DELEGATES, parameters![organization.0, &resource.id, after, request.probe()])?;
    let delegates =
        rows.into_iter().map(|mut row| Delegate { id: row.take(0), kind: stored(&row.take::<String>(1)) });
    Ok(Page::cut(delegates.collect(), request, |delegate: &Delegate| {
        delegate.id.as_str().as_bytes().to_vec()
    }))
}
