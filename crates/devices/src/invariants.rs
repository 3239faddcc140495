//! What `fsck` checks of overrides: what must hold and the schema cannot say.

use postroom_store::fsck::Check;
use postroom_store::parameters;

postroom_store::statements! {
    STRAYS = "SELECT o.user_id FROM mobile_device_overrides o LEFT JOIN entities e
        ON e.organization = o.organization AND e.entity_id = o.user_id AND e.kind = 'USER' AND e.live = 1
        WHERE o.organization = $1 AND e.entity_id IS NULL GROUP BY o.user_id ORDER BY o.user_id LIMIT $2";
    DELETE = "DELETE FROM mobile_device_overrides WHERE organization = $1 AND user_id = $2";
    MISCOUNTED = "SELECT n.there, COALESCE(s.overrides_count, 0) FROM
        (SELECT COUNT(*) AS there FROM mobile_device_overrides WHERE organization = $1) n
        LEFT JOIN mobile_device_override_state s ON s.organization = $1
        WHERE n.there <> COALESCE(s.overrides_count, 0) LIMIT $2";
    RECOUNT = "INSERT INTO mobile_device_override_state (organization, overrides_count, changes_floor)
        SELECT CAST($1 AS BIGINT), COUNT(*), CAST(0 AS BIGINT) FROM mobile_device_overrides WHERE organization = $1
        ON CONFLICT (organization) DO UPDATE SET overrides_count = excluded.overrides_count";
}

/// The checks of an organization's overrides. What belongs to nobody goes first, so that it is not counted.
pub const CHECKS: &[Check] = &[
    Check {
        invariant: "an override for a device belongs to a user",
        find: &STRAYS,
        describe: |mut row| {
            format!("there are overrides for devices of {}, which is no user", row.take::<String>(0))
        },
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&DELETE, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "the overrides for devices are counted",
        find: &MISCOUNTED,
        describe: |mut row| {
            let (there, counted): (i64, i64) = (row.take(0), row.take(1));
            format!("{counted} overrides for devices are counted, and {there} are there")
        },
        repair: Some(|tx, _| {
            let organization = tx.organization().0;
            tx.execute(&RECOUNT, parameters![organization]).map(drop)
        }),
    },
];
