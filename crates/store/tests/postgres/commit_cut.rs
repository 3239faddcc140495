//! The connection is lost while COMMIT is on its way: the outcome is unknown, and nothing is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use postroom_store::{Change, Outcome, Place, StoreError};

use crate::support::{Admin, OnCommit, PATIENCE, Proxy, log, store, through, write};

fn check(action: OnCommit, publishes: bool, written: i64) {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    let proxy = Proxy::start(store.url().unwrap());
    let node = through(&store, &proxy, PATIENCE);
    write(&node, 0).unwrap();

    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    proxy.on_commit(action);
    let outcome: Result<(), StoreError> = node.write_blocking(Place::Directory, move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        if publishes {
            tx.publish(Change::Directory);
        }
        log(tx, 1)
    });
    assert!(proxy.has_cut());
    assert!(matches!(outcome, Err(StoreError::Unavailable { outcome: Outcome::Unknown, .. })), "{outcome:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1, "a transaction whose COMMIT was sent ran again");
    // The server may learn later than we that the client is gone; then it undoes the transaction.
    write(&node, 2).unwrap();
    assert_eq!((admin.logged(0), admin.logged(2)), (1, 1));
    node.close();
    assert_eq!(admin.logged(1), written);
    assert_eq!(admin.number("SELECT COUNT(*) FROM changes"), if publishes { written } else { 0 });
}

#[test]
fn a_commit_that_the_server_never_saw_is_unknown_and_not_there() {
    check(OnCommit::CutBefore, false, 0);
}

#[test]
fn a_commit_whose_answer_was_lost_is_unknown_and_there_once() {
    check(OnCommit::CutAfter, false, 1);
}

#[test]
fn with_a_published_change_it_is_the_same() {
    check(OnCommit::CutBefore, true, 0);
    check(OnCommit::CutAfter, true, 1);
}
