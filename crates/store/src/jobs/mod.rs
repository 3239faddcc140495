//! Durable jobs: work that outlives the process that asked for it.
//!
//! A job lies in the place whose data it works on and is enqueued in the transaction that makes it necessary. A
//! runner takes it under a lease with a fencing number; every write of the holder checks that number in its own
//! transaction ([`check_lease`]), so a node that was paused and wakes after another took the job cannot write. Clocks
//! only decide when a job is taken, never whether a write is safe.
//!
//! Work in organizations is found through a hint in the directory that is written before the work it announces
//! ([`Announcement`]): enqueuing there takes the proof of it. A hint may announce work that never comes; it is looked
//! at a few times and removed after `limits::HINT_GRACE`.
//!
//! A job that fails is tried again with growing pauses. After the last try it stays as failed, listed by [`list`],
//! until somebody calls [`revive`] or [`discard`].
//!
//! ```no_run
//! # use postroom_store::{Place, StoreError, Tx, client_tokens::*, jobs::{self, *}};
//! # use postroom_types::Timestamp;
//! # #[derive(Debug)] enum Error { Store(StoreError), Reused }
//! # impl From<StoreError> for Error { fn from(error: StoreError) -> Self { Self::Store(error) } }
//! # impl From<TokenReused> for Error { fn from(_: TokenReused) -> Self { Self::Reused } }
//! const CHECK: Kind = Kind::new("directory.check_domain");
//!
//! # async fn example(jobs: Jobs, place: Place, due: Timestamp, token: Option<ClientToken>) -> Result<(), Error> {
//! // An operation that takes effect once for its client token, and asks for a job in the same transaction:
//! let answer = jobs.write(place, CHECK, due, move |tx, announced| {
//!     once(tx, token.as_ref(), |tx| {
//!         jobs::enqueue(tx, announced, Some("example.com"), b"example.com")?;
//!         Ok::<_, Error>(b"the stored answer".to_vec())
//!     })
//! });
//! # answer.await?;
//! // What is done about it; the runner retries, renews the lease, and ends with the process:
//! let runner = Runner::new(&jobs, RunnerOptions::default()).kind(CHECK, KindOptions::default(), async |run| {
//!     let lease = run.lease.clone(); // … look something up, then write the result and end the job at once:
//!     run.store().write(lease.place, move |tx| jobs::complete(tx, &lease)).await?;
//!     Ok(Done::Settled)
//! });
//! let handle = runner.start();
//! # handle.shutdown(std::time::Duration::from_secs(10)).await;
//! # Ok(()) }
//! ```
//!
//! Entry points: [`Jobs::write`], [`enqueue`], [`Runner`].

mod ahead;
mod announce;
mod back_off;
mod check;
mod enqueue;
mod finish;
mod hints;
mod lease;
mod list;
mod runner;
mod schema;
mod statements;

use std::fmt;

use postroom_types::Timestamp;

use crate::{Place, StoreError};

pub use announce::{Announcement, announce};
pub use back_off::BackOff;
pub use check::check_hints;
pub(crate) use check::{NUMBERS_CHECK, check_leases};
pub use enqueue::{enqueue, put_back};
pub use finish::{complete, give_up, record_step, release, reschedule, retry_later};
pub use hints::{Hint, due_page, forget, rebuild, settle};
pub use lease::{check_lease, expire_leases, is_taken_over, lease_due, next_due, renew};
pub use list::{Job, JobState, discard, is_ahead, list, revive};
pub use runner::{Done, Failure, Faults, Jobs, KindOptions, Point, Run, Runner, RunnerHandle, RunnerOptions};
pub(crate) use schema::{HINTS, IN_DIRECTORY, IN_ORGANIZATION};
pub(crate) use statements::ALL as STATEMENTS;

/// What a job does; chooses its handler.
///
/// Shape: `capability.verb`, at most 64 bytes. The name is in stored rows, so it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// The kind of this name.
    pub const fn new(name: &'static str) -> Self {
        assert!(name.len() <= 64, "the name of a kind has at most 64 bytes");
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Number of a job in its place; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

/// The right to work on a job, until somebody else takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Where the job lies.
    pub place: Place,
    /// Which job.
    pub id: JobId,
    /// What it does.
    pub kind: Kind,
    /// Grows with every lease of the job; only the highest may write.
    pub fence: i64,
    /// 1 for the first try.
    pub attempt: i64,
    /// When others may take the job.
    pub until: Timestamp,
}

/// A job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The right to work on it.
    pub lease: Lease,
    /// What it was enqueued under, if anything.
    pub unique_key: Option<String>,
    /// How many of its steps are done, as [`record_step`] left it.
    pub step: i64,
    /// What the newest enqueuer said about it.
    pub payload: Vec<u8>,
}

/// Why a holder's write is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseError {
    /// The job was taken by somebody else, completed or removed: stop working on it.
    Lost,
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for LeaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost => f.write_str("the lease of the job was lost"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LeaseError {}

impl From<StoreError> for LeaseError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
