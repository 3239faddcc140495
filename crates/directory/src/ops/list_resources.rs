//! ListResources: pages of resources (WB §1.9).

use postroom_types::{Constrained, EntityType, ResourceDescription, ResourceType};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::stored;
use crate::listing::{Filters, Listed, ListedEntity, list};
use crate::page::{Page, PageRequest};

/// What a list tells of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSummary {
    /// What all kinds have.
    pub entity: ListedEntity,
    /// Room or equipment.
    pub resource_type: ResourceType,
    /// What it is.
    pub description: Option<ResourceDescription>,
}

/// A page of the resources that pass `filters`: enabled and disabled ones, the deleted only by their state.
///
/// `Invalid`: more than one filter, or a page token of another list.
pub fn list_resources(
    tx: &mut AdminRead<'_>,
    filters: &Filters,
    request: &PageRequest,
) -> Result<Page<ResourceSummary>, DirectoryError> {
    Ok(list(tx, EntityType::Resource, filters, request)?.map(summary))
}

fn summary(row: Listed) -> ResourceSummary {
    let [_, _, _, resource_type, description] = row.own;
    ResourceSummary {
        entity: row.entity,
        resource_type: stored(&resource_type.unwrap_or_default()),
        description: description.map(ResourceDescription::from_store),
    }
}
