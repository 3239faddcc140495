//! The facade: one `Store` over either engine.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use postroom_types::OrganizationKey;

use crate::embedded::{Files, WriteJob};
use crate::tx::Snapshot;
use crate::{
    Change, Clock, Listener, OpenError, Outcome, Place, Random, Read, SchemaModule, StoreError, SystemClock,
    SystemRandom, Tx,
};

/// Which engine.
#[derive(Debug, Clone)]
pub enum Engine {
    /// SQLite files below a data directory.
    Embedded {
        /// The data directory.
        root: PathBuf,
    },
}

/// How a store is opened.
pub struct Options {
    /// Which engine, and where.
    pub engine: Engine,
    /// The schema of each capability, lowest floor first.
    pub modules: Vec<SchemaModule>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub random: Arc<dyn Random>,
    /// Whether each transaction runs twice, the first time for nothing (tests).
    pub run_twice: bool,
}

impl Options {
    /// An embedded store in `root` with the machine's clock and randomness.
    pub fn embedded(root: impl Into<PathBuf>, modules: Vec<SchemaModule>) -> Self {
        Self {
            engine: Engine::Embedded { root: root.into() },
            modules,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            run_twice: false,
        }
    }
}

/// What store threads share.
pub(crate) struct Parts {
    pub(crate) modules: Vec<SchemaModule>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) run_twice: bool,
    listeners: RwLock<Vec<Listener>>,
}

impl Parts {
    pub(crate) fn publish(&self, change: &Change) {
        let listeners = self.listeners.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        listeners.iter().for_each(|listener| listener(change));
    }
}

/// A store that is open. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    parts: Arc<Parts>,
    files: Arc<Files>,
}

impl Store {
    /// Opens (and creates, when new) the store and migrates the directory.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let parts = Arc::new(Parts {
            modules: crate::own::MODULES.iter().copied().chain(options.modules).collect(),
            clock: options.clock,
            random: options.random,
            run_twice: options.run_twice,
            listeners: RwLock::default(),
        });
        let Engine::Embedded { root } = options.engine;
        let files = Files::open(&root, Arc::clone(&parts)).map_err(|error| OpenError {
            what: format!("store in {}", root.display()),
            cause: error.to_string(),
        })?;
        Ok(Self { parts, files: Arc::new(files) })
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The source of random bytes.
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.parts.random
    }

    /// Calls `listener` for every change, after its commit and before its answer.
    pub fn listen(&self, listener: Listener) {
        self.parts.listeners.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(listener);
    }

    /// Runs `work` in a transaction at `place`; the answer comes after the commit is synced.
    ///
    /// `work` may run more than once and must have no effect but on its `Tx`. `Err` undoes what it wrote.
    pub async fn write<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (job, answer) = WriteJob::new(work);
        self.files.submit(place, Box::new(job));
        answer.await.unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// As [`Store::write`], for callers that are not async (CLI, tests, background threads).
    pub fn write_blocking<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (job, answer) = WriteJob::new(work);
        self.files.submit(place, Box::new(job));
        answer.blocking_recv().unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// Runs `work` on a snapshot of `place` that has every write acknowledged so far.
    ///
    /// On the embedded engine it runs on the caller's thread: point reads and pages only, never a scan.
    pub async fn read<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, E> + Send + 'static,
    {
        self.read_blocking(place, work)
    }

    /// As [`Store::read`], for callers that are not async.
    pub fn read_blocking<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Fn(&mut dyn Read) -> Result<T, E>,
    {
        let now = self.parts.clock.now();
        self.files.read(place, |sql| work(&mut Snapshot { sql, now }))?
    }

    /// Creates the place of an organization; nothing happens when it is there.
    pub async fn create_organization(&self, key: OrganizationKey) -> Result<(), StoreError> {
        self.files.create(key)
    }

    /// Removes everything of an organization; nothing happens when it is gone.
    pub async fn remove_organization(&self, key: OrganizationKey) -> Result<(), StoreError> {
        self.files.remove(key)
    }

    /// Serves what waits, then closes every file.
    pub fn close(&self) {
        self.files.close();
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable { outcome: Outcome::Unknown, cause: "the store is stopping".to_owned() }
}
