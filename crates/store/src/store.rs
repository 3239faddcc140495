//! The facade: one `Store` over either engine.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use postroom_types::OrganizationKey;
use tokio::sync::Semaphore;

use crate::blobs::{BlobPlace, Blobs, Folders, Places, S3, Threads};
use crate::embedded::Files;
use crate::job::{Job, WriteJob, panicked};
use crate::postgres::Cell;
use crate::testing::Cut;
use crate::tx::Snapshot;
use crate::{
    Change, Clock, Index, Listener, OpenError, Outcome, Place, PostgresOptions, Random, Read, SchemaModule,
    Sql, StoreError, SystemClock, SystemRandom, Tx, limits,
};

/// Which engine.
#[derive(Debug, Clone)]
pub enum Engine {
    /// SQLite files below a data directory.
    Embedded {
        /// The data directory.
        root: PathBuf,
    },
    /// A PostgreSQL database that any number of nodes share.
    Postgres(PostgresOptions),
}

/// How a store is opened.
pub struct Options {
    /// Which engine, and where.
    pub engine: Engine,
    /// The schema of each capability, lowest floor first.
    pub modules: Vec<SchemaModule>,
    /// Where new blobs go.
    pub blobs: BlobPlace,
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
        Self::of(Engine::Embedded { root: root.into() }, modules)
    }

    /// The store in the PostgreSQL database at `url` with the machine's clock and randomness.
    pub fn postgres(url: impl Into<String>, modules: Vec<SchemaModule>) -> Self {
        Self::of(Engine::Postgres(PostgresOptions::new(url)), modules)
    }

    fn of(engine: Engine, modules: Vec<SchemaModule>) -> Self {
        Self {
            engine,
            modules,
            blobs: BlobPlace::default(),
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
    cut: Cut,
    listeners: RwLock<Vec<Listener>>,
    /// The turns of long reads.
    long_reads: Arc<Semaphore>,
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
    running: Running,
    places: Arc<Places>,
}

/// The engine that runs.
#[derive(Clone)]
enum Running {
    Embedded(Arc<Files>),
    Postgres(Arc<Cell>),
}

impl Store {
    /// Opens (and creates, when new) the store and migrates the directory.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let parts = Arc::new(Parts {
            modules: crate::own::MODULES.iter().copied().chain(options.modules).collect(),
            clock: options.clock,
            random: options.random,
            run_twice: options.run_twice,
            cut: Cut::default(),
            listeners: RwLock::default(),
            long_reads: Arc::new(Semaphore::new(limits::LONG_READS_MAX)),
        });
        let threads = Threads::start()?;
        let mut folders = None;
        let running = match options.engine {
            Engine::Embedded { root } => {
                folders = Some(Folders::new(root.join("organizations")));
                let files = Files::open(&root, Arc::clone(&parts)).map_err(|error| OpenError {
                    what: format!("store in {}", root.display()),
                    cause: error.to_string(),
                })?;
                Running::Embedded(Arc::new(files))
            }
            Engine::Postgres(options) => Running::Postgres(Arc::new(Cell::open(&options, &parts)?)),
        };
        let mut store = Self { parts, running, places: Arc::new(Places { threads, folders, s3: None }) };
        if let BlobPlace::S3(options) = &options.blobs {
            let s3 = S3::open(options, &store)?;
            let places = Arc::get_mut(&mut store.places).expect("nobody else has the store yet");
            places.s3 = Some(s3);
        }
        Ok(store)
    }

    /// Bytes that are too large for rows.
    pub fn blobs(&self) -> Blobs {
        Blobs::new(self.clone(), Arc::clone(&self.places))
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
        self.submit(place, Box::new(job), true);
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
        self.submit(place, Box::new(job), false);
        answer.blocking_recv().unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// Runs `work` on a snapshot of `place` that has every write acknowledged so far.
    ///
    /// On the embedded engine it runs on the caller's thread: point reads and pages only, never a scan. On PostgreSQL
    /// it runs on a reader thread, and again when the connection is lost.
    pub async fn read<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, E> + Send + 'static,
    {
        let cell = match &self.running {
            Running::Embedded(_) => return self.read_blocking(place, work),
            Running::Postgres(cell) => cell,
        };
        let (sender, answer) = tokio::sync::oneshot::channel();
        let now = self.parts.clock.now();
        cell.submit_read(Box::new(move |lending| {
            if sender.is_closed() {
                return;
            }
            let result = lending.read(|sql| undisturbed(&work, &mut Snapshot { sql, now }));
            // A caller that no longer waits needs no answer.
            drop(sender.send(result.unwrap_or_else(|error| Err(E::from(error)))));
        }))?;
        answer.await.unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// As [`Store::read`], for work that takes longer than a page does: on the embedded engine on a thread of its own, and
    /// only so much of it at once that other readers have their turn.
    pub async fn read_long<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, E> + Send + 'static,
    {
        // The work holds it, and goes on when its caller does not wait any more.
        let turn =
            Arc::clone(&self.parts.long_reads).acquire_owned().await.map_err(|_| E::from(stopped()))?;
        let work = move |read: &mut dyn Read| {
            let _turn = &turn;
            work(read)
        };
        if !self.is_embedded() {
            return self.read(place, work).await;
        }
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || store.read_long_blocking(place, work)).await;
        // A panic is the work's own error already: this is the end of the process.
        done.unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// As [`Store::read`], for callers that are not async. On PostgreSQL it panics inside an async runtime.
    pub fn read_blocking<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Fn(&mut dyn Read) -> Result<T, E>,
    {
        let now = self.parts.clock.now();
        match &self.running {
            Running::Embedded(files) => {
                files.read(place, |sql| undisturbed(&work, &mut Snapshot { sql, now }))?
            }
            Running::Postgres(cell) => cell.read(|sql| undisturbed(&work, &mut Snapshot { sql, now }))?,
        }
    }

    /// The end of [`Store::read_long`] on its thread.
    fn read_long_blocking<T, E, F>(&self, place: Place, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Fn(&mut dyn Read) -> Result<T, E>,
    {
        let Running::Embedded(files) = &self.running else { return self.read_blocking(place, work) };
        let now = self.parts.clock.now();
        files.read_long(place, |sql| undisturbed(&work, &mut Snapshot { sql, now }))?
    }

    /// Runs `work` with the index file of `place`, which one has at a time, on the embedded engine, which alone has
    /// such files. Blocks; `work` may read and write the place itself.
    pub fn index_blocking<T>(
        &self,
        place: Place,
        work: impl FnOnce(&mut Index) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.running {
            Running::Embedded(_) if self.parts.cut.strikes() => Err(stopped()),
            Running::Embedded(files) => files.index(place, work),
            Running::Postgres(_) => Err(StoreError::Bug("PostgreSQL has no index files".to_owned())),
        }
    }

    /// Whether `place` has an index file.
    pub(crate) fn has_index(&self, place: Place) -> bool {
        let mut here = self.parts.modules.iter().filter(|it| it.in_directory == (place == Place::Directory));
        self.is_embedded() && here.any(|module| module.index.is_some())
    }

    /// Whether the engine is SQLite files of this process.
    pub fn is_embedded(&self) -> bool {
        matches!(self.running, Running::Embedded(_))
    }

    /// The schema modules, the store's own first.
    pub fn modules(&self) -> &[SchemaModule] {
        &self.parts.modules
    }

    /// Runs `work` on a snapshot without limit of age: backups and checks. Blocks, and pins the write-ahead log.
    pub(crate) fn scan<T>(
        &self,
        place: Place,
        mut work: impl FnMut(&mut dyn Sql) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.running {
            Running::Embedded(files) => files.scan(place, |sql| work(sql))?,
            Running::Postgres(cell) => cell.read(work)?,
        }
    }

    /// The organizations that have anything here, whatever the directory says. Blocks; call it on a thread that may.
    pub fn organizations(&self) -> Result<Vec<OrganizationKey>, StoreError> {
        match &self.running {
            Running::Embedded(files) => files.organizations(),
            Running::Postgres(cell) => cell.read(|sql| places_in(sql, &self.parts.modules))?,
        }
    }

    /// Creates the place of an organization; nothing happens when it is there.
    pub async fn create_organization(&self, key: OrganizationKey) -> Result<(), StoreError> {
        match &self.running {
            Running::Embedded(_) if self.parts.cut.strikes() => Err(stopped()),
            Running::Embedded(files) => files.create(key),
            // All places share the tables.
            Running::Postgres(_) => Ok(()),
        }
    }

    /// Removes everything of an organization; nothing happens when it is gone.
    pub async fn remove_organization(&self, key: OrganizationKey) -> Result<(), StoreError> {
        // First: what is left of an organization says that this is not over.
        self.blobs().remove_all(key).await?;
        if let Running::Embedded(files) = &self.running {
            return if self.parts.cut.strikes() { Err(stopped()) } else { files.remove(key) };
        }
        self.remove_rows(key).await?;
        // Whoever writes holds a row that what it writes belongs to (a mailbox, the organization's state). Now there are
        // none, and what was written beside the first round is found.
        self.blobs().remove_all(key).await?;
        self.remove_rows(key).await
    }

    /// Deletes the organization's rows on PostgreSQL, one transaction a table, what refers to others first: interrupted,
    /// it is simply run again.
    async fn remove_rows(&self, key: OrganizationKey) -> Result<(), StoreError> {
        let modules = self.parts.modules.iter().filter(|module| !module.in_directory);
        let tables: Vec<&'static str> = modules.flat_map(|module| module.tables).copied().collect();
        for table in tables.into_iter().rev() {
            self.write(Place::Organization(key), move |tx| {
                tx.batch("SET LOCAL statement_timeout = 0")?;
                tx.batch(&format!("DELETE FROM {table} WHERE organization = {}", key.0))
            })
            .await?;
        }
        Ok(())
    }

    /// Serves what waits, then closes every file and connection.
    pub fn close(&self) {
        match &self.running {
            Running::Embedded(files) => files.close(),
            Running::Postgres(cell) => cell.close(),
        }
    }

    /// Where a test lets this store die.
    pub(crate) fn cut(&self) -> &Cut {
        &self.parts.cut
    }

    fn submit(&self, place: Place, job: Box<dyn Job>, here: bool) {
        if self.parts.cut.strikes() {
            // Dropped without an answer: its caller learns that nobody knows.
            return;
        }
        match &self.running {
            Running::Embedded(files) => files.submit(place, job, here),
            Running::Postgres(cell) => cell.submit(place, job),
        }
    }
}

/// The organizations that any table knows: each table's key begins with them, so every step is one look at its index.
fn places_in(sql: &mut dyn Sql, modules: &[SchemaModule]) -> Result<Vec<OrganizationKey>, StoreError> {
    let mut found = std::collections::BTreeSet::new();
    let modules = modules.iter().filter(|module| !module.in_directory);
    for table in modules.flat_map(|module| module.tables) {
        let text = format!("SELECT MIN(organization) FROM {table} WHERE organization > $1");
        let mut next = Some(0);
        while let Some(after) = next.take() {
            sql.stream(&text, crate::parameters![after], &mut |_, mut row| {
                next = row.take(0);
                true
            })?;
            found.extend(next.map(OrganizationKey));
        }
    }
    Ok(found.into_iter().collect())
}

/// Runs a reader's closure; a panic in it is an error of this read alone.
fn undisturbed<T, E: From<StoreError>>(
    work: &impl Fn(&mut dyn Read) -> Result<T, E>,
    snapshot: &mut Snapshot<'_>,
) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(|| work(snapshot)))
        .unwrap_or_else(|panic| Err(E::from(panicked(panic.as_ref()))))
}

fn stopped() -> StoreError {
    StoreError::Unavailable { outcome: Outcome::Unknown, cause: "the store is stopping".to_owned() }
}
