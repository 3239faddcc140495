//! What a handler gets and answers.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use postroom_types::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::jobs::{BackOff, Jobs, Kind, Lease, LeaseError};
use crate::{Store, StoreError};

/// One run of a job. The handler owns it.
#[derive(Clone)]
pub struct Run {
    /// The store, and the way to further jobs.
    pub jobs: Jobs,
    /// The right to work on the job; [`check_lease`](crate::jobs::check_lease) comes first in every write.
    pub lease: Lease,
    /// What the job was enqueued under.
    pub unique_key: Option<String>,
    /// What the newest enqueuer said about it.
    pub payload: Vec<u8>,
    /// How many steps are done.
    pub step: i64,
    pub(crate) faults: Option<Arc<dyn Faults>>,
}

impl Run {
    /// The store.
    pub fn store(&self) -> &Store {
        self.jobs.store()
    }

    /// A point at which a test may kill the program; for handlers that write more than once.
    pub fn point(&self, name: &'static str) -> Result<(), Failure> {
        match &self.faults {
            Some(faults) if faults.strike(&Point { kind: self.lease.kind, name }) => Err(Failure::Killed),
            _ => Ok(()),
        }
    }
}

/// What a handler answers when it succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// The job is done: the runner completes it.
    Complete,
    /// The handler completed or rescheduled the job in a transaction of its own, together with its effect.
    Settled,
    /// The job goes on then, with all its tries.
    Again(Timestamp),
}

/// What a handler answers when it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Try again later. The text is kept with the job and logged: no secrets, no message content.
    Retry(String),
    /// Trying again is of no use: the job has failed for good.
    GiveUp(String),
    /// The job belongs to somebody else now: leave everything as it is.
    LeaseLost,
    /// A test killed the program here: leave everything as it is.
    Killed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry(cause) | Self::GiveUp(cause) => f.write_str(cause),
            Self::LeaseLost => f.write_str("the lease of the job was lost"),
            Self::Killed => f.write_str("killed on purpose"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Retry(error.to_string())
    }
}

impl From<LeaseError> for Failure {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Lost => Self::LeaseLost,
            LeaseError::Store(error) => error.into(),
        }
    }
}

/// How jobs of a kind are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindOptions {
    /// Pauses between tries, and their number.
    pub back_off: BackOff,
    /// How long one run may take; then it is dropped and counts as failed.
    pub run_max: Duration,
    /// Runs of the kind at once on this node, so that slow ones leave room for others.
    pub concurrency: usize,
}

impl Default for KindOptions {
    fn default() -> Self {
        Self { back_off: BackOff::default(), run_max: Duration::from_secs(3600), concurrency: 8 }
    }
}

/// A place in a handler where a crash must do no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// Kind of the job.
    pub kind: Kind,
    /// Which point.
    pub name: &'static str,
}

/// Decides at each point whether the program dies there. Without one, a point costs a look at a `None`.
pub trait Faults: Send + Sync {
    /// True ends the run as if the process had died: nothing more is written and the lease is left to expire. An
    /// implementation may as well end the process.
    fn strike(&self, point: &Point) -> bool;
}

pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send>>;
pub(super) type Handler = Arc<dyn Fn(Run) -> Answer + Send + Sync>;

pub(super) struct Registered {
    pub(super) options: KindOptions,
    pub(super) handler: Handler,
    pub(super) permits: Arc<Semaphore>,
}

/// What a run holds: one of the runner's permits and one of its kind's.
pub(super) type Permits = [OwnedSemaphorePermit; 2];
