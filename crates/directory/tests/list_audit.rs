//! The audit trail: what was changed stands in it, in order, and is read from the end or from a place on.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::audit_sweep::AuditSweep;
use postroom_directory::limits::{self, PAGE_ROWS_MAX};
use postroom_directory::ops::{AuditEntry, AuditPart, RecordPart, Records, list_audit, list_records};
use postroom_directory::testing::{modules, organization};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Place, Read, Store, on_both_engines};
use postroom_types::{OrganizationKey, Timestamp};
use support::{directory, write};

fn record(store: &Store, operation: &'static str, request_id: &str) -> AdminRecord {
    let parameters = serde_json::json!({"name": "alice"});
    let random = store.random().as_ref();
    AdminRecord {
        request_id: request_id.into(),
        source_ip: Ipv4Addr::new(192, 0, 2, 1).into(),
        ..AdminRecord::at_the_machine(random, operation, "m-1", &parameters)
    }
}

fn change(store: &Store, key: OrganizationKey, request_id: &str) {
    let record = record(store, "CreateUser", request_id);
    write(store, key, move |tx| audit::write(tx, &record)).unwrap();
}

fn list(store: &Store, key: OrganizationKey, part: AuditPart, rows_max: i64) -> Vec<AuditEntry> {
    let listed = store
        .read_blocking(Place::Organization(key), |read: &mut dyn Read| list_audit(read, key, part, rows_max));
    let listed: Result<_, DirectoryError> = listed;
    listed.unwrap()
}

fn ids(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.request_id.as_str()).collect()
}

const KEPT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

fn sweep(store: &Store) {
    let jobs = Jobs::new(store.clone());
    let sweep = AuditSweep::new(jobs.clone(), KEPT, KEPT);
    block_on(sweep.begin()).unwrap();
    let runner = sweep.register_jobs(Runner::new(&jobs, RunnerOptions::default()));
    block_on(runner.run_due()).unwrap();
}

fn changes(store: &Store) -> Vec<String> {
    let list =
        |read: &mut dyn Read| list_records(read, Records::Changes, None, &RecordPart::Last, PAGE_ROWS_MAX);
    let listed: Result<_, DirectoryError> = store.read_blocking(Place::Directory, list);
    listed.unwrap().iter().map(|record| record.request_id.as_ref().to_owned()).collect()
}

on_both_engines! { modules();
    fn old_changes_are_swept_once_a_day_and_newer_ones_stay(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let (key, other) = (organization(store, "one"), organization(store, "other"));
        let in_directory = |request_id: &str| {
            let record = record(store, "TagResource", request_id);
            directory(store, move |tx| audit::write_in_directory(tx, &record)).unwrap();
        };
        // More than one transaction removes.
        let old = limits::CHANGES_SWEPT + 3;
        for number in 0..old {
            change(store, key, &format!("old-{number}"));
            in_directory(&format!("old-{number}"));
        }
        change(store, other, "old");
        sweep(store);
        assert_eq!(ids(&list(store, other, AuditPart::Last, 100)), ["old"]);
        clock.advance(KEPT + Duration::from_secs(1));
        change(store, key, "new");
        in_directory("new");
        sweep(store);
        assert_eq!(ids(&list(store, key, AuditPart::Last, 100)), ["new"]);
        assert_eq!(ids(&list(store, other, AuditPart::Last, 100)), [""; 0]);
        assert_eq!(changes(store), ["new"]);
        // A trail without its oldest entries goes on where it was.
        change(store, other, "next");
        assert_eq!(ids(&list(store, other, AuditPart::Last, 100)), ["next"]);
    }

    fn a_repeated_transaction_adds_no_record_in_the_directory(store: &mut TestStore) {
        let record = record(store, "TagResource", "one");
        for _ in 0..2 {
            let record = record.clone();
            directory(store, move |tx| audit::write_in_directory(tx, &record)).unwrap();
        }
        assert_eq!(changes(store), ["one"]);
    }

    fn the_end_and_what_comes_after(store: &mut TestStore) {
        let (key, other) = (organization(store, "one"), organization(store, "other"));
        let before = list(store, key, AuditPart::Last, PAGE_ROWS_MAX);
        for request_id in ["a", "b", "c"] {
            change(store, key, request_id);
            change(store, other, "x");
        }
        let last = list(store, key, AuditPart::Last, 2);
        assert_eq!(ids(&last), ["b", "c"]);
        assert_eq!((last[0].operation.as_str(), last[0].source_ip.as_str()), ("CreateUser", "192.0.2.1"));
        assert_eq!(last[0].parameters, r#"{"name":"alice"}"#);
        let after = before.last().map_or(0, |entry| entry.sequence);
        let first = list(store, key, AuditPart::After(after), 2);
        assert_eq!(ids(&first), ["a", "b"]);
        assert_eq!(ids(&list(store, key, AuditPart::After(first[1].sequence), 2)), ["c"]);
        assert_eq!(list(store, key, AuditPart::After(last[1].sequence), 2), []);
    }
}
