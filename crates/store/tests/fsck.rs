//! Checks find what breaks an invariant, and mend it when they can and are asked to.

use std::time::Duration;

use postroom_store::fsck::{self, Check};
use postroom_store::jobs::{self, Jobs, Kind};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    Migration, Place, Read, Row, SchemaModule, StoreError, on_both_engines, parameters, statements,
};
use postroom_types::OrganizationKey;

statements! {
    INSERT_OWNER = "INSERT INTO owners (id, things_count) VALUES ($1, $2)";
    INSERT_THING = "INSERT INTO things (id, owner_id) VALUES ($1, $2)";
    WRONG_COUNT = "SELECT o.id, o.things_count, (SELECT COUNT(*) FROM things t WHERE t.owner_id = o.id) FROM owners o
        WHERE $1 = 0 AND o.things_count <> (SELECT COUNT(*) FROM things t WHERE t.owner_id = o.id) ORDER BY o.id LIMIT $2";
    SET_COUNT = "UPDATE owners SET things_count = $2 WHERE id = $1";
    NO_OWNER = "SELECT t.id FROM things t WHERE $1 = 0 AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.id = t.owner_id)
        ORDER BY t.id LIMIT $2";
    LEAVE_LEASE = "UPDATE jobs SET lease_until = $2, due_at = $2 WHERE organization = $1";
    FORGET_NUMBER = "DELETE FROM job_counters WHERE organization = $1";
    FORGET_HINT = "DELETE FROM due WHERE organization = $1";
}

const MODULE: SchemaModule = SchemaModule {
    name: "things",
    in_directory: true,
    index: None,
    tables: &["owners", "things"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE owners (id BIGINT NOT NULL, things_count BIGINT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */;
            CREATE TABLE things (id BIGINT NOT NULL, owner_id BIGINT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */",
    }],
};

const CHECKS: &[Check] = &[
    Check {
        invariant: "an owner counts its things",
        find: &WRONG_COUNT,
        describe: |mut row: Row| {
            format!("owner {}: {} instead of {}", row.take::<i64>(0), row.take::<i64>(1), row.take::<i64>(2))
        },
        repair: Some(|tx, mut row| {
            tx.execute(&SET_COUNT, parameters![row.take::<i64>(0), row.take::<i64>(2)]).map(drop)
        }),
    },
    Check {
        invariant: "a thing has an owner",
        find: &NO_OWNER,
        describe: |mut row: Row| format!("thing {}", row.take::<i64>(0)),
        repair: None,
    },
];

fn what(store: &TestStore, repair: bool) -> Vec<(String, bool)> {
    let findings = fsck::run(store, Place::Directory, CHECKS, repair.then_some(|_| Ok(())));
    let findings = findings.expect("the checks run");
    findings.into_iter().map(|finding| (finding.what, finding.repaired)).collect()
}

const KIND: Kind = Kind::new("test.job");
const ONE: Place = Place::Organization(OrganizationKey(1));

fn enqueue_one(store: &TestStore, place: Place) {
    let jobs = Jobs::new((**store).clone());
    let now = store.clock().now();
    let enqueued =
        jobs.write(place, KIND, now, |tx, announced| jobs::enqueue(tx, announced, None, b"").map(drop));
    block_on(enqueued).expect("the job is enqueued");
}

fn run_checks(store: &TestStore, place: Place, repair: bool) -> Vec<(String, bool)> {
    let findings = fsck::run(store, place, &[], repair.then_some(|_| Ok(())));
    let findings = findings.expect("the checks run");
    findings.into_iter().map(|finding| (finding.what, finding.repaired)).collect()
}

on_both_engines! { vec![MODULE];
    fn a_lease_left_behind_and_a_lost_number_are_mended(store: &mut TestStore) {
        enqueue_one(store, Place::Directory);
        assert_eq!(run_checks(store, Place::Directory, false), []);
        let broken: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            let now = tx.now();
            tx.execute(&LEAVE_LEASE, parameters![0, now.minus(Duration::from_secs(3_000))]).map(drop)
        });
        broken.expect("the lease is changed");
        assert_eq!(run_checks(store, Place::Directory, false), [], "a runner may still take it over");
        let broken: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            let now = tx.now();
            tx.execute(&LEAVE_LEASE, parameters![0, now.minus(Duration::from_secs(4_000))])?;
            tx.execute(&FORGET_NUMBER, parameters![0]).map(drop)
        });
        broken.expect("the lease is changed");
        let what = ["job 1 has a number that comes again", "job 1 (test.job) was left by its holder; no runner has taken it up since"];
        let what = |repaired| what.map(|what| (what.to_owned(), repaired));
        assert_eq!(run_checks(store, Place::Directory, false), what(false));
        assert_eq!(run_checks(store, Place::Directory, true), what(true));
        assert_eq!(run_checks(store, Place::Directory, false), []);
        enqueue_one(store, Place::Directory);
    }

    fn work_that_nothing_announces_is_announced(store: &mut TestStore) {
        block_on(store.create_organization(OrganizationKey(1))).expect("the place is made");
        enqueue_one(store, ONE);
        let check = |repair| {
            let findings = jobs::check_hints(store, OrganizationKey(1), repair).expect("the checks run");
            findings.into_iter().map(|finding| (finding.what, finding.repaired)).collect::<Vec<_>>()
        };
        assert_eq!(check(false), []);
        let broken: Result<(), StoreError> =
            store.write_blocking(Place::Directory, |tx| tx.execute(&FORGET_HINT, parameters![1]).map(drop));
        broken.expect("the hint is removed");
        let what = "nothing says that test.job is to be done".to_owned();
        assert_eq!(check(false), [(what.clone(), false)]);
        assert_eq!(check(true), [(what, true)]);
        assert_eq!(check(false), []);
    }

    fn broken_invariants_are_found_and_mended(store: &mut TestStore) {
        let filled: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            tx.execute(&INSERT_OWNER, parameters![1, 2])?;
            tx.execute(&INSERT_OWNER, parameters![2, 0])?;
            tx.execute(&INSERT_THING, parameters![10, 1])?;
            tx.execute(&INSERT_THING, parameters![11, 3]).map(drop)
        });
        filled.expect("the rows are written");
        let wrong = ("owner 1: 2 instead of 1".to_owned(), false);
        let orphan = ("thing 11".to_owned(), false);
        assert_eq!(what(store, false), [wrong.clone(), orphan.clone()]);
        assert_eq!(what(store, true), [(wrong.0, true), orphan.clone()]);
        assert_eq!(what(store, false), [orphan]);
    }
}
