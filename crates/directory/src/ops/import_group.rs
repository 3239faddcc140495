//! ImportGroup, the directory's part: CreateGroup with the id and dates that the group had.

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, require_any};
use crate::ops::create_group::{NewGroup, create_group};
use crate::ops::import_entity::{checked_dates, known, unchanged};
use crate::sql::groups as sql;

/// Creates a group with given id and dates, in state DISABLED. Answers the group that is there already and is the same.
///
/// Nothing is written on error: `Differs`, `EntityState` (the id was a deleted group's), `Invalid` (dates), and what
/// `create_group` refuses.
pub fn import_group(tx: &mut AdminTx<'_, '_>, new: &NewGroup) -> Result<Option<Entity>, DirectoryError> {
    let dates = checked_dates(tx.now(), new.dates)?;
    let Some(entity) = known(tx, &new.id, EntityType::Group)? else {
        create_group(tx, &NewGroup { dates, ..new.clone() })?;
        return Ok(None);
    };
    unchanged(&entity, &new.name, new.hidden, new.dates, &[])?;
    Ok(Some(entity))
}

/// Whether `member` (id, name or e-mail) is a direct member of `group`. `EntityNotFound`, `EntityState` (deleted).
pub fn is_member(tx: &mut AdminTx<'_, '_>, group: &EntityId, member: &str) -> Result<bool, DirectoryError> {
    let organization = tx.organization;
    let member = require_any(tx, organization, member, Accepts::Any)?;
    let edge = parameters![organization.0, group, member.kind.as_str(), &member.id];
    Ok(tx.query_first(&sql::HAS_MEMBER, edge)?.is_some())
}
