//! What `fsck` checks of overrides: what must hold and the schema cannot say.

use postroom_directory::invariants::{cause, told};
use postroom_store::fsck::{Check, RowCheck};
use postroom_store::{Row, StoreError, Tx, parameters};
use postroom_types::fold;

use crate::{device_override, limits, rule};

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
    RULES = "SELECT rule_id, name, rule, created_at, modified_at FROM mobile_device_access_rules WHERE organization = $1";
    RULES_COUNT = "SELECT COUNT(*) FROM mobile_device_access_rules WHERE organization = $1";
    OVERRIDES = "SELECT user_id, device_id, effect, description, created_at, modified_at FROM mobile_device_overrides
        WHERE organization = $1";
    KEYS = "SELECT user_id, device_id, device_key FROM mobile_device_overrides WHERE organization = $1";
    SET_KEY = "UPDATE mobile_device_overrides SET device_key = $5 WHERE organization = $1 AND user_id = $2
        AND device_id = $3 AND device_key = $4 AND NOT EXISTS (SELECT 1 FROM mobile_device_overrides o
            WHERE o.organization = $1 AND o.user_id = $2 AND o.device_key = $5)";
}

/// What single rows are checked for: rules and overrides can be read, and overrides are found.
pub const ROWS: &[RowCheck] = &[
    told("a mobile device access rule can be read", &RULES, |row, _| rule::from_row(row).err().map(cause)),
    told("an organization has as many mobile device access rules as it may", &RULES_COUNT, |mut row, _| {
        let count: i64 = row.take(0);
        let max = limits::RULES_MAX;
        (count > max).then(|| format!("it has {count} mobile device access rules, and {max} are allowed"))
    }),
    told("an override for a device can be read", &OVERRIDES, |row, _| {
        device_override::from_row(row).err().map(cause)
    }),
    RowCheck {
        invariant: "an override is found by its device",
        rows: &KEYS,
        wrong: |mut row, _| {
            let (user, device, key): (String, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
            let right = fold(&device).as_bytes() == key;
            (!right).then(|| format!("the override for device {device} of {user} is not found by it"))
        },
        repair: Some(find_by_device),
    },
];

fn find_by_device(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (user, device, key): (String, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
    tx.execute(&SET_KEY, parameters![organization, &user, &device, &key, &fold(&device)]).map(drop)
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
