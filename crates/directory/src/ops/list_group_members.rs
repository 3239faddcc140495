//! ListGroupMembers: the direct members of a group (WB §1.8).

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, Entity, require_kind};
use crate::page::{Cursor, Page, PageRequest};
use crate::sql::groups as sql;

/// A page of the direct members of `group` (id, name or e-mail), groups first; disabled members are shown as such.
///
/// `EntityNotFound`, `EntityState` (group not enabled).
pub fn list_group_members(
    tx: &mut AdminRead<'_>,
    group: &str,
    request: &PageRequest,
) -> Result<Page<Entity>, DirectoryError> {
    let organization = tx.organization;
    let group = require_kind(tx, organization, group, Accepts::Any, EntityType::Group)?;
    group.must_be_enabled()?;
    let first = || Cursor { key: Vec::new(), id: EntityId::from_store(String::new()) };
    let after = request.cursor()?.unwrap_or_else(first);
    let after_kind = String::from_utf8_lossy(&after.key);
    let rows = tx.query(
        &sql::LIST_MEMBERS,
        parameters![organization.0, &group.id, &*after_kind, &after.id, request.probe()],
    )?;
    let members = rows.into_iter().map(|mut row| Entity::take(&mut row)).collect();
    Ok(Page::cut(members, request, |member: &Entity| {
        Cursor { key: member.kind.as_str().as_bytes().to_vec(), id: member.id.clone() }.encode()
    }))
}
