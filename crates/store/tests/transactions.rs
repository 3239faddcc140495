//! Transactions: what commits, what is undone, what a reader sees. On both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use postroom_store::testing::TestStore;
use postroom_store::{
    Engine, Migration, Place, Read, SchemaModule, Store, StoreError, limits, on_both_engines, parameters,
    statements, testing,
};

statements! {
    INSERT = "INSERT INTO things (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    COUNT = "SELECT COUNT(*) FROM things";
    WRONG = "INSERT INTO things (id, name) VALUES ($1, NULL)";
}

const MODULE: SchemaModule = SchemaModule {
    name: "things",
    in_directory: true,
    index: None,
    tables: &["things"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE things (id BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */",
    }],
};

fn count(store: &TestStore) -> i64 {
    let counted = store.read_blocking(Place::Directory, |tx| -> Result<i64, StoreError> {
        Ok(tx.query_first(&COUNT, parameters![])?.map_or(0, |mut row| row.take(0)))
    });
    counted.unwrap()
}

fn insert(store: &TestStore, id: i64) -> Result<u64, StoreError> {
    store.write_blocking(Place::Directory, move |tx| tx.execute(&INSERT, parameters![id, "x"]))
}

#[test]
fn statements_suit_both_engines() {
    testing::check_tables(&[MODULE]);
    testing::prepare_all(&[MODULE], ALL);
}

on_both_engines! { vec![MODULE];
    fn a_write_is_seen_by_readers_and_after_reopening(store: &mut TestStore) {
        assert_eq!(insert(store, 1), Ok(1));
        assert_eq!(insert(store, 1), Ok(0));
        assert_eq!(count(store), 1);
        store.reopen();
        assert_eq!(count(store), 1);
    }

    fn an_error_undoes_its_transaction_only(store: &mut TestStore) {
        let refused: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            tx.execute(&INSERT, parameters![1, "x"])?;
            Err(StoreError::Bug("refused".to_owned()))
        });
        assert!(refused.is_err());
        assert_eq!(insert(store, 2), Ok(1));
        assert_eq!(count(store), 1);
    }

    fn a_failed_statement_ends_its_transaction_even_when_the_closure_hides_it(store: &mut TestStore) {
        let hidden: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            tx.execute(&INSERT, parameters![1, "x"])?;
            drop(tx.execute(&WRONG, parameters![2]));
            Ok(())
        });
        assert!(matches!(hidden, Err(StoreError::Bug(_))), "{hidden:?}");
        assert_eq!(count(store), 0);
    }

    fn a_text_with_nul_is_refused(store: &mut TestStore) {
        let refused: Result<u64, StoreError> =
            store.write_blocking(Place::Directory, |tx| tx.execute(&INSERT, parameters![1, "a\0b"]));
        assert!(matches!(&refused, Err(StoreError::Bug(cause)) if cause.contains("NUL")), "{refused:?}");
    }

    fn a_panic_undoes_its_transaction_only(store: &mut TestStore) {
        let panicked: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            tx.execute(&INSERT, parameters![1, "x"])?;
            panic!("on purpose")
        });
        assert!(matches!(panicked, Err(StoreError::Bug(_))), "{panicked:?}");
        assert_eq!(insert(store, 2), Ok(1));
        assert_eq!(count(store), 1);
    }

    fn a_panic_in_a_reader_is_an_error_of_that_read(store: &mut TestStore) {
        let panicked: Result<i64, StoreError> =
            store.read_blocking(Place::Directory, |_| panic!("on purpose"));
        assert!(matches!(panicked, Err(StoreError::Bug(_))), "{panicked:?}");
        assert_eq!(count(store), 0);
    }

    fn many_writers_all_get_their_answer(store: &mut TestStore) {
        std::thread::scope(|scope| {
            for writer in 0..16 {
                let store = &*store;
                scope.spawn(move || (0..20).for_each(|n| assert_eq!(insert(store, writer * 100 + n), Ok(1))));
            }
        });
        assert_eq!(count(store), 320);
    }

    async fn async_callers_get_their_answer(store: &mut TestStore) {
        for id in 0..5 {
            let written: Result<u64, StoreError> =
                store.write(Place::Directory, move |tx| tx.execute(&INSERT, parameters![id, "x"])).await;
            assert_eq!(written, Ok(1));
        }
        let counted: Result<i64, StoreError> = store
            .read(Place::Directory, |tx| {
                Ok(tx.query_first(&COUNT, parameters![])?.map_or(0, |mut row| row.take(0)))
            })
            .await;
        assert_eq!(counted, Ok(5));
    }

    async fn long_reads_leave_readers_to_others(store: &mut TestStore) {
        const READS: usize = 3 * limits::LONG_READS_MAX;
        let (under_way, may_end) = (Arc::new(AtomicUsize::new(0)), Arc::new((Mutex::new(false), Condvar::new())));
        let mut reads = Vec::new();
        for _ in 0..READS {
            let (store, under_way, may_end) = (Store::clone(store), Arc::clone(&under_way), Arc::clone(&may_end));
            reads.push(tokio::spawn(async move {
                let work = move |_: &mut dyn Read| {
                    assert!(under_way.fetch_add(1, Ordering::SeqCst) < limits::LONG_READS_MAX);
                    drop(may_end.1.wait_while(may_end.0.lock().unwrap(), |may_end| !*may_end).unwrap());
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    Ok::<(), StoreError>(())
                };
                store.read_long(Place::Directory, work).await
            }));
        }
        while under_way.load(Ordering::SeqCst) < limits::LONG_READS_MAX {
            tokio::task::yield_now().await;
        }
        let short: Result<i64, StoreError> = store
            .read(Place::Directory, |tx| {
                Ok(tx.query_first(&COUNT, parameters![])?.map_or(0, |mut row| row.take(0)))
            })
            .await;
        assert_eq!(short, Ok(0));
        *may_end.0.lock().unwrap() = true;
        may_end.1.notify_all();
        for read in reads {
            assert_eq!(read.await.unwrap(), Ok(()));
        }
    }
}

#[test]
fn who_reads_for_long_holds_writers_up_for_a_moment_only() {
    let store = TestStore::embedded(vec![MODULE]);
    assert_eq!(insert(&store, -1), Ok(1));
    let fill = |round: i64| {
        let began = Instant::now();
        write_round(&store, round, 20_000);
        began.elapsed()
    };
    let longest: Result<Duration, StoreError> = store.read_blocking(Place::Directory, |tx| {
        tx.query_first(&COUNT, parameters![])?;
        // Two checkpoints, each of a log that is too long and that the snapshot holds.
        Ok((0..17).map(fill).max().unwrap_or_default())
    });
    let longest = longest.unwrap();
    assert!(log_bytes(&store) > 64 << 20 && longest < limits::BUSY_TIME_MAX / 2, "{longest:?}");
    for round in 17..25 {
        fill(round);
    }
    assert!(log_bytes(&store) < 64 << 20, "{}", log_bytes(&store));
}

#[test]
fn long_reads_that_overlap_make_way_for_the_log() {
    let (store, runtime) = (TestStore::embedded(vec![MODULE]), tokio::runtime::Runtime::new().unwrap());
    assert_eq!(insert(&store, -1), Ok(1));
    // Each says how long the log is when it begins to read, and ends when it is told to.
    let read = |store: &TestStore| {
        let (begun, has_begun) = std::sync::mpsc::channel();
        let (end, may_end) = std::sync::mpsc::channel::<()>();
        let (of, may_end, root) = (Store::clone(store), Mutex::new(may_end), root(store));
        let work = move |read: &mut dyn Read| {
            let counted = read.query_first(&COUNT, parameters![])?;
            let rows: i64 = counted.map_or(0, |mut row| row.take(0));
            begun.send((log_bytes_below(&root), rows)).unwrap_or_default();
            may_end.lock().unwrap().recv().unwrap_or_default();
            Ok::<(), StoreError>(())
        };
        let task = runtime.spawn(async move { of.read_long(Place::Directory, work).await });
        (task, has_begun, end)
    };
    let (first, has_begun, end) = read(&store);
    assert_eq!(has_begun.recv().unwrap().1, 1);
    (0..17).for_each(|round| write_round(&store, round, 20_000));
    assert!(log_bytes(&store) > 64 << 20, "the log is not held");
    let (second, has_begun, end_second) = read(&store);
    assert!(has_begun.try_recv().is_err(), "begun while another one holds a log that is too long");
    drop(end);
    let (bytes, seen) = has_begun.recv().unwrap();
    assert!(bytes < 64 << 20 && seen == 17 * ROUND_ROWS + 1, "{bytes} bytes, {seen} rows");
    drop(end_second);
    for read in [first, second] {
        assert_eq!(runtime.block_on(read).unwrap(), Ok(()));
    }
}

/// Rows of a round: eight make a checkpoint due.
const ROUND_ROWS: i64 = 500;

/// Writes the rows of `round` in one transaction, each with a name of `bytes`.
fn write_round(store: &TestStore, round: i64, bytes: usize) {
    let written: Result<(), StoreError> = store.write_blocking(Place::Directory, move |tx| {
        let name = "x".repeat(bytes);
        for row in 0..ROUND_ROWS {
            tx.execute(&INSERT, parameters![round * ROUND_ROWS + row, &name])?;
        }
        Ok(())
    });
    written.unwrap();
}

/// The size of the write-ahead log of the directory, bytes.
fn log_bytes(store: &TestStore) -> u64 {
    log_bytes_below(&root(store))
}

fn log_bytes_below(root: &Path) -> u64 {
    std::fs::metadata(root.join("directory.db-wal")).unwrap().len()
}

fn root(store: &TestStore) -> PathBuf {
    let Engine::Embedded { root } = store.options().engine else { panic!("an embedded store") };
    root
}

#[test]
fn snapshots_that_readers_keep_do_not_make_the_log_grow() {
    let store = TestStore::embedded(vec![MODULE]);
    let mut sizes = Vec::new();
    for round in 0..60 {
        write_round(&store, round, 500);
        assert_eq!(count(&store), (round + 1) * ROUND_ROWS);
        sizes.push(log_bytes(&store));
    }
    // A checkpoint comes every eight rounds, and the log is begun anew after it.
    assert!(sizes[59] < 2 * sizes[16], "{sizes:?}");
}
