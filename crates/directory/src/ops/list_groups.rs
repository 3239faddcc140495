//! ListGroups: pages of groups (WB §1.8).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::listing::{Filters, ListedEntity, list};
use crate::page::{Page, PageRequest};

/// A page of the groups that pass `filters`: enabled and disabled ones, the deleted only by their state.
///
/// `Invalid`: more than one filter, or a page token of another list.
pub fn list_groups(
    tx: &mut AdminRead<'_>,
    filters: &Filters,
    request: &PageRequest,
) -> Result<Page<ListedEntity>, DirectoryError> {
    Ok(list(tx, EntityType::Group, filters, request)?.map(|row| row.entity))
}
