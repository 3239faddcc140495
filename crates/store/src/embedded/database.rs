//! One file: its queue, its writer, its readers.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::batch::{self, Context, Ended};
use super::connection::{SqliteSql, store_error};
use super::create::create;
use super::index::Index;
use super::long_reads::LongReads;
use super::reader::{Batches, Reader};
use crate::durable::{sync_folder, write_again};
use crate::job::Job;
use crate::lock::lock;
use crate::migrate::migrate;
use crate::store::Parts;
use crate::{Alarm, IndexFile, Outcome, Place, SchemaModule, StoreError, Tx, limits};

/// One SQLite file and what waits for it.
pub(crate) struct Database {
    pub(crate) place: Place,
    pub(super) path: PathBuf,
    pub(super) index_file: Option<&'static IndexFile>,
    queue: Mutex<Queue>,
    /// Rings when a transaction comes that a running batch waits for.
    arrived: Condvar,
    /// How many transactions the last batch had: whoever got an answer may come again.
    crowd: AtomicUsize,
    /// Whether the file is in the pool's ready list or being served.
    pub(crate) scheduled: AtomicBool,
    writer: Mutex<Option<Writer>>,
    pub(super) index: Mutex<Option<Index>>,
    /// How often the index file was made: readers of before see another one.
    pub(super) indexes_made: AtomicU64,
    /// Whether a reader met damage, which may be the index's.
    pub(super) doubted: AtomicBool,
    /// Whether the writer has opened and migrated the file, so that readers may come.
    pub(super) ready: AtomicBool,
    /// Which snapshots of readers still serve.
    pub(super) batches: Batches,
    /// Microseconds that a batch takes, smoothed.
    batch_us: AtomicU64,
    readers: Mutex<Readers>,
    reader_back: Condvar,
    pub(super) long_reads: LongReads,
    alarm: Alarm,
    /// Rings when the index cannot be opened.
    index_alarm: Alarm,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Box<dyn Job>>,
    /// Whether a running batch waits for one more.
    awaited: bool,
}

struct Writer {
    sql: SqliteSql,
    rows_since_checkpoint: u64,
}

#[derive(Default)]
struct Readers {
    idle: Vec<Reader>,
    out: usize,
    waiting: usize,
}

impl Database {
    pub(crate) fn new(place: Place, path: PathBuf, modules: &[SchemaModule]) -> Self {
        let mut here = modules.iter().filter(|module| module.in_directory == (place == Place::Directory));
        Self {
            place,
            path,
            index_file: here.find_map(|module| module.index),
            queue: Mutex::default(),
            arrived: Condvar::new(),
            crowd: AtomicUsize::new(0),
            scheduled: AtomicBool::new(false),
            writer: Mutex::default(),
            index: Mutex::default(),
            indexes_made: AtomicU64::new(0),
            doubted: AtomicBool::new(false),
            ready: AtomicBool::new(false),
            batches: Batches::default(),
            // Slow until it has shown that it is not.
            batch_us: AtomicU64::new(8 * limits::QUICK_BATCH_US),
            readers: Mutex::default(),
            reader_back: Condvar::new(),
            long_reads: LongReads::default(),
            alarm: Alarm::new(),
            index_alarm: Alarm::new(),
        }
    }

    /// Puts `job` into the queue; gives it back when the queue is full.
    pub(crate) fn push(&self, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        let mut queue = lock(&self.queue);
        if queue.jobs.len() >= limits::QUEUE_MAX {
            return Err(job);
        }
        queue.jobs.push_back(job);
        if queue.awaited {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Whether transactions wait.
    pub(crate) fn has_work(&self) -> bool {
        !lock(&self.queue).jobs.is_empty()
    }

    /// Whether the last batch had more than one transaction.
    pub(crate) fn has_crowd(&self) -> bool {
        self.crowd.load(Ordering::Relaxed) > 1
    }

    /// The next transaction of a batch; waits as long as `patience` lasts when none is there.
    fn next(&self, patience: &mut Duration) -> Option<Box<dyn Job>> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if patience.is_zero() {
                return None;
            }
            queue.awaited = true;
            let began = Instant::now();
            queue = self.arrived.wait_timeout(queue, *patience).unwrap_or_else(PoisonError::into_inner).0;
            queue.awaited = false;
            *patience = patience.saturating_sub(began.elapsed());
        }
    }

    /// Whether a batch takes no longer here than what an async runtime's worker computes without a pause.
    pub(crate) fn is_quick(&self) -> bool {
        self.batch_us.load(Ordering::Relaxed) < limits::QUICK_BATCH_US
    }

    /// Remembers how long a batch took; one that is slow counts for some.
    fn took(&self, time: Duration) {
        let now = u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 4);
        let before = self.batch_us.load(Ordering::Relaxed);
        self.batch_us.store(before.saturating_mul(7).saturating_add(now) / 8, Ordering::Relaxed);
    }

    /// Runs one batch and answers it; answers whether a checkpoint is due, which the caller carries out. What comes while it runs belongs to it, too; and a batch that has become smaller
    /// than the last one waits a moment for those whom the last one's answers set free (a commit costs more).
    pub(crate) fn serve(&self, parts: &Parts) -> bool {
        if !self.has_work() {
            return false;
        }
        let began = Instant::now();
        let crowd = self.crowd.load(Ordering::Relaxed);
        let mut patience = limits::BATCH_JOIN_TIME_MAX;
        let next = |ran: usize| {
            let mut none = Duration::ZERO;
            self.next(if (1..crowd).contains(&ran) { &mut patience } else { &mut none })
        };
        let mut ran = Vec::new();
        let mut slot = lock(&self.writer);
        match self.writer(&mut slot, parts) {
            Err(error) => batch::fail_all(next, &mut ran, &error),
            Ok(writer) => {
                let before = writer.sql.connection.total_changes();
                let context = Context {
                    place: self.place,
                    clock: parts.clock.as_ref(),
                    run_twice: parts.run_twice,
                    alarm: &self.alarm,
                };
                self.batches.begin();
                let ended = batch::run(&mut writer.sql, &context, next, &mut ran);
                self.batches.end();
                match ended {
                    Ended::Open { changes } => {
                        changes.iter().for_each(|change| parts.publish(change));
                        writer.rows_since_checkpoint += writer.sql.connection.total_changes() - before;
                    }
                    Ended::Closed => {
                        self.ready.store(false, Ordering::Release);
                        lock(&self.readers).idle.clear();
                        *slot = None;
                    }
                }
            }
        }
        self.crowd.store(ran.len(), Ordering::Relaxed);
        self.took(began.elapsed());
        ran.into_iter().for_each(Job::answer);
        slot.as_ref().is_some_and(Writer::checkpoint_is_due) || self.long_reads.have_ended()
    }

    /// Moves what is in the log into the file, and begins it anew when it is too long and nobody reads for long. Only who has
    /// the writer does (SQLite's WAL-reset bug needs two that do).
    pub(crate) fn checkpoint(&self) {
        let mut slot = lock(&self.writer);
        let Some(writer) = slot.as_mut() else { return };
        // As while a batch runs, no snapshot is kept: it would hold the checkpoint up, and one that is begun meanwhile would
        // keep the log from being begun anew.
        self.batches.begin();
        self.let_snapshots_go();
        writer.rows_since_checkpoint = 0;
        if let Err(error) = self.shorten_log(&writer.sql) {
            tracing::warn!(%error, "a checkpoint failed; the write-ahead log keeps growing");
        }
        self.batches.end();
    }

    /// The checkpoint of one of the place's two files.
    pub(super) fn shorten_log(&self, sql: &SqliteSql) -> rusqlite::Result<()> {
        let done = sql.checkpoint().and_then(|is_long| {
            let may_wait = is_long && self.long_reads.stand_back();
            if may_wait { sql.begin_log_anew() } else { Ok(()) }
        });
        self.long_reads.go_on();
        done
    }

    /// Runs `work` on a snapshot of what is in the file, also of what was put there behind our back. It may take as long as
    /// it needs.
    pub(crate) fn scan<T>(
        &self,
        parts: &Parts,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.batches.skip();
        let _long = self.long_reads.begin_scan();
        self.read(parts, work)
    }

    /// Runs `work`, which takes longer than others should wait, on a snapshot. Blocks while others make way for the log.
    pub(crate) fn read_long<T>(
        &self,
        parts: &Parts,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        let _long = self.long_reads.begin(|| {
            self.checkpoint();
            self.checkpoint_index();
        });
        self.read(parts, work)
    }

    /// Runs `work` on a snapshot.
    pub(crate) fn read<T>(
        &self,
        parts: &Parts,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        if !self.ready.load(Ordering::Acquire) {
            self.writer(&mut lock(&self.writer), parts)?;
        }
        let mut reader = self.reader()?;
        // Looked at before the snapshot is begun: what is committed in between makes it look older than it is.
        let now = self.batches.pause();
        let result = reader.read(now, work);
        if matches!(result, Err(StoreError::Impaired(_))) {
            self.doubted.store(true, Ordering::Release);
        }
        self.give_back(reader);
        result
    }

    /// Opens and migrates the file unless that is done; used before the first transaction and to create the file.
    pub(crate) fn open(&self, parts: &Parts) -> Result<(), StoreError> {
        self.writer(&mut lock(&self.writer), parts).map(drop)
    }

    /// Whether nothing waits for the file and nobody reads it.
    pub(crate) fn is_idle(&self) -> bool {
        !self.scheduled.load(Ordering::Acquire) && !self.has_work() && lock(&self.readers).out == 0
    }

    /// Checkpoints and closes all connections.
    pub(crate) fn close(&self) {
        self.ready.store(false, Ordering::Release);
        lock(&self.readers).idle.clear();
        *lock(&self.index) = None;
        *lock(&self.writer) = None;
    }

    fn writer<'w>(
        &self,
        slot: &'w mut MutexGuard<'_, Option<Writer>>,
        parts: &Parts,
    ) -> Result<&'w mut Writer, StoreError> {
        if slot.is_none() {
            // A log that is there is left by a process that died or by a sync that failed. What SQLite recovers from
            // it must be on the disk before anything is committed after it.
            self.on_disk(|| write_again(&self.path.with_extension("db-wal")))?;
            if self.place == Place::Directory {
                create(&self.path)?;
            }
            let mut sql =
                SqliteSql::open_writer(&self.path).map_err(|error| self.impaired(store_error(&error)))?;
            sql.control("BEGIN IMMEDIATE").map_err(|error| self.impaired(error))?;
            migrate(&mut Tx::new(&mut sql, self.place, parts.clock.now()), &parts.modules)
                .map_err(|error| self.impaired(error))?;
            sql.control("COMMIT")?;
            // SQLite syncs the folder once for a log that it creates, and does not look whether that worked.
            self.on_disk(|| self.path.parent().map_or(Ok(()), sync_folder))?;
            // Who has it now has opened it.
            if let Ok(mut index) = self.index.try_lock()
                && let Err(error) = self.open_index(&mut index)
            {
                // The place serves all else without it; whoever writes it tries again.
                self.tell_of_index(&error);
            }
            **slot = Some(Writer { sql, rows_since_checkpoint: 0 });
            self.ready.store(true, Ordering::Release);
        }
        slot.as_mut().ok_or_else(|| StoreError::Bug("the writer was just opened".to_owned()))
    }

    /// What a failure to open or migrate the file means: nobody can use this file, and all others go on. What was
    /// begun in it is rolled back with the connection.
    fn impaired(&self, error: StoreError) -> StoreError {
        let cause = match error {
            StoreError::Impaired(cause) | StoreError::Bug(cause) => cause,
            passing @ (StoreError::Unavailable { .. } | StoreError::Conflict(_)) => return passing,
        };
        let file = self.path.display();
        tracing::error!(%file, cause, "a file of the store cannot be used until a person has looked at it");
        StoreError::Impaired(format!("{file}: {cause}"))
    }

    fn on_disk(&self, work: impl FnOnce() -> std::io::Result<()>) -> Result<(), StoreError> {
        work().map_err(|error| StoreError::Unavailable {
            outcome: Outcome::NotWritten,
            cause: format!("{}: {error}", self.path.display()),
        })
    }

    fn reader(&self) -> Result<Reader, StoreError> {
        let mut readers = lock(&self.readers);
        loop {
            if let Some(reader) = readers.idle.pop() {
                readers.out += 1;
                return Ok(reader);
            }
            if readers.out < limits::READERS_MAX {
                readers.out += 1;
                drop(readers);
                return self.new_reader().map_err(|error| {
                    lock(&self.readers).out -= 1;
                    store_error(&error)
                });
            }
            readers.waiting += 1;
            let (guard, waited) = self
                .reader_back
                .wait_timeout(readers, limits::SNAPSHOT_AGE_MAX)
                .unwrap_or_else(PoisonError::into_inner);
            readers = guard;
            readers.waiting -= 1;
            if waited.timed_out() {
                return Err(StoreError::Unavailable {
                    outcome: Outcome::NotWritten,
                    cause: "all readers of the file are busy".to_owned(),
                });
            }
        }
    }

    /// A connection that sees the place's tables and its index's.
    fn new_reader(&self) -> rusqlite::Result<Reader> {
        let sql = SqliteSql::open_reader(&self.path)?;
        let index = self.indexes_made.load(Ordering::Acquire);
        // Without its index a place serves all else.
        if let Some(file) = self.index_file
            && let Err(error) = sql.attach(&self.index_path(file), file.name)
        {
            self.tell_of_index(&error);
            return Ok(Reader::new(sql, None));
        }
        Ok(Reader::new(sql, Some(index)))
    }

    /// Every search meets an index that cannot be opened, so it is said now and then.
    fn tell_of_index(&self, error: &dyn std::fmt::Display) {
        if self.index_alarm.rings() {
            tracing::error!(place = ?self.place, %error, "an index cannot be opened");
        }
    }

    pub(super) fn forget_readers(&self) {
        lock(&self.readers).idle.clear();
    }

    pub(super) fn let_snapshots_go(&self) {
        lock(&self.readers).idle.retain_mut(Reader::let_go);
    }

    fn give_back(&self, mut reader: Reader) {
        let mut readers = lock(&self.readers);
        readers.out -= 1;
        let is_of_index = reader.index() == Some(self.indexes_made.load(Ordering::Acquire));
        // Under the lock, so that whoever lets the idle ones go has all of them.
        if is_of_index && reader.let_go_unless(self.batches.pause()) {
            readers.idle.push(reader);
        }
        if readers.waiting > 0 {
            self.reader_back.notify_one();
        }
    }
}

impl Writer {
    fn checkpoint_is_due(&self) -> bool {
        self.rows_since_checkpoint >= limits::CHECKPOINT_ROWS
    }
}
