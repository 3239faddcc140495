//! The web of groups in groups: what is above a group, what is below, and whether one more edge may be.

use std::collections::HashSet;

use postroom_store::{Read, Statement, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::sql::groups as sql;
use crate::{DirectoryError, limits};

/// Groups reached from one group or member, level by level.
struct Web {
    reached: HashSet<EntityId>,
    /// How many edges the longest way found has, at most `GROUP_DEPTH_MAX + 1`.
    depth: usize,
}

/// Refuses the edge that puts the group `member` into `group` when it closes a cycle or nests too deep (`Invalid`).
///
/// The organization's row is locked, so no other edge comes between the look and the insert.
pub(crate) fn check_nesting(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    group: &EntityId,
    member: &EntityId,
) -> Result<(), DirectoryError> {
    if group == member {
        return Err(DirectoryError::Invalid("A group cannot be a member of itself.".to_owned()));
    }
    let above = walk(tx, organization, &sql::GROUPS_OF, group)?;
    if above.reached.contains(member) {
        return Err(DirectoryError::Invalid(format!("Group {group} is already a member of {member}.")));
    }
    let below = walk(tx, organization, &sql::GROUPS_IN, member)?;
    if above.depth + 1 + below.depth > limits::GROUP_DEPTH_MAX {
        return Err(DirectoryError::Invalid(format!("Groups may nest {} deep.", limits::GROUP_DEPTH_MAX)));
    }
    Ok(())
}

/// Every group that `entity` is in, directly or through other groups: what a grant to a group reaches.
///
/// `Invalid` when that means looking at more than `GROUP_WEB_MAX`.
pub fn groups_above(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    entity: &EntityId,
) -> Result<HashSet<EntityId>, DirectoryError> {
    Ok(walk(tx, organization, &sql::GROUPS_OF, entity)?.reached)
}

/// Follows `edges` from `start`. A group is visited once per level it is on, so that `depth` is the longest way; the
/// web has no cycles, and levels are bounded all the same.
fn walk(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    edges: &Statement,
    start: &EntityId,
) -> Result<Web, DirectoryError> {
    let mut web = Web { reached: HashSet::new(), depth: 0 };
    let mut level = HashSet::from([start.clone()]);
    let mut visits = 0;
    let probe = i64::try_from(limits::GROUP_WEB_MAX).unwrap_or(i64::MAX) + 1;
    while web.depth <= limits::GROUP_DEPTH_MAX {
        let mut next = HashSet::new();
        for group in &level {
            let rows = tx.query(edges, parameters![organization.0, group, probe])?;
            next.extend(rows.into_iter().map(|mut row| row.take::<EntityId>(0)));
        }
        if next.is_empty() {
            return Ok(web);
        }
        web.depth += 1;
        web.reached.extend(next.iter().cloned());
        visits += next.len();
        if visits > limits::GROUP_WEB_MAX {
            return Err(DirectoryError::Invalid("The groups are nested in too many others.".to_owned()));
        }
        level = next;
    }
    Ok(web)
}
