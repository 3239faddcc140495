//! ListGroupsForEntity: the groups that a user or group is directly in (WB §1.8).

use postroom_store::{Read, parameters};
use postroom_types::EntityId;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, Entity, order_key, require_any};
use crate::listing::end_of;
use crate::page::{Cursor, Page, PageRequest};
use crate::sql::groups as sql;

/// A page of the groups that `identifier` (id, name or e-mail) is directly in, by name; only those whose name begins
/// with `prefix`. `EntityNotFound`, `EntityState` (not enabled).
pub fn list_groups_for_entity(
    tx: &mut AdminRead<'_>,
    identifier: &str,
    prefix: Option<&str>,
    request: &PageRequest,
) -> Result<Page<Entity>, DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, identifier, Accepts::Any)?;
    entity.must_be_enabled()?;
    let prefix = order_key(prefix.unwrap_or_default());
    let first = || Cursor { key: prefix.as_bytes().to_vec(), id: EntityId::from_store(String::new()) };
    let start = request.cursor()?.unwrap_or_else(first);
    let rows = tx.query(
        &sql::LIST_GROUPS_OF,
        parameters![organization.0, &entity.id, &start.key, &start.id, &end_of(&prefix), request.probe()],
    )?;
    let rows = rows.into_iter().map(|mut row| (Entity::take(&mut row), row.take(Entity::COLUMNS))).collect();
    let page = Page::cut(rows, request, |(group, key): &(Entity, Vec<u8>)| {
        Cursor { key: key.clone(), id: group.id.clone() }.encode()
    });
    Ok(page.map(|(group, _)| group))
}
