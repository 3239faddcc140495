//! DisassociateMemberFromGroup: a member leaves a group (WB §1.8).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, require_any, require_kind};
use crate::ops::shared::count_down;
use crate::sql::{entities, groups as sql};

/// Takes `member` out of `group` (each id, name or e-mail); nothing changes when it is not in it.
///
/// The group must be enabled; a member that no longer is can still be taken out.
/// `EntityNotFound`, `EntityState` (group not enabled; member deleted).
pub fn disassociate_member_from_group(
    tx: &mut AdminTx<'_, '_>,
    group: &str,
    member: &str,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let group = require_kind(tx, organization, group, Accepts::Any, EntityType::Group)?;
    let member = require_any(tx, organization, member, Accepts::Any)?;
    group.must_be_enabled()?;
    let edge = parameters![organization.0, &group.id, member.kind.as_str(), &member.id];
    if tx.execute(&sql::DELETE_MEMBER, edge)? == 1 {
        count_down(tx, &entities::COUNT_MEMBERS, &group.id)?;
        count_down(tx, &entities::COUNT_MEMBERSHIPS, &member.id)?;
    }
    Ok(())
}
