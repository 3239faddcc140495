//! Every check finds what breaks its invariant, and mends it.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use postroom_devices::invariants::CHECKS;
use postroom_policy::Effect;
use postroom_store::fsck::{self, Finding};
use postroom_store::testing::TestStore;
use postroom_store::{Place, Statement, Store, StoreError, on_both_engines, parameters};
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
    fsck::run(store, place, CHECKS, begin).unwrap()
}

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
            let statement: &'static Statement = Box::leak(Box::new(Statement::new(breaks)));
            let changed: Result<u64, StoreError> =
                store.write_blocking(place, move |tx| tx.execute(statement, parameters![place.number()]));
            assert_ne!(changed.unwrap(), 0, "{breaks}");
            let found = run(store, place, false);
            assert!(found.iter().any(|found| found.invariant == *invariant && !found.repaired), "{invariant}: {found:?}");
            let mended = run(store, place, true);
            assert!(mended.iter().all(|found| found.repaired), "{invariant}: {mended:?}");
            assert_eq!(run(store, place, false), [], "after {invariant}");
        }
        let broken = CASES.iter().map(|(invariant, _)| *invariant).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(broken, CHECKS.iter().map(|check| check.invariant).collect(), "add a case");
    }
}
