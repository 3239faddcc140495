//! What a reader sees.

use std::sync::mpsc::sync_channel;

use postroom_store::{Place, StoreError, parameters};

use crate::support::{Admin, COUNT, LOG, PATIENCE, logged, store, write};

#[test]
fn a_snapshot_stays_as_it_was() {
    let Some(store) = store() else { return };
    write(&store, 1).unwrap();
    let (looked, wait) = sync_channel(0);
    let (written, go_on) = sync_channel(0);
    let (store, go_on) = (&store, std::sync::Mutex::new(go_on));
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            store.read_blocking(Place::Directory, |read| -> Result<(i64, i64), StoreError> {
                let first = read.query_first(&COUNT, parameters![1])?.unwrap().take(0);
                looked.send(()).unwrap();
                go_on.lock().unwrap().recv_timeout(PATIENCE).unwrap();
                Ok((first, read.query_first(&COUNT, parameters![1])?.unwrap().take(0)))
            })
        });
        wait.recv_timeout(PATIENCE).unwrap();
        write(store, 1).unwrap();
        written.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), Ok((1, 1)));
    });
    assert_eq!(logged(store, 1), Ok(2));
}

#[test]
fn a_reader_cannot_write() {
    let Some(store) = store() else { return };
    let written: Result<usize, StoreError> =
        store.read_blocking(Place::Directory, |read| Ok(read.query(&LOG, parameters![1])?.len()));
    assert!(written.is_err(), "{written:?}");
    assert_eq!(logged(&store, 1), Ok(0));
}

#[test]
fn a_snapshot_is_over_when_its_answer_is_there() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    write(&store, 1).unwrap();
    let panicked: Result<i64, StoreError> = store.read_blocking(Place::Directory, |read| {
        read.query(&COUNT, parameters![1])?;
        panic!("on purpose")
    });
    assert!(panicked.is_err());
    for _ in 0..50 {
        assert_eq!(logged(&store, 1), Ok(1));
        // The server may still be reading our COMMIT; it must not wait for a next statement.
        let open = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'postroom reader' AND state LIKE 'idle in transaction%'";
        let deadline = std::time::Instant::now() + PATIENCE;
        while admin.number(open) > 0 {
            assert!(std::time::Instant::now() < deadline, "a snapshot is left open");
        }
    }
}

#[test]
fn more_readers_than_connections_all_get_their_answer() {
    let Some(store) = store() else { return };
    write(&store, 1).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| (0..10).for_each(|_| assert_eq!(logged(&store, 1), Ok(1))));
        }
    });
    let async_reads = postroom_store::testing::block_on(async {
        let mut all = Vec::new();
        for _ in 0..40 {
            let store = (*store).clone();
            all.push(tokio::spawn(async move {
                store
                    .read(Place::Directory, |read| -> Result<i64, StoreError> {
                        Ok(read.query_first(&COUNT, parameters![1])?.unwrap().take(0))
                    })
                    .await
            }));
        }
        let mut answers = Vec::new();
        for read in all {
            answers.push(read.await.unwrap());
        }
        answers
    });
    assert!(async_reads.iter().all(|answer| *answer == Ok(1)), "{async_reads:?}");
}
