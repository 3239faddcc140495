//! Every check finds what breaks its invariant, and mends it where it can.

use postroom_directory::testing::TestOrganization;
use postroom_mailbox::invariants::{CHECKS, ROWS, compare};
use postroom_store::fsck::{self, Finding};
use postroom_store::testing::{TestStore, damage};
use postroom_store::{Place, on_both_engines};

use crate::{modules, register};

/// What must hold, how it is broken (`$1`: the short key), whether it can be mended, and how a person mends it.
const CASES: &[(&str, &str, Option<&str>)] = &[
    (
        "a mailbox's key is never given out again",
        "UPDATE mailbox_keys SET next_mailbox = 2 WHERE organization = $1",
        None,
    ),
    ("a mailbox's key is never given out again", "DELETE FROM mailbox_keys WHERE organization = $1", None),
    (
        "a mailbox is attached to its owner",
        "UPDATE mailboxes SET owner_id = 'nobody' WHERE organization = $1 AND mailbox = 1",
        Some("UPDATE mailboxes SET owner_id = attached_to WHERE organization = $1 AND mailbox = 1"),
    ),
    (
        "a mailbox that is detached, and no other, says since when",
        "UPDATE mailboxes SET detached_at = 7 WHERE organization = $1 AND mailbox = 1",
        None,
    ),
    (
        "a mailbox has a quota that one may have",
        "UPDATE mailboxes SET quota_mb = 0 WHERE organization = $1 AND mailbox = 1",
        Some("UPDATE mailboxes SET quota_mb = 51200 WHERE organization = $1 AND mailbox = 1"),
    ),
    (
        "an enabled user or resource has a mailbox",
        "UPDATE mailboxes SET attached_to = NULL, detached_at = 7 WHERE organization = $1 AND mailbox = 1",
        Some(
            "UPDATE mailboxes SET attached_to = owner_id, detached_at = NULL WHERE organization = $1 AND mailbox = 1",
        ),
    ),
    (
        "a mailbox is attached to somebody who is enabled",
        "UPDATE entities SET state = 'DISABLED', email = NULL, email_key = NULL WHERE organization = $1 AND name = 'alice'",
        None,
    ),
];

fn run(organization: &TestOrganization, repair: bool) -> Vec<Finding> {
    let (store, place) = (&organization.store, Place::Organization(organization.key));
    let begin = repair.then_some(postroom_directory::invariants::begin_repair as fsck::Begin);
    let mut findings = fsck::run(store, place, CHECKS, begin).unwrap();
    findings.extend(fsck::run_rows(store, place, ROWS, None, begin).unwrap());
    findings.extend(compare(store, organization.key, repair).unwrap());
    findings
}

on_both_engines! { modules();
    fn what_breaks_an_invariant_is_found(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let place = Place::Organization(organization.key);
        for (name, is_room) in [("alice", false), ("bert", false), ("room", true)] {
            if is_room { organization.resource(name) } else { organization.user(name) };
            register(organization, name, &format!("{name}@example.com")).unwrap();
        }
        organization.user("disabled");
        organization.enabled_group("team");
        assert_eq!(run(organization, false), []);
        for (invariant, breaks, mends) in CASES {
            damage(store, place, breaks, place.number());
            let found = run(organization, false);
            assert!(found.iter().any(|found| found.invariant == *invariant && !found.repaired), "{invariant}: {found:?}");
            let mended = run(organization, true);
            match mends {
                Some(mends) => {
                    assert!(mended.iter().any(|found| !found.repaired), "{invariant}: {mended:?}");
                    damage(store, place, mends, place.number());
                }
                None => assert!(mended.iter().all(|found| found.repaired), "{invariant}: {mended:?}"),
            }
            assert_eq!(run(organization, false), [], "after {invariant}");
        }
    }
}
