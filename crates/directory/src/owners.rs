//! Who must have a mailbox, for whoever compares mailboxes with their owners: resources and users of role USER that
//! are enabled, as [`enable_entity`](crate::ops::enable_entity) says.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::sql::entities as sql;

/// The next `rows_max` of them after the id `after`.
pub fn mailbox_owners(
    read: &mut dyn Read,
    organization: OrganizationKey,
    after: &str,
    rows_max: i64,
) -> Result<Vec<EntityId>, StoreError> {
    let rows = read.query(&sql::MAILBOX_OWNERS, parameters![organization.0, after, rows_max])?;
    Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
}

/// Whether `entity` is one of them.
pub fn owns_mailbox(
    read: &mut dyn Read,
    organization: OrganizationKey,
    entity: &EntityId,
) -> Result<bool, StoreError> {
    Ok(read.query_first(&sql::OWNS_MAILBOX, parameters![organization.0, entity])?.is_some())
}
