//! Calls that changed nothing: written in batches, bounded, swept, read from a place on.
#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::call_audit::{CallAudit, CallNote, CallRecord, DROPPED, last_calls, list_calls};
use postroom_directory::limits;
use postroom_directory::testing::modules;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Place, Read, on_both_engines};
use postroom_types::Timestamp;

/// How long calls are kept here.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

fn record(at: Timestamp, request_id: &str) -> CallRecord {
    CallRecord {
        at,
        request_id: request_id.into(),
        aws_account: "111122223333".into(),
        organization_id: "m-1".to_owned(),
        actor: "111122223333/AKIA".to_owned(),
        source_ip: "192.0.2.1".to_owned(),
        operation: "ListUsers".to_owned(),
        result: "success".to_owned(),
        parameters: "{}".into(),
    }
}

/// `record` as it is handed in.
fn note(record: &CallRecord) -> CallNote<'_> {
    CallNote {
        at: record.at,
        request_id: &record.request_id,
        aws_account: &record.aws_account,
        organization_id: &record.organization_id,
        actor: &record.actor,
        source_ip: Some(record.source_ip.parse().unwrap()),
        operation: &record.operation,
        result: &record.result,
        parameters: &record.parameters,
    }
}

fn listed(store: &TestStore, after: (Timestamp, &str), rows_max: i64) -> Vec<CallRecord> {
    let cursor = (after.0, after.1.to_owned());
    let read = |read: &mut dyn Read| list_calls(read, None, &cursor, rows_max);
    store.read_blocking(Place::Directory, read).unwrap()
}

fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

on_both_engines! { modules();
    fn records_are_read_in_order_from_a_place_on(store: &mut TestStore) {
        let audit = CallAudit::new((**store).clone(), KEPT);
        let now = store.clock().now();
        let later = now.plus(Duration::from_secs(1));
        for (at, id) in [(later, "c"), (now, "b"), (now, "a")] {
            audit.note(&note(&record(at, id)));
        }
        assert_eq!(listed(store, (Timestamp::default(), ""), 9), []);
        block_on(audit.flush());
        let all = [record(now, "a"), record(now, "b"), record(later, "c")];
        assert_eq!(listed(store, (Timestamp::default(), ""), 9), all);
        assert_eq!(listed(store, (now, "a"), 1), all[1..2]);
        assert_eq!(listed(store, (now, "b"), 9), all[2..]);
        block_on(audit.flush());
        assert_eq!(listed(store, (later, "c"), 9), []);
    }

    fn records_that_came_in_any_order_are_read_in_theirs(store: &mut TestStore) {
        let audit = CallAudit::new((**store).clone(), KEPT);
        let begin = start();
        // Three batches whose times overlap, as those of several nodes do; more than a reader looks at in one go.
        let count = 60 * u64::try_from(limits::CALL_BLOCKS_READ).unwrap();
        let mut all = Vec::new();
        for batch in 0..3 {
            for number in (0..count).filter(|number| number % 3 == batch) {
                let at = begin.plus(Duration::from_millis(number * 50));
                let one = CallRecord { organization_id: format!("m-{}", number % 2), ..record(at, &format!("{number:04}")) };
                audit.note(&note(&one));
                all.push(one);
            }
            block_on(audit.flush());
        }
        all.sort_by(|one, other| one.request_id.cmp(&other.request_id));
        for of in [None, Some("m-0"), Some("m-1")] {
            let wanted: Vec<_> =
                all.iter().filter(|one| of.is_none_or(|of| one.organization_id == of)).cloned().collect();
            let mut cursor = (Timestamp::default(), String::new());
            let mut found = Vec::new();
            loop {
                let page = store.read_blocking(Place::Directory, |read: &mut dyn Read| list_calls(read, of, &cursor, 97));
                let page = page.unwrap();
                let Some(last) = page.last() else { break };
                cursor = (last.at, last.request_id.to_string());
                found.extend(page);
            }
            assert_eq!(found, wanted);
            for rows in [1, 50] {
                let last = |read: &mut dyn Read| last_calls(read, of, rows);
                let last = store.read_blocking(Place::Directory, last).unwrap();
                assert_eq!(last, wanted[wanted.len() - usize::try_from(rows).unwrap()..]);
            }
        }
    }

    fn what_does_not_fit_is_counted_and_the_count_is_written(store: &mut TestStore) {
        let audit = CallAudit::new((**store).clone(), KEPT);
        let now = store.clock().now();
        for number in 0..limits::CALLS_QUEUED_MAX + 7 {
            audit.note(&note(&record(now, &format!("{number:06}"))));
        }
        block_on(audit.flush());
        let last = format!("{:06}", limits::CALLS_QUEUED_MAX - 1);
        let after = listed(store, (now, &last), 9);
        assert_eq!(after.len(), 1);
        assert_eq!((after[0].operation.as_str(), after[0].result.as_str()), (DROPPED, "7"));
        assert_eq!(listed(store, (now, ""), 100).len(), 100);
    }

    fn refusals_at_the_door_cannot_fill_the_trail(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(start().plus(Duration::from_secs(600))));
        store.reopen_with(Options { clock, ..store.options() });
        let audit = CallAudit::new((**store).clone(), KEPT);
        let minute = |minute: u64| start().plus(Duration::from_secs(60 * minute));
        let refusals = limits::REFUSALS_PER_MINUTE_MAX;
        for number in 0..refusals + 5 {
            audit.note_refusal(&note(&record(minute(0), &format!("{number:06}"))));
        }
        // Others are not held back by them, nor is the next minute.
        audit.note(&note(&record(minute(0), "other")));
        audit.note_refusal(&note(&record(minute(1), "next")));
        block_on(audit.flush());
        let last = format!("{:06}", refusals - 1);
        let after = listed(store, (minute(0), &last), 9);
        let names: Vec<_> = after.iter().map(|record| &*record.request_id).collect();
        assert_eq!(names[..2], ["other", "next"]);
        assert_eq!((after[2].operation.as_str(), after[2].result.as_str()), (DROPPED, "5"));
    }

    fn old_records_go(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(start()));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let audit = CallAudit::new((**store).clone(), KEPT);
        audit.note(&note(&record(start(), "old")));
        block_on(audit.flush());
        clock.advance(KEPT + Duration::from_secs(1));
        let now = store.clock().now();
        audit.note(&note(&record(now, "new")));
        block_on(audit.flush());
        assert_eq!(listed(store, (Timestamp::default(), ""), 9), [record(now, "new")]);
    }
}
