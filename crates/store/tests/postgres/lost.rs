//! The connection is lost before COMMIT was sent: the transaction runs again and takes effect once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use postroom_store::testing::TestStore;
use postroom_store::{Place, Read, StoreError, Tx, parameters};

use crate::support::{Admin, BACKEND, PATIENCE, log, logged, store, write};

/// Where the first run of a transaction waits until its server process is gone.
struct Trap {
    runs: AtomicU32,
    backend: SyncSender<i64>,
    gone: Mutex<Receiver<()>>,
}

impl Trap {
    /// Says which process serves us, and waits; only in the first `times` runs.
    fn wait(&self, read: &mut dyn Read, times: u32) -> Result<(), StoreError> {
        if self.runs.fetch_add(1, Ordering::SeqCst) < times {
            self.backend.send(read.query_first(&BACKEND, parameters![])?.unwrap().take(0)).unwrap();
            self.gone.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        Ok(())
    }
}

/// Runs `work` on a thread, kills the process that serves it each time it is trapped, and answers what it answered.
fn under_fire<T: Send>(
    store: &TestStore,
    times: u32,
    work: impl FnOnce(Arc<Trap>) -> Result<T, StoreError> + Send,
) -> (Result<T, StoreError>, u32) {
    let admin = Admin::connect(store.url().unwrap());
    let (backend, backends) = sync_channel(0);
    let (done, gone) = sync_channel(0);
    let trap = Arc::new(Trap { runs: AtomicU32::new(0), backend, gone: Mutex::new(gone) });
    let given = Arc::clone(&trap);
    let result = std::thread::scope(|scope| {
        let working = scope.spawn(move || work(given));
        for _ in 0..times {
            admin.terminate(backends.recv_timeout(PATIENCE).unwrap());
            done.send(()).unwrap();
        }
        working.join().unwrap()
    });
    (result, trap.runs.load(Ordering::SeqCst))
}

fn write_once(
    store: &TestStore,
    times: u32,
    work: impl Fn(&mut Tx<'_>, &Trap) -> Result<(), StoreError> + Send + 'static,
) {
    write(store, 0).unwrap();
    let (result, runs) =
        under_fire(store, times, |trap| store.write_blocking(Place::Directory, move |tx| work(tx, &trap)));
    assert_eq!(result, Ok(()));
    assert_eq!(runs, times + 1);
    assert_eq!((logged(store, 0), logged(store, 1)), (Ok(1), Ok(1)));
}

#[test]
fn between_two_statements() {
    let Some(store) = store() else { return };
    write_once(&store, 1, |tx, trap| {
        trap.wait(tx, 1)?;
        log(tx, 1)
    });
}

#[test]
fn after_the_last_statement() {
    let Some(store) = store() else { return };
    write_once(&store, 1, |tx, trap| {
        log(tx, 1)?;
        trap.wait(tx, 1)
    });
}

#[test]
fn several_times() {
    let Some(store) = store() else { return };
    write_once(&store, 3, |tx, trap| {
        log(tx, 1)?;
        trap.wait(tx, 3)
    });
}

#[test]
fn before_the_first_statement() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    write(&store, 1).unwrap();
    assert!(admin.terminate_named("postroom writer") > 0);
    for number in 2..10 {
        assert_eq!(write(&store, number), Ok(()));
    }
    assert_eq!(admin.number("SELECT COUNT(*) FROM log"), 9);
}

#[test]
fn more_often_than_it_is_tried_again() {
    let Some(store) = store() else { return };
    let (result, runs) = under_fire(&store, 5, |trap| {
        store.write_blocking(Place::Directory, move |tx| {
            log(tx, 1)?;
            trap.wait(tx, 5)
        })
    });
    assert!(
        matches!(result, Err(StoreError::Unavailable { outcome: postroom_store::Outcome::NotWritten, .. })),
        "{result:?}"
    );
    assert_eq!((runs, logged(&store, 1)), (5, Ok(0)));
}

#[test]
fn in_a_snapshot() {
    let Some(store) = store() else { return };
    write(&store, 1).unwrap();
    let (result, runs) = under_fire(&store, 1, |trap| {
        store.read_blocking(Place::Directory, move |read| {
            trap.wait(read, 1)?;
            Ok(read.query_first(&crate::support::COUNT, parameters![1])?.unwrap().take::<i64>(0))
        })
    });
    assert_eq!((result, runs), (Ok(1), 2));
}

#[test]
fn while_idle_in_a_readers_connection() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    write(&store, 1).unwrap();
    assert_eq!(logged(&store, 1), Ok(1));
    assert!(admin.terminate_named("postroom reader") > 0);
    assert_eq!(logged(&store, 1), Ok(1));
}
