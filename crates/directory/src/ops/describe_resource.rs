//! DescribeResource (WB §5).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, find_kind, not_found};
use crate::resource::Resource;

/// The resource that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub fn describe_resource(tx: &mut AdminRead<'_>, identifier: &str) -> Result<Resource, DirectoryError> {
    let organization = tx.organization;
    let entity = find_kind(tx, organization, identifier, Accepts::Any, EntityType::Resource)?;
    Resource::of(tx, organization, entity)?.ok_or_else(|| not_found(identifier))
}
