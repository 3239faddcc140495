//! The database goes away and comes back.

use std::time::{Duration, Instant};

use postroom_store::{Outcome, StoreError};

use crate::support::{Admin, PATIENCE, Proxy, logged, store, through, write};

const WAIT: Duration = Duration::from_millis(200);

fn is_away<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable { outcome: Outcome::NotWritten, .. }))
}

#[test]
fn while_it_is_away_everything_says_so_soon_and_afterwards_all_is_well() {
    let Some(store) = store() else { return };
    let proxy = Proxy::start(store.url().unwrap());
    let node = through(&store, &proxy, WAIT);
    write(&node, 1).unwrap();
    assert_eq!(logged(&node, 1), Ok(1));

    proxy.away();
    let began = Instant::now();
    for number in 10..15 {
        let written = write(&node, number);
        assert!(is_away(&written), "{written:?}");
    }
    let read = logged(&node, 1);
    assert!(is_away(&read), "{read:?}");
    // Each waits at most WAIT and one attempt; once it is known to be away, nothing waits.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());

    proxy.back();
    let deadline = Instant::now() + PATIENCE;
    // The threads try again by themselves; how soon depends on their pauses.
    while is_away(&write(&node, 2)) {
        assert!(Instant::now() < deadline, "it never came back");
    }
    let admin = Admin::connect(store.url().unwrap());
    assert_eq!((admin.logged(1), admin.logged(2)), (1, 1));
    assert_eq!(admin.number("SELECT COUNT(*) FROM log WHERE number >= 10"), 0);
    node.close();
}

#[test]
fn a_short_absence_is_waited_for() {
    let Some(store) = store() else { return };
    let proxy = Proxy::start(store.url().unwrap());
    let node = through(&store, &proxy, PATIENCE);
    write(&node, 1).unwrap();
    assert_eq!(logged(&node, 1), Ok(1));
    proxy.away();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (2..6)
            .map(|number| {
                scope.spawn({
                    let node = &node;
                    move || write(node, number)
                })
            })
            .collect();
        let reader = scope.spawn(|| logged(&node, 1));
        proxy.back();
        assert!(writers.into_iter().all(|writer| writer.join().unwrap() == Ok(())));
        assert_eq!(reader.join().unwrap(), Ok(1));
    });
    node.close();
}

#[test]
fn a_store_cannot_be_opened_while_it_is_away() {
    let Some(store) = store() else { return };
    let proxy = Proxy::start(store.url().unwrap());
    proxy.away();
    let postgres = postroom_store::PostgresOptions {
        away_wait_max: WAIT,
        ..postroom_store::PostgresOptions::new(proxy.url())
    };
    let options =
        postroom_store::Options { engine: postroom_store::Engine::Postgres(postgres), ..store.options() };
    let error = postroom_store::Store::open(options).err().unwrap().to_string();
    assert!(error.contains("cannot open PostgreSQL database") && error.contains("127.0.0.1"), "{error}");
}

#[test]
fn a_closed_store_says_so() {
    let Some(store) = store() else { return };
    store.close();
    assert!(is_away(&write(&store, 1)));
    assert!(is_away(&logged(&store, 1)));
}
