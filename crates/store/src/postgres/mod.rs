//! The second engine: one PostgreSQL database for all places of a cell, served by any number of nodes.
//!
//! Writer threads own a connection each and drain one queue; snapshots use connections that are lent; one more thread
//! looks for the changes of other nodes, and one sees to it that statements stay fast. The SQL is the embedded engine's;
//! what only this engine runs is the change table and that upkeep. PostgreSQL groups commits itself.

mod changes;
mod connection;
mod failure;
mod link;
mod open;
mod options;
mod pending_lists;
mod poller;
mod prepared;
mod queue;
mod readers;
mod statistics;
mod tls;
mod tracker;
mod upkeep;
mod values;
mod writer;

pub use options::PostgresOptions;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use connection::{PgSql, Role};
use failure::unavailable;
use link::{Link, Target};
use poller::{Poller, Published, Stop};
use queue::{Popped, Queue, Refused};
use readers::Readers;
use tracker::Tracker;
use writer::Waiting;

use crate::job::Job;
use crate::lock::lock;
use crate::store::Parts;
use crate::{OpenError, Place, Sql, StoreError};

/// A closure that reads on a reader thread and answers its caller.
type ReadJob = Box<dyn FnOnce(&Lending) + Send>;

/// One PostgreSQL database and this node's threads for it.
pub(crate) struct Cell {
    writes: Arc<Queue<Waiting>>,
    reads: Arc<Queue<ReadJob>>,
    lending: Arc<Lending>,
    stop: Arc<Stop>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What runs a snapshot.
pub(crate) struct Lending(Readers);

impl Cell {
    /// Connects, refuses servers that do not keep their word, migrates and starts the threads.
    pub(crate) fn open(options: &PostgresOptions, parts: &Arc<Parts>) -> Result<Self, OpenError> {
        let server =
            options.server().map_err(|cause| OpenError { what: "the PostgreSQL store".to_owned(), cause })?;
        for host in server.in_clear() {
            tracing::warn!(
                host,
                "the connection to the database {host} is not encrypted: see sslmode=require"
            );
        }
        let what = server.to_string();
        let target = Target::new(server, options.away_wait_max);
        // On a thread of its own: the caller may be inside an async runtime.
        let opened = std::thread::scope(|scope| scope.spawn(|| first_look(&target, parts)).join());
        let opened = opened.unwrap_or_else(|_| Err(StoreError::Bug("opening panicked".to_owned())));
        let (link, tracker) =
            opened.map_err(|error| OpenError { what: what.clone(), cause: error.to_string() })?;
        Self::start(options, &target, parts, link, tracker)
            .map_err(|error| OpenError { what, cause: format!("cannot start a thread: {error}") })
    }

    fn start(
        options: &PostgresOptions,
        target: &Arc<Target>,
        parts: &Arc<Parts>,
        link: Link,
        tracker: Tracker,
    ) -> std::io::Result<Self> {
        let cell = Self {
            writes: Arc::default(),
            reads: Arc::default(),
            lending: Arc::new(Lending(Readers::new(target, options.readers.max(1)))),
            stop: Arc::default(),
            threads: Mutex::default(),
        };
        let published: Arc<Published> = Arc::default();
        for number in 0..options.writers.max(1) {
            let (queue, parts, published) =
                (Arc::clone(&cell.writes), Arc::clone(parts), Arc::clone(&published));
            let link = Link::new(target, Role::Writer);
            cell.spawn(format!("pg-write-{number}"), move || {
                writer::serve(&queue, link, &parts, &published)
            })?;
        }
        for number in 0..options.readers.max(1) {
            let (queue, lending) = (Arc::clone(&cell.reads), Arc::clone(&cell.lending));
            cell.spawn(format!("pg-read-{number}"), move || {
                while let Popped::Item(job) = queue.pop(None) {
                    job(&lending);
                }
            })?;
        }
        let (parts, stop) = (Arc::clone(parts), Arc::clone(&cell.stop));
        let poller = Poller::new(link, tracker, options);
        cell.spawn("pg-poll".to_owned(), move || poller.serve(&parts, &published, &stop))?;
        let (link, stop) = (Link::new(target, Role::Upkeep), Arc::clone(&cell.stop));
        cell.spawn("pg-upkeep".to_owned(), move || upkeep::serve(link, &stop))?;
        Ok(cell)
    }

    fn spawn(&self, name: String, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        let thread = std::thread::Builder::new().name(name).spawn(work)?;
        lock(&self.threads).push(thread);
        Ok(())
    }

    /// Runs `job` on a writer thread.
    pub(crate) fn submit(&self, place: Place, job: Box<dyn Job>) {
        let waiting = Waiting { place, job, since: Instant::now() };
        if let Err((mut waiting, refused)) = self.writes.push(waiting) {
            waiting.job.fail(refusal(&refused, "writes"));
            waiting.job.answer();
        }
    }

    /// Runs `job` on a reader thread.
    pub(crate) fn submit_read(&self, job: ReadJob) -> Result<(), StoreError> {
        self.reads.push(job).map_err(|(_, refused)| refusal(&refused, "reads"))
    }

    /// Runs `work` on a snapshot on this thread, which must not be inside an async runtime.
    pub(crate) fn read<T>(&self, work: impl FnMut(&mut dyn Sql) -> T) -> Result<T, StoreError> {
        self.lending.read(work)
    }

    /// Serves what waits, then ends the threads.
    pub(crate) fn close(&self) {
        self.end();
        for thread in lock(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a store thread had panicked");
            }
        }
        self.lending.0.close();
    }

    fn end(&self) {
        self.writes.close();
        self.reads.close();
        self.stop.stop();
    }
}

impl Lending {
    /// Runs `work` on a snapshot on this thread; again when the connection is lost.
    pub(crate) fn read<T>(&self, mut work: impl FnMut(&mut dyn Sql) -> T) -> Result<T, StoreError> {
        self.0.read(|sql| work(sql))
    }
}

impl Drop for Cell {
    /// A store that nobody closed: its threads end by themselves.
    fn drop(&mut self) {
        self.end();
    }
}

/// The first connection; the poller keeps it.
fn first_look(target: &Arc<Target>, parts: &Parts) -> Result<(Link, Tracker), StoreError> {
    let mut link = Link::new(target, Role::Poller);
    let tracker = open::open(link.connected(target.deadline(Instant::now()))?, parts)?;
    Ok((link, tracker))
}

fn refusal(refused: &Refused, what: &str) -> StoreError {
    match refused {
        Refused::Full => unavailable(format!("too many {what} wait")),
        Refused::Stopping => unavailable("the store is stopping"),
    }
}

/// Runs `text` on a connection of its own, outside a transaction.
pub(crate) fn run_alone(url: &str, text: &str) -> Result<(), String> {
    let server = PostgresOptions::new(url).server()?;
    // On a thread of its own: the caller may be inside an async runtime.
    let run = || {
        let mut sql = PgSql::connect(&server, Role::Writer).map_err(|failure| failure.error.to_string())?;
        sql.batch(text).map_err(|error| error.to_string())
    };
    let ran = std::thread::scope(|scope| scope.spawn(run).join());
    ran.unwrap_or_else(|_| Err("the connection's thread panicked".to_owned()))
}
