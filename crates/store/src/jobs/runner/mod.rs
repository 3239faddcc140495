//! The runner: takes due jobs and runs their handlers, a bounded number at once.

mod execute;
mod handle;
mod handler;
mod scan;
mod wake;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::{JobId, Kind, Lease};
use crate::{Alarm, Place, Store, StoreError};

pub use handle::RunnerHandle;
pub use handler::{Done, Failure, Faults, KindOptions, Point, Run};
pub use wake::Jobs;

use handler::{Handler, Registered};

/// How a runner works.
#[derive(Clone)]
pub struct RunnerOptions {
    /// Handlers that run at once, of all kinds.
    pub concurrency: usize,
    /// How long a job is taken for; renewed at a third of it while its handler runs. After a crash the job waits this
    /// long for another node.
    pub lease: Duration,
    /// Longest pause before looking at the directory again, in case nobody told this process.
    pub poll_max: Duration,
    /// Whether this process has the store to itself: then leases found at start are those of a dead process, and end.
    pub alone: bool,
    /// Kills the program's steps at chosen points (tests only).
    pub faults: Option<Arc<dyn Faults>>,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            lease: Duration::from_secs(15),
            poll_max: Duration::from_secs(1),
            alone: false,
            faults: None,
        }
    }
}

/// Takes due jobs of the registered kinds, in the directory and wherever a hint points, and runs their handlers.
///
/// A handler may run more than once for a job, never twice at the same time with the right to write.
pub struct Runner {
    shared: Arc<Shared>,
}

/// What the loop and the tasks of handlers share.
struct Shared {
    jobs: Jobs,
    options: RunnerOptions,
    kinds: Vec<Kind>,
    handlers: HashMap<&'static str, Registered>,
    permits: Arc<Semaphore>,
    /// Leases whose handlers run, by place, job and fence.
    active: Mutex<HashMap<(Place, JobId, i64), Lease>>,
    /// Rings when nothing can be looked for.
    alarm: Alarm,
    /// Rings when no job of an organization can be taken since its store is away or full.
    away: Alarm,
}

impl Runner {
    /// A runner without handlers.
    pub fn new(jobs: &Jobs, options: RunnerOptions) -> Self {
        let permits = Arc::new(Semaphore::new(options.concurrency.max(1)));
        let shared = Shared {
            jobs: jobs.clone(),
            options,
            kinds: Vec::new(),
            handlers: HashMap::new(),
            permits,
            active: Mutex::default(),
            alarm: Alarm::new(),
            away: Alarm::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Runs `handler` for jobs of `kind`. Two handlers for one kind are a bug (it panics).
    #[track_caller]
    #[must_use]
    pub fn kind<F, R>(mut self, kind: Kind, options: KindOptions, handler: F) -> Self
    where
        F: Fn(Run) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Done, Failure>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |run| Box::pin(handler(run)));
        let shared = Arc::get_mut(&mut self.shared).expect("nothing runs before `start`");
        let permits = Arc::new(Semaphore::new(options.concurrency.max(1)));
        let before = shared.handlers.insert(kind.as_str(), Registered { options, handler, permits });
        assert!(before.is_none(), "{kind} has two handlers");
        shared.kinds.push(kind);
        self
    }

    /// Runs every job that is due, and those that they make due, one look after another; answers how many ran.
    ///
    /// For tests and the CLI: nothing of it goes on in the background.
    pub async fn run_due(&self) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let mut tasks = JoinSet::new();
            let scanned = self.shared.scan(&mut tasks).await?;
            while tasks.join_next().await.is_some() {}
            all += scanned.started;
            if scanned.started == 0 {
                return Ok(all);
            }
        }
    }

    /// Starts the loop on the current tokio runtime.
    pub fn start(self) -> RunnerHandle {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::clone(&self.shared);
        let task = tokio::spawn(handle::serve(shared, stopped));
        RunnerHandle { shared: self.shared, stop, task }
    }
}

impl Shared {
    fn store(&self) -> &Store {
        self.jobs.store()
    }

    fn active(&self) -> MutexGuard<'_, HashMap<(Place, JobId, i64), Lease>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
