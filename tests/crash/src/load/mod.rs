//! The load: writers that know what must be there, and the comparison with what is.

mod check;
mod writer;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::client::Client;
use crate::facts::Facts;
use crate::kinds::{self, KINDS, ORGANIZATIONS, Organization};
use crate::problem::{Problem, Result, fail};
use crate::server::Server;
pub use writer::Writer;

/// Writers at once.
pub const WRITERS: usize = 16;
/// Time for the wanted number of answers.
const ANSWERS_TIME_MAX: Duration = Duration::from_secs(60);

/// All writers, the organizations they write in, and what was in these before.
pub struct Load {
    pub(crate) writers: Vec<Writer>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) baseline: Vec<Facts>,
    /// Operations that the server does not have yet.
    pub missing: BTreeSet<&'static str>,
}

/// What happened, all rounds together.
#[derive(Debug, Default)]
pub struct Counts {
    /// Writes that were answered as done.
    pub acknowledged: AtomicU64,
    /// Writes that were refused as they must be.
    pub refused: AtomicU64,
    /// Writes that the server said it could not carry out and had not.
    pub unavailable: AtomicU64,
    /// Writes without an answer.
    pub unknown: AtomicU64,
    /// Of these, writes that had been carried out.
    pub unknown_done: AtomicU64,
    /// Reads compared with what their writer had written.
    pub reads: AtomicU64,
    /// Requests repeated with their client token.
    pub repeated: AtomicU64,
    /// Facts compared after rounds.
    pub compared: AtomicU64,
}

/// How far a round is.
#[derive(Debug, Default)]
struct SoFar {
    /// Writes that were answered.
    answered: u64,
    /// Writes that were refused because the database is away.
    unavailable: usize,
    /// Writers that have stopped.
    ended: usize,
}

/// What writers and the one who breaks things share during a round.
pub struct Round<'a> {
    /// Set when writers shall stop.
    stop: AtomicBool,
    /// What a writer found wrong.
    pub problem: Mutex<Option<Problem>>,
    /// How far the round is.
    so_far: Mutex<SoFar>,
    moved: Condvar,
    /// Whether the server may be unable to reach its database.
    pub database_breaks: bool,
    /// The counts of all rounds.
    pub counts: &'a Counts,
}

impl Load {
    /// Two organizations and `WRITERS` writers, half in each; the last one writes organizations.
    pub fn prepare(client: &mut Client, seed: u64) -> Result<Self> {
        let organizations =
            vec![Organization::create(client, "first")?, Organization::create(client, "second")?];
        let all = KINDS.iter().chain([&ORGANIZATIONS]);
        let operations =
            all.flat_map(|kind| kind.actions.iter().map(|action| action.operation).chain([kind.list]));
        let missing: BTreeSet<&'static str> =
            operations.filter(|operation| !kinds::is_available(client, operation)).collect();
        let writer = |index: usize| {
            let organization = organizations[index % organizations.len()].clone();
            let kinds = if index + 1 == WRITERS { std::slice::from_ref(&ORGANIZATIONS) } else { KINDS };
            Writer::new(index, organization, kinds, &missing, seed)
        };
        // One more, whom the proofs use between rounds.
        let writers = (0..=WRITERS).map(writer).collect();
        let mut baseline = Vec::new();
        for organization in &organizations {
            baseline.push(kinds::observe(client, organization, &missing)?.facts);
        }
        Ok(Self { writers, organizations, baseline, missing })
    }

    /// Runs all writers against `server` while `breaking` does its work; ends when they have stopped.
    pub fn run(
        &mut self,
        server: &mut Server,
        round: &Round<'_>,
        breaking: impl FnOnce(&mut Server) -> Result<()>,
    ) -> Result<()> {
        let clients: Result<Vec<Client>> = (0..WRITERS).map(|_| server.client()).collect();
        let writers = self.writers.iter_mut().take(WRITERS).zip(clients?);
        let broken = std::thread::scope(|scope| {
            for (writer, mut client) in writers {
                scope.spawn(move || {
                    if let Err(problem) = writer.run(&mut client, round) {
                        round.note(problem);
                    }
                    round.note_end();
                });
            }
            let broken = breaking(server);
            if broken.is_err() {
                round.stop.store(true, Ordering::SeqCst);
            }
            broken
        });
        match round.problem.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(problem) => Err(problem),
            None => broken,
        }
    }
}

impl<'a> Round<'a> {
    /// A round that begins.
    pub fn new(counts: &'a Counts, database_breaks: bool) -> Self {
        Self {
            stop: AtomicBool::new(false),
            problem: Mutex::new(None),
            so_far: Mutex::default(),
            moved: Condvar::new(),
            database_breaks,
            counts,
        }
    }

    /// Waits until `count` writes were answered in this round.
    pub fn wait_for_answers(&self, count: u64) -> Result<()> {
        let waits = |so_far: &mut SoFar| so_far.answered < count && so_far.ended < self.ended_max();
        let so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.moved.wait_timeout_while(so_far, ANSWERS_TIME_MAX, waits);
        let so_far = waited.unwrap_or_else(PoisonError::into_inner).0;
        if so_far.answered < count {
            return fail(format!("fewer than {count} answers in {ANSWERS_TIME_MAX:?}: {so_far:?}"));
        }
        Ok(())
    }

    /// Waits until `count` writes were refused because the database is away, or all writers lost an answer.
    pub fn wait_for_unavailable(&self, count: usize) -> Result<()> {
        let waits = |so_far: &mut SoFar| so_far.unavailable < count && so_far.ended < WRITERS;
        let so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.moved.wait_timeout_while(so_far, ANSWERS_TIME_MAX, waits);
        let so_far = waited.unwrap_or_else(PoisonError::into_inner).0;
        if so_far.unavailable < count && so_far.ended < WRITERS {
            return fail(format!(
                "without its database the server says nothing in {ANSWERS_TIME_MAX:?}: {so_far:?}"
            ));
        }
        Ok(())
    }

    /// Whether any write was answered.
    fn has_answer(&self) -> bool {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner).answered > 0
    }

    /// Tells the writers to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// A write was refused because the database is away.
    fn note_unavailable(&self) {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner).unavailable += 1;
        self.moved.notify_all();
    }

    /// A write was answered.
    fn note_answer(&self) {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner).answered += 1;
        self.moved.notify_all();
    }

    /// A writer has stopped.
    fn note_end(&self) {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner).ended += 1;
        self.moved.notify_all();
    }

    /// With so many writers stopped there is nothing to wait for.
    fn ended_max(&self) -> usize {
        if self.database_breaks { WRITERS } else { 1 }
    }

    fn note(&self, problem: Problem) {
        self.stop.store(true, Ordering::SeqCst);
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
    }
}

impl Counts {
    /// One more of `counter`.
    pub fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        write!(
            f,
            "{} writes acknowledged, {} refused, {} unavailable, {} without answer ({} of them done), {} repeated \
             with their token, {} reads in between, {} facts compared",
            of(&self.acknowledged),
            of(&self.refused),
            of(&self.unavailable),
            of(&self.unknown),
            of(&self.unknown_done),
            of(&self.repeated),
            of(&self.reads),
            of(&self.compared)
        )
    }
}
