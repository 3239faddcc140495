//! DescribeGroup (WB §1.8).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, Entity, find_kind};

/// The group that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub fn describe_group(tx: &mut AdminRead<'_>, identifier: &str) -> Result<Entity, DirectoryError> {
    let organization = tx.organization;
    find_kind(tx, organization, identifier, Accepts::Any, EntityType::Group)
}
