//! The shared writer threads: a file with waiting transactions is served by one of them at a time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::runtime::{Handle, RuntimeFlavor};

use super::database::Database;
use crate::limits;
use crate::lock::lock;
use crate::store::Parts;

/// The threads and the list of files that have work.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    ready: Mutex<VecDeque<Arc<Database>>>,
    work: Condvar,
    stopping: AtomicBool,
    /// Whether one of them has kept its worker's tasks.
    quickly: AtomicBool,
    /// Callers that serve a file themselves.
    here: Mutex<usize>,
    /// Rings when the last of them is done.
    none_here: Condvar,
}

impl Pool {
    pub(crate) fn start(parts: &Arc<Parts>, threads: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            ready: Mutex::default(),
            work: Condvar::new(),
            stopping: AtomicBool::new(false),
            quickly: AtomicBool::new(false),
            here: Mutex::default(),
            none_here: Condvar::new(),
        });
        let mut started = Vec::with_capacity(threads);
        for number in 0..threads {
            let (shared, parts) = (Arc::clone(&shared), Arc::clone(parts));
            let name = format!("store-{number}");
            started.push(std::thread::Builder::new().name(name).spawn(move || serve(&shared, &parts))?);
        }
        Ok(Self { shared, threads: Mutex::new(started) })
    }

    /// Says that `database` has work.
    pub(crate) fn schedule(&self, database: &Arc<Database>) {
        if !database.scheduled.swap(true, Ordering::AcqRel) {
            lock(&self.shared.ready).push_back(Arc::clone(database));
            self.shared.work.notify_one();
        }
    }

    /// Says that `database` has work, and does it on the caller's thread, a worker of an async runtime, where transactions
    /// come one by one: a switch to a store thread and back costs as much as a small one. Where many come at once, the
    /// threads gather them while the callers go on.
    pub(crate) fn serve_here(&self, database: &Arc<Database>, parts: &Parts) {
        let here = if database.has_crowd() || !can_block_here() { None } else { self.begin_here() };
        if here.is_none() {
            return self.schedule(database);
        }
        if !database.scheduled.swap(true, Ordering::AcqRel) {
            let checkpoint_is_due = match self.begin_quickly(database) {
                Some(_quickly) => database.serve(parts),
                None => tokio::task::block_in_place(|| database.serve(parts)),
            };
            if checkpoint_is_due {
                tokio::task::block_in_place(|| database.checkpoint());
            }
            database.scheduled.store(false, Ordering::Release);
            // As in `serve`.
            if database.has_work() {
                self.schedule(database);
            }
        }
    }

    /// Lets a caller serve a file whose batches are quick without handing its worker's other tasks over: one at a time,
    /// where there are others.
    fn begin_quickly(&self, database: &Database) -> Option<Quickly<'_>> {
        let may = database.is_quick() && Handle::current().metrics().num_workers() > 1;
        (may && !self.shared.quickly.swap(true, Ordering::AcqRel)).then(|| Quickly(&self.shared.quickly))
    }

    /// Lets one more caller serve a file itself, if one may.
    fn begin_here(&self) -> Option<Here<'_>> {
        let mut here = lock(&self.shared.here);
        let may = *here < limits::CALLERS_SERVING_MAX && !self.shared.stopping.load(Ordering::Acquire);
        *here += usize::from(may);
        // Made only if it may: to drop one takes the lock that is held here.
        may.then(|| Here(&self.shared))
    }

    /// Serves what waits, then ends the threads.
    pub(crate) fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        {
            // The lock orders the store above before the threads' next look.
            let _ready = lock(&self.shared.ready);
            self.shared.work.notify_all();
        }
        let mut here = lock(&self.shared.here);
        while *here > 0 {
            here = self.shared.none_here.wait(here).unwrap_or_else(PoisonError::into_inner);
        }
        drop(here);
        for thread in lock(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a store thread had panicked");
            }
        }
    }
}

/// A caller that serves a file itself, until it is dropped.
struct Here<'p>(&'p Shared);

impl Drop for Here<'_> {
    fn drop(&mut self) {
        let mut here = lock(&self.0.here);
        *here -= 1;
        // Nobody else waits; a call of the kernel less.
        if *here == 0 && self.0.stopping.load(Ordering::Acquire) {
            self.0.none_here.notify_all();
        }
    }
}

/// The caller that serves a file and keeps its worker, until it is dropped.
struct Quickly<'p>(&'p AtomicBool);

impl Drop for Quickly<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Whether the caller is on a worker thread whose other work goes to another thread meanwhile.
fn can_block_here() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

fn serve(shared: &Shared, parts: &Parts) {
    while let Some(database) = next(shared) {
        if database.serve(parts) {
            database.checkpoint();
        }
        database.scheduled.store(false, Ordering::Release);
        // A push between the batch and the line above saw `scheduled` and left the file to us.
        if database.has_work() && !database.scheduled.swap(true, Ordering::AcqRel) {
            // Nobody is woken: this thread looks at the list next.
            lock(&shared.ready).push_back(database);
        }
    }
}

fn next(shared: &Shared) -> Option<Arc<Database>> {
    let mut ready = lock(&shared.ready);
    loop {
        if let Some(database) = ready.pop_front() {
            return Some(database);
        }
        if shared.stopping.load(Ordering::Acquire) {
            return None;
        }
        ready = shared.work.wait(ready).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_callers_serve_at_once_and_no_more() {
        let shared = Shared {
            ready: Mutex::default(),
            work: Condvar::new(),
            stopping: AtomicBool::new(false),
            quickly: AtomicBool::new(false),
            here: Mutex::default(),
            none_here: Condvar::new(),
        };
        let pool = Pool { shared: Arc::new(shared), threads: Mutex::default() };
        let mut here: Vec<_> = (0..limits::CALLERS_SERVING_MAX).filter_map(|_| pool.begin_here()).collect();
        assert_eq!(here.len(), limits::CALLERS_SERVING_MAX);
        for _ in 0..2 {
            assert!(pool.begin_here().is_none(), "one too many leaves it to the threads");
        }
        here.pop();
        here.extend(pool.begin_here());
        assert_eq!(here.len(), limits::CALLERS_SERVING_MAX);
        here.clear();
        pool.stop();
        assert!(pool.begin_here().is_none(), "none begins any more");
        assert_eq!(*lock(&pool.shared.here), 0);
    }
}
