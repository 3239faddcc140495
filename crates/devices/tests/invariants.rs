//! Every check finds what breaks its invariant, and mends it.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use postroom_devices::invariants::{CHECKS, ROWS};
use postroom_policy::Effect;
use postroom_store::fsck::{self, Finding};
use postroom_store::testing::{TestStore, damage};
use postroom_store::{Place, Store, on_both_engines};
use support::{modules, organization, put};

/// What must hold, and how it is broken (`$1`: the short key).
const CASES: &[(&str, &str)] = &[
    (
        "an override for a device belongs to a user",
        "UPDATE mobile_device_overrides SET user_id = 'nobody' WHERE organization = $1 AND device_id = 'phone1'",
    ),
    (
        "the overrides for devices are counted",
        "UPDATE mobile_device_override_state SET overrides_count = 7 WHERE organization = $1",
    ),
    (
        "the overrides for devices are counted",
        "DELETE FROM mobile_device_override_state WHERE organization = $1",
    ),
];

fn run(store: &Store, place: Place, repair: bool) -> Vec<Finding> {
    let begin = repair.then_some(postroom_directory::invariants::begin_repair as fsck::Begin);
    let mut found = fsck::run(store, place, CHECKS, begin).unwrap();
    found.extend(fsck::run_rows(store, place, ROWS, None, begin).unwrap());
    found
}

/// What must hold of a row, how it is broken, and how a person mends it where `fsck` does not.
const ROW_CASES: &[(&str, &str, Option<&str>)] = &[
    (
        "a mobile device access rule can be read",
        "UPDATE mobile_device_access_rules SET rule = '{}' WHERE organization = $1",
        Some("UPDATE mobile_device_access_rules SET rule = '{\"Effect\":\"ALLOW\"}' WHERE organization = $1"),
    ),
    (
        "a mobile device access rule can be read",
        "UPDATE mobile_device_access_rules SET rule = 'not JSON' WHERE organization = $1",
        Some("UPDATE mobile_device_access_rules SET rule = '{\"Effect\":\"ALLOW\"}' WHERE organization = $1"),
    ),
    (
        "an organization has as many mobile device access rules as it may",
        "INSERT INTO mobile_device_access_rules (organization, rule_id, name, rule, created_at, modified_at)
            SELECT $1, a.name || b.name, 'x', '{\"Effect\":\"ALLOW\"}', 7, 7 FROM entities a, entities b
            WHERE a.organization = $1 AND b.organization = $1",
        Some("DELETE FROM mobile_device_access_rules WHERE organization = $1 AND created_at = 7"),
    ),
    (
        "an override for a device can be read",
        "UPDATE mobile_device_overrides SET effect = 'MAYBE' WHERE organization = $1 AND device_id = 'phone1'",
        Some(
            "UPDATE mobile_device_overrides SET effect = 'DENY' WHERE organization = $1 AND device_id = 'phone1'",
        ),
    ),
    (
        "an override is found by its device",
        "UPDATE mobile_device_overrides SET device_key = e.name_key FROM entities e
            WHERE mobile_device_overrides.organization = $1 AND e.organization = $1 AND e.name = 'alice'
            AND device_id = 'phone1'",
        None,
    ),
];

on_both_engines! { modules();
    fn what_breaks_an_invariant_is_found_and_mended(store: &mut TestStore) {
        let organization = organization(store);
        let place = Place::Organization(organization.key);
        organization.enabled_user("alice");
        for device in ["phone1", "phone2"] {
            put(&organization, "alice", device, Effect::Allow).unwrap();
        }
        assert_eq!(run(store, place, false), []);
        for (invariant, breaks) in CASES {
            damage(store, place, breaks, organization.key.0);
            let found = run(store, place, false);
            assert!(found.iter().any(|found| found.invariant == *invariant && !found.repaired), "{invariant}: {found:?}");
            let mended = run(store, place, true);
            assert!(mended.iter().all(|found| found.repaired), "{invariant}: {mended:?}");
            assert_eq!(run(store, place, false), [], "after {invariant}");
        }
        let broken = CASES.iter().map(|(invariant, _)| *invariant).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(broken, CHECKS.iter().map(|check| check.invariant).collect(), "add a case");
    }

    fn what_cannot_be_read_or_found_is_told(store: &mut TestStore) {
        let organization = organization(store);
        let place = Place::Organization(organization.key);
        for name in ["alice", "bert", "carl", "dora"] {
            organization.enabled_user(name);
        }
        for device in ["phone1", "phone2"] {
            put(&organization, "alice", device, Effect::Allow).unwrap();
        }
        for (invariant, breaks, mends) in ROW_CASES {
            damage(store, place, breaks, organization.key.0);
            let found = run(store, place, true);
            assert!(found.iter().any(|found| found.invariant == *invariant), "{invariant}: {found:?}");
            assert!(found.iter().all(|found| found.repaired == mends.is_none()), "{invariant}: {found:?}");
            if let Some(mends) = mends {
                damage(store, place, mends, organization.key.0);
            }
            assert_eq!(run(store, place, false), [], "after {invariant}");
        }
        let broken = ROW_CASES.iter().map(|case| case.0).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(broken, ROWS.iter().map(|check| check.invariant).collect(), "add a case");
    }
}
