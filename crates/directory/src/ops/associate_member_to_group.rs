//! AssociateMemberToGroup: a user or a group becomes a member of a group (WB §1.8).

use postroom_store::{Read, parameters};
use postroom_types::EntityType;

use crate::admin::AdminTx;
use crate::entity::{Accepts, require_any, require_kind};
use crate::membership::check_nesting;
use crate::ops::shared::count_up;
use crate::sql::{entities, groups as sql};
use crate::{DirectoryError, limits};

/// Adds `member` to `group` (each id, name or e-mail); nothing changes when it is there.
///
/// `EntityNotFound`, `EntityState` (either not enabled), `Invalid` (a resource; a cycle; too deep; too many members,
/// which has no error of its own in the model).
pub fn associate_member_to_group(
    tx: &mut AdminTx<'_, '_>,
    group: &str,
    member: &str,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let group = require_kind(tx, organization, group, Accepts::Any, EntityType::Group)?;
    let member = require_any(tx, organization, member, Accepts::Any)?;
    group.must_be_enabled()?;
    member.must_be_enabled()?;
    if member.kind == EntityType::Resource {
        return Err(DirectoryError::Invalid("A resource cannot be a member of a group.".to_owned()));
    }
    let edge = parameters![organization.0, &group.id, member.kind.as_str(), &member.id];
    if tx.query_first(&sql::HAS_MEMBER, edge)?.is_some() {
        return Ok(());
    }
    if member.kind == EntityType::Group {
        check_nesting(tx, organization, &group.id, &member.id)?;
    }
    if !count_up(tx, &entities::COUNT_MEMBERS, &group.id, limits::GROUP_MEMBERS_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A group may have {} members.",
            limits::GROUP_MEMBERS_MAX
        )));
    }
    if !count_up(tx, &entities::COUNT_MEMBERSHIPS, &member.id, limits::MEMBERSHIPS_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A member may be in {} groups.",
            limits::MEMBERSHIPS_MAX
        )));
    }
    let now = tx.now();
    let row = parameters![organization.0, &group.id, member.kind.as_str(), &member.id, now];
    tx.execute(&sql::INSERT_MEMBER, row)?;
    Ok(())
}
