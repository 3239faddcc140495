//! The shared writer threads: a file with waiting transactions is served by one of them at a time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use super::database::Database;
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
}

impl Pool {
    pub(crate) fn start(parts: &Arc<Parts>, threads: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            ready: Mutex::default(),
            work: Condvar::new(),
            stopping: AtomicBool::new(false),
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

    /// Serves what waits, then ends the threads.
    pub(crate) fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        {
            // The lock orders the store above before the threads' next look.
            let _ready = lock(&self.shared.ready);
            self.shared.work.notify_all();
        }
        for thread in lock(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a store thread had panicked");
            }
        }
    }
}

fn serve(shared: &Shared, parts: &Parts) {
    while let Some(database) = next(shared) {
        database.serve(parts);
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
        ready = shared.work.wait(ready).unwrap_or_else(std::sync::PoisonError::into_inner);
    }
}
