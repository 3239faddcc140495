//! A change on one node reaches the listeners of another.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use postroom_store::testing::TestStore;
use postroom_store::{Change, Engine, Options, Place, PostgresOptions, Store, StoreError};
use postroom_types::OrganizationKey;

use crate::support::{Admin, PATIENCE, Proxy, changes, log, once, store, through};

fn publish(store: &Store, sequence: i64) {
    let published: Result<(), StoreError> =
        store.write_blocking(Place::Organization(OrganizationKey(7)), move |tx| {
            tx.publish(admin(sequence));
            log(tx, sequence)
        });
    published.unwrap();
}

fn admin(sequence: i64) -> Change {
    Change::Admin { organization: OrganizationKey(7), sequence }
}

#[test]
fn a_change_is_seen_on_another_node_within_a_second_and_on_its_own_at_once() {
    let Some(store) = store() else { return };
    let other = store.another_node().unwrap();
    let (here, there) = (changes(&store), changes(&other));
    let mut in_time = 0;
    for sequence in 1..=5 {
        let began = Instant::now();
        publish(&store, sequence);
        // One may come again by the table, when the look for others' changes was quicker than we were.
        assert!(here.try_iter().any(|change| change == admin(sequence)), "not published before the answer");
        assert_eq!(there.recv_timeout(PATIENCE), Ok(admin(sequence)));
        in_time += u32::from(began.elapsed() < Duration::from_secs(1));
    }
    // A machine that is busy with other tests may be late once or twice; a poll that is too slow is late each time.
    assert!(in_time >= 3, "only {in_time} of 5 changes were seen within a second");
    let published: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
        tx.publish(Change::Directory);
        tx.publish(admin(6));
        log(tx, 6)
    });
    published.unwrap();
    assert_eq!(there.recv_timeout(PATIENCE), Ok(Change::Directory));
    assert_eq!(there.recv_timeout(PATIENCE), Ok(admin(6)));
    other.close();
}

#[test]
fn a_transaction_that_was_undone_publishes_nothing() {
    let Some(store) = store() else { return };
    let other = store.another_node().unwrap();
    let (here, there) = (changes(&store), changes(&other));
    let refused: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
        tx.publish(admin(1));
        Err(StoreError::Bug("refused".to_owned()))
    });
    assert!(refused.is_err());
    publish(&store, 2);
    assert_eq!(here.recv_timeout(PATIENCE), Ok(admin(2)));
    assert_eq!(there.recv_timeout(PATIENCE), Ok(admin(2)));
    other.close();
}

#[test]
fn changes_of_many_writers_on_two_nodes_all_arrive_on_both() {
    let Some(store) = store() else { return };
    let other = store.another_node().unwrap();
    let (here, there) = (changes(&store), changes(&other));
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let node: &Store = if writer % 2 == 0 { &store } else { &other };
            scope.spawn(move || (0..25).for_each(|n| publish(node, writer * 25 + n)));
        }
    });
    for received in [here, there] {
        let mut missing: BTreeSet<i64> = (0..200).collect();
        while !missing.is_empty() {
            match received.recv_timeout(PATIENCE).unwrap() {
                Change::Admin { sequence, .. } => drop(missing.remove(&sequence)),
                other => panic!("{other:?}"),
            }
        }
    }
    other.close();
}

#[test]
fn a_row_that_commits_after_a_later_one_is_seen() {
    let Some(store) = store() else { return };
    let seen = changes(&store);
    let (first, second) = (Admin::connect(store.url().unwrap()), Admin::connect(store.url().unwrap()));
    first.run("BEGIN");
    first.run(&insert(1));
    second.run(&insert(2));
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(2)));
    first.run("COMMIT");
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(1)));
}

/// Long after any other transaction would have ended, as one does that waited for a standby which was away.
#[test]
fn a_row_that_commits_long_after_later_ones_is_seen_and_kept_until_it_was() {
    let Some(store) = store() else { return };
    let (poll_interval, changes_kept) = (Duration::from_millis(20), Duration::from_secs(1));
    let postgres = PostgresOptions {
        poll_interval,
        changes_kept,
        change_late_after: Duration::from_millis(100),
        ..PostgresOptions::new(store.url().unwrap())
    };
    let node = Store::open(Options { engine: Engine::Postgres(postgres), ..once(store.options()) }).unwrap();
    let seen = changes(&node);
    let (first, second) = (Admin::connect(store.url().unwrap()), Admin::connect(store.url().unwrap()));
    first.run("BEGIN");
    first.run(&insert(1));
    // One that is undone leaves a number that nobody has.
    second.run("BEGIN");
    second.run(&insert(99));
    second.run("ROLLBACK");
    // A node that was held up for so long that it may have missed something tells of everything.
    let is_told = |change: &Change, sequence| *change == admin(sequence) || *change == Change::Everything;
    let wait_for = |sequence| while !is_told(&seen.recv_timeout(PATIENCE).unwrap(), sequence) {};
    second.run(&insert(2));
    wait_for(2);
    // Rows that the node has noted, and deleted, in between.
    let deadline = Instant::now() + PATIENCE;
    for sequence in 3.. {
        second.run(&insert(sequence));
        wait_for(sequence);
        if second.number("SELECT MIN(id) FROM changes") > 3 {
            break;
        }
        assert!(Instant::now() < deadline, "old rows are never deleted");
    }
    assert!(!seen.try_iter().any(|change| change == admin(1)), "it is not committed");
    first.run("COMMIT");
    wait_for(1);
    node.close();
}

fn insert(sequence: i64) -> String {
    format!(
        "INSERT INTO changes (kind, organization, mailbox, folder, sequence) VALUES (2, 7, 0, 0, {sequence})"
    )
}

#[test]
fn a_row_under_way_when_a_node_starts_is_seen() {
    let Some(mut store) = store() else { return };
    let (first, second) = (Admin::connect(store.url().unwrap()), Admin::connect(store.url().unwrap()));
    first.run(
        "BEGIN; INSERT INTO changes (kind, organization, mailbox, folder, sequence) VALUES (2, 7, 0, 0, 1)",
    );
    second.run("INSERT INTO changes (kind, organization, mailbox, folder, sequence) VALUES (2, 7, 0, 0, 2)");
    store.reopen();
    let seen = changes(&store);
    first.run("COMMIT");
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(1)));
}

#[test]
fn after_a_lost_connection_listeners_look_at_everything() {
    let Some(store) = store() else { return };
    let proxy = Proxy::start(store.url().unwrap());
    let node = through(&store, &proxy, PATIENCE);
    let seen = changes(&node);
    publish(&store, 1);
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(1)));
    proxy.away();
    publish(&store, 2);
    proxy.back();
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(Change::Everything));
    publish(&store, 3);
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(3)));
    node.close();
}

#[test]
fn a_kind_that_only_newer_nodes_know_is_passed_over() {
    let Some(store) = store() else { return };
    let seen = changes(&store);
    Admin::connect(store.url().unwrap())
        .run("INSERT INTO changes (kind, organization, mailbox, folder, sequence) VALUES (99, 7, 0, 0, 1)");
    publish(&store, 2);
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(admin(2)));
}

/// Another node on the database of `store`.
fn node(store: &TestStore, poll_interval: Duration, changes_kept: Duration) -> Store {
    let postgres =
        PostgresOptions { poll_interval, changes_kept, ..PostgresOptions::new(store.url().unwrap()) };
    Store::open(Options { engine: Engine::Postgres(postgres), ..once(store.options()) }).unwrap()
}

#[test]
fn old_rows_are_deleted_and_the_newest_stays() {
    let Some(store) = store() else { return };
    let cleaner = node(&store, Duration::from_millis(20), Duration::from_millis(400));
    let admin_connection = Admin::connect(store.url().unwrap());
    (1..=20).for_each(|sequence| publish(&store, sequence));
    let deadline = Instant::now() + PATIENCE;
    while admin_connection.number("SELECT COUNT(*) FROM changes") > 1 {
        assert!(Instant::now() < deadline, "old rows are never deleted");
    }
    assert_eq!(admin_connection.number("SELECT MAX(sequence) FROM changes"), 20);
    let seen = changes(&store);
    publish(&cleaner, 21);
    assert_eq!(seen.iter().find(|change| *change != admin(20)), Some(admin(21)));
    cleaner.close();
}

#[test]
fn a_node_that_looks_too_late_tells_its_listeners_to_look_at_everything() {
    let Some(store) = store() else { return };
    let late = node(&store, Duration::from_millis(300), Duration::from_millis(300));
    let seen = changes(&late);
    publish(&store, 1);
    assert_eq!(seen.recv_timeout(PATIENCE), Ok(Change::Everything));
    late.close();
}
