//! Transactions in each other's way, and errors that only look like it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use postroom_store::testing::TestStore;
use postroom_store::{Outcome, Parameter, Place, Read, StoreError, limits, parameters};

use crate::support::{Admin, INCREMENT, LOG, REFUSE, log, logged, store};

#[test]
fn a_deadlock_is_broken_and_both_transactions_take_effect_once() {
    let Some(store) = store() else { return };
    let both_hold_one = Arc::new(Barrier::new(2));
    std::thread::scope(|scope| {
        for (first, second) in [(1, 2), (2, 1)] {
            let (store, both_hold_one) = (&store, Arc::clone(&both_hold_one));
            let runs = AtomicU32::new(0);
            scope.spawn(move || {
                let done: Result<(), StoreError> = store.write_blocking(Place::Directory, move |tx| {
                    tx.execute(&INCREMENT, parameters![first])?;
                    if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                        both_hold_one.wait();
                    }
                    tx.execute(&INCREMENT, parameters![second]).map(drop)
                });
                assert_eq!(done, Ok(()));
            });
        }
    });
    let admin = Admin::connect(store.url().unwrap());
    assert_eq!(admin.number("SELECT SUM(value)::bigint FROM counters"), 4);
}

/// Writes, and meets the error `code` in the first `times` runs.
fn refused(store: &TestStore, code: &'static str, times: u32) -> (Result<(), StoreError>, u32) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let result = store.write_blocking(Place::Directory, move |tx| {
        log(tx, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) < times {
            tx.query(&REFUSE, parameters![code])?;
        }
        Ok(())
    });
    (result, runs.load(Ordering::SeqCst))
}

#[test]
fn what_a_second_run_may_mend_is_run_again() {
    let Some(store) = store() else { return };
    let codes = ["40001", "40P01", "55P03", "23505", "23503", "08006", "57P01", "25006", "26000"];
    for (number, code) in (1..).zip(codes) {
        assert_eq!(refused(&store, code, 2), (Ok(()), 3), "{code}");
        assert_eq!(logged(&store, 1), Ok(number), "{code}");
    }
}

#[test]
fn tries_are_bounded() {
    let Some(store) = store() else { return };
    let (result, runs) = refused(&store, "40001", u32::MAX);
    assert!(matches!(result, Err(StoreError::Conflict(_))), "{result:?}");
    assert_eq!(runs, limits::CONFLICT_TRIES_MAX + 1);
    let (result, runs) = refused(&store, "23505", u32::MAX);
    assert!(matches!(result, Err(StoreError::Bug(_))), "{result:?}");
    assert_eq!(runs, limits::RACE_TRIES_MAX + 1);
    assert_eq!(logged(&store, 1), Ok(0));
}

#[test]
fn other_errors_are_answered_at_once() {
    let Some(store) = store() else { return };
    for code in ["53100", "53200", "57014", "58030"] {
        let (result, runs) = refused(&store, code, 1);
        assert!(
            matches!(result, Err(StoreError::Unavailable { outcome: Outcome::NotWritten, .. })),
            "{code}: {result:?}"
        );
        assert_eq!(runs, 1, "{code}");
    }
    assert!(matches!(refused(&store, "XX001", 1), (Err(StoreError::Impaired(_)), 1)));
    for code in ["22012", "23502", "23514", "42601", "P0001"] {
        let (result, runs) = refused(&store, code, 1);
        assert!(matches!(result, Err(StoreError::Bug(_))), "{code}: {result:?}");
        assert_eq!(runs, 1, "{code}");
    }
    assert_eq!(logged(&store, 1), Ok(0));
}

#[test]
fn a_wrong_parameter_is_a_bug_and_not_a_lost_connection() {
    let Some(store) = store() else { return };
    let wrong = [
        ("type", vec![Parameter::Text("x")]),
        ("too few", vec![]),
        ("too many", vec![Parameter::Integer(1); 2]),
    ];
    for (name, values) in wrong {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let result: Result<(), StoreError> = store.write_blocking(Place::Directory, move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            tx.execute(&LOG, &values).map(drop)
        });
        assert!(matches!(result, Err(StoreError::Bug(_))), "{name}: {result:?}");
        assert_eq!(runs.load(Ordering::SeqCst), 1, "{name}");
    }
}
