//! Members, delegates and permissions: both ends are there, and no group is in itself.

use postroom_store::fsck::Check;
use postroom_store::{Row, Statement, StoreError, Tx, parameters};

use super::about;
use crate::sql::permissions;

postroom_store::statements! {
    MEMBERS = "SELECT m.group_id, m.member_id, m.member_kind FROM group_members m
        LEFT JOIN entities g ON g.organization = m.organization AND g.entity_id = m.group_id AND g.live = 1
            AND g.kind = 'GROUP'
        LEFT JOIN entities e ON e.organization = m.organization AND e.entity_id = m.member_id AND e.live = 1
            AND e.kind = m.member_kind
        WHERE m.organization = $1 AND (g.entity_id IS NULL OR e.entity_id IS NULL)
        ORDER BY m.group_id, m.member_id LIMIT $2";
    DELETE_MEMBER = "DELETE FROM group_members WHERE organization = $1 AND group_id = $2 AND member_id = $3
        AND member_kind = $4";
    GROUP_NAMES = "SELECT m.group_id, g.name_key FROM group_members m
        JOIN entities g ON g.organization = m.organization AND g.entity_id = m.group_id
        WHERE m.organization = $1 AND m.group_name_key <> g.name_key GROUP BY m.group_id, g.name_key
        ORDER BY m.group_id LIMIT $2";
    SET_GROUP_NAME = "UPDATE group_members SET group_name_key = $3 WHERE organization = $1 AND group_id = $2";
    /// Every group that is reached from itself.
    CYCLES = "WITH RECURSIVE within (top, below) AS (
            SELECT group_id, member_id FROM group_members WHERE organization = $1 AND member_kind = 'GROUP'
            UNION
            SELECT w.top, m.member_id FROM within w JOIN group_members m
                ON m.organization = $1 AND m.group_id = w.below AND m.member_kind = 'GROUP')
        SELECT top FROM within WHERE top = below ORDER BY top LIMIT $2";
    DELEGATES = "SELECT d.resource_id, d.delegate_id FROM resource_delegates d
        LEFT JOIN entities r ON r.organization = d.organization AND r.entity_id = d.resource_id AND r.live = 1
            AND r.kind = 'RESOURCE'
        LEFT JOIN entities e ON e.organization = d.organization AND e.entity_id = d.delegate_id AND e.live = 1
        WHERE d.organization = $1 AND (r.entity_id IS NULL OR e.entity_id IS NULL)
        ORDER BY d.resource_id, d.delegate_id LIMIT $2";
    DELETE_DELEGATE = "DELETE FROM resource_delegates WHERE organization = $1 AND resource_id = $2 AND delegate_id = $3";
    PERMISSIONS = "SELECT p.owner_id, p.grantee_id FROM mailbox_permissions p
        LEFT JOIN entities o ON o.organization = p.organization AND o.entity_id = p.owner_id AND o.live = 1
        LEFT JOIN entities e ON e.organization = p.organization AND e.entity_id = p.grantee_id AND e.live = 1
        WHERE p.organization = $1 AND (o.entity_id IS NULL OR e.entity_id IS NULL)
        ORDER BY p.owner_id, p.grantee_id LIMIT $2";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "a group and its member are there",
        find: &MEMBERS,
        describe: |mut row| between(&mut row, "a membership of", "in group"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (group, member, kind): (String, String, String) = (row.take(0), row.take(1), row.take(2));
            tx.execute(&DELETE_MEMBER, parameters![organization, &group, &member, &kind]).map(drop)
        }),
    },
    Check {
        invariant: "memberships are listed by their group's name",
        find: &GROUP_NAMES,
        describe: |mut row| about(&mut row, "memberships in group", "are listed under another name"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (group, name): (String, Vec<u8>) = (row.take(0), row.take(1));
            tx.execute(&SET_GROUP_NAME, parameters![organization, &group, &name]).map(drop)
        }),
    },
    Check {
        invariant: "no group is in itself",
        find: &CYCLES,
        describe: |mut row| about(&mut row, "group", "is a member of itself, perhaps over others"),
        repair: None,
    },
    Check {
        invariant: "a resource and its delegate are there",
        find: &DELEGATES,
        describe: |mut row| between(&mut row, "a delegation to", "by resource"),
        repair: Some(|tx, row| delete(tx, row, &DELETE_DELEGATE)),
    },
    Check {
        invariant: "the two ends of a mailbox permission are there",
        find: &PERMISSIONS,
        describe: |mut row| between(&mut row, "a permission of", "on the mailbox of"),
        repair: Some(|tx, row| delete(tx, row, &permissions::DELETE)),
    },
];

/// What links the second column to the first.
fn between(row: &mut Row, before: &str, middle: &str) -> String {
    let (one, other): (String, String) = (row.take(0), row.take(1));
    format!("{before} {other} {middle} {one} has an end that is not there")
}

fn delete(tx: &mut Tx<'_>, mut row: Row, statement: &Statement) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (one, other): (String, String) = (row.take(0), row.take(1));
    tx.execute(statement, parameters![organization, &one, &other]).map(drop)
}
