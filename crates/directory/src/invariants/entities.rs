//! Entities, their names, and the rows that their kinds have.

use postroom_store::fsck::Check;
use postroom_store::{Row, StoreError, Tx, parameters};
use postroom_types::fold;

use super::about;
use crate::sql::entities::CLAIM_NAME;

postroom_store::statements! {
    LIVE = "SELECT entity_id, state FROM entities WHERE organization = $1
        AND ((live = 1 AND state = 'DELETED') OR (live = 0 AND state <> 'DELETED') OR live NOT IN (0, 1))
        ORDER BY entity_id LIMIT $2";
    SET_LIVE = "UPDATE entities SET live = CASE WHEN state = 'DELETED' THEN 0 ELSE 1 END
        WHERE organization = $1 AND entity_id = $2";
    ORPHANED_NAMES = "SELECT n.entity_id, n.name_key FROM names n LEFT JOIN entities e
        ON e.organization = n.organization AND e.entity_id = n.entity_id AND e.live = 1
        WHERE n.organization = $1 AND e.entity_id IS NULL ORDER BY n.name_key LIMIT $2";
    DELETE_NAME = "DELETE FROM names WHERE organization = $1 AND name_key = $2";
    NAMES = "SELECT e.entity_id, e.name FROM entities e WHERE e.organization = $1 AND e.live = 1
        AND 1 <> (SELECT COUNT(*) FROM names n WHERE n.organization = e.organization AND n.entity_id = e.entity_id)
        ORDER BY e.entity_id LIMIT $2";
    DELETE_NAMES = "DELETE FROM names WHERE organization = $1 AND entity_id = $2";
    WITHOUT_USER = "SELECT e.entity_id FROM entities e LEFT JOIN users u ON u.organization = e.organization
        AND u.entity_id = e.entity_id WHERE e.organization = $1 AND e.kind = 'USER' AND u.entity_id IS NULL
        ORDER BY e.entity_id LIMIT $2";
    STRAY_USERS = "SELECT u.entity_id FROM users u LEFT JOIN entities e ON e.organization = u.organization
        AND e.entity_id = u.entity_id AND e.kind = 'USER' WHERE u.organization = $1 AND e.entity_id IS NULL
        ORDER BY u.entity_id LIMIT $2";
    DELETE_USER = "DELETE FROM users WHERE organization = $1 AND entity_id = $2";
    WITHOUT_RESOURCE = "SELECT e.entity_id FROM entities e LEFT JOIN resources r ON r.organization = e.organization
        AND r.entity_id = e.entity_id WHERE e.organization = $1 AND e.kind = 'RESOURCE' AND r.entity_id IS NULL
        ORDER BY e.entity_id LIMIT $2";
    STRAY_RESOURCES = "SELECT r.entity_id FROM resources r LEFT JOIN entities e ON e.organization = r.organization
        AND e.entity_id = r.entity_id AND e.kind = 'RESOURCE' WHERE r.organization = $1 AND e.entity_id IS NULL
        ORDER BY r.entity_id LIMIT $2";
    DELETE_RESOURCE = "DELETE FROM resources WHERE organization = $1 AND entity_id = $2";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "an entity is live unless it is deleted",
        find: &LIVE,
        describe: |mut row| {
            let (id, state): (String, String) = (row.take(0), row.take(1));
            format!("entity {id} is {state}, and listed otherwise")
        },
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&SET_LIVE, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "a name belongs to a live entity",
        find: &ORPHANED_NAMES,
        describe: |mut row| about(&mut row, "a name is held by", "which is deleted or not there"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&DELETE_NAME, parameters![organization, &row.take::<Vec<u8>>(1)]).map(drop)
        }),
    },
    Check {
        invariant: "a live entity holds its one name",
        find: &NAMES,
        describe: |mut row| about(&mut row, "entity", "does not hold its name, or more than one"),
        repair: Some(hold_name),
    },
    Check {
        invariant: "a user has what users have",
        find: &WITHOUT_USER,
        describe: |mut row| about(&mut row, "user", "has no password and person's data"),
        repair: None,
    },
    Check {
        invariant: "what users have belongs to a user",
        find: &STRAY_USERS,
        describe: |mut row| about(&mut row, "there is a user's data of", "which is no user"),
        repair: Some(|tx, row| delete(tx, row, &DELETE_USER)),
    },
    Check {
        invariant: "a resource has what resources have",
        find: &WITHOUT_RESOURCE,
        describe: |mut row| about(&mut row, "resource", "has no booking options"),
        repair: None,
    },
    Check {
        invariant: "what resources have belongs to a resource",
        find: &STRAY_RESOURCES,
        describe: |mut row| about(&mut row, "there is a resource's data of", "which is no resource"),
        repair: Some(|tx, row| delete(tx, row, &DELETE_RESOURCE)),
    },
];

/// Lets the entity hold the fold key of its name, unless another one holds it.
fn hold_name(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (id, name): (String, String) = (row.take(0), row.take(1));
    tx.execute(&DELETE_NAMES, parameters![organization, &id])?;
    tx.execute(&CLAIM_NAME, parameters![organization, &fold(&name), &id]).map(drop)
}

fn delete(tx: &mut Tx<'_>, mut row: Row, statement: &postroom_store::Statement) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    tx.execute(statement, parameters![organization, &row.take::<String>(0)]).map(drop)
}
