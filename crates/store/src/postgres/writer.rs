//! Writer threads: each owns a connection and runs transactions from one queue.
//!
//! A transaction that met a conflict, or lost its connection before COMMIT was sent, runs again. Once COMMIT was sent,
//! only the server's answer tells how it ended; without one the outcome is unknown and nothing is tried again.

use std::sync::Arc;
use std::time::Instant;

use super::connection::{Committed, PgSql};
use super::failure::{Failure, Next};
use super::link::{Link, back_off};
use super::poller::Published;
use super::queue::{Popped, Queue};
use crate::job::Job;
use crate::store::Parts;
use crate::{Change, Outcome, Place, StoreError, Tx, limits};

/// A transaction in the queue.
pub(super) struct Waiting {
    pub(super) place: Place,
    pub(super) job: Box<dyn Job>,
    pub(super) since: Instant,
}

/// How one try ended.
enum Ended {
    /// Committed; what to publish, and the numbers under which other nodes find it.
    Committed(Vec<Change>, Vec<i64>),
    /// The closure refused; nothing was written.
    Refused,
    /// Nothing was written.
    Failed(Failure),
    /// COMMIT was sent and no answer came.
    Unknown(String),
}

/// Serves `queue` until it is closed and empty.
pub(super) fn serve(queue: &Queue<Waiting>, mut link: Link, parts: &Parts, published: &Arc<Published>) {
    loop {
        // While the connection is away, idle time goes into getting it back.
        match queue.pop(link.pause()) {
            Popped::Item(waiting) => run(waiting, &mut link, parts, published),
            Popped::TimedOut => link.try_connect(),
            Popped::Stopped => return,
        }
    }
}

fn run(waiting: Waiting, link: &mut Link, parts: &Parts, published: &Published) {
    let Waiting { place, mut job, since } = waiting;
    let deadline = link.target().deadline(since);
    let mut tries = Tries::default();
    loop {
        let sql = match link.connected(deadline) {
            Ok(sql) => sql,
            Err(error) => {
                job.fail(error);
                break;
            }
        };
        match attempt(sql, job.as_mut(), place, parts) {
            Ended::Committed(changes, ids) => {
                published.note(&ids);
                changes.iter().for_each(|change| parts.publish(change));
                break;
            }
            Ended::Refused => {
                link.settle();
                break;
            }
            Ended::Unknown(cause) => {
                tracing::warn!(cause, "the outcome of a commit is unknown");
                link.lose();
                job.fail(StoreError::Unavailable { outcome: Outcome::Unknown, cause });
                break;
            }
            Ended::Failed(failure) => {
                let lost = link.settle();
                let Some(tried) = tries.again(failure.next) else {
                    job.fail(failure.error);
                    break;
                };
                tracing::debug!(error = %failure.error, tried, "a transaction runs again");
                if !lost {
                    std::thread::sleep(back_off(tried, limits::BACK_OFF_MIN, limits::BACK_OFF_MAX));
                }
            }
        }
    }
    job.answer();
}

/// How often a transaction has failed, and why.
#[derive(Default)]
struct Tries {
    conflicts: u32,
    races: u32,
    losses: u32,
}

impl Tries {
    /// Counts a failure; the number of its kind, or `None` when it is to be answered.
    fn again(&mut self, next: Next) -> Option<u32> {
        let (count, max) = match next {
            Next::Conflict => (&mut self.conflicts, limits::CONFLICT_TRIES_MAX),
            Next::Race => (&mut self.races, limits::RACE_TRIES_MAX),
            Next::Lost => (&mut self.losses, limits::LOST_TRIES_MAX),
            Next::Answer => return None,
        };
        *count += 1;
        (*count <= max).then_some(*count)
    }
}

/// Runs the transaction once.
fn attempt(sql: &mut PgSql, job: &mut dyn Job, place: Place, parts: &Parts) -> Ended {
    if let Err(failure) = sql.begin_write() {
        return Ended::Failed(failure);
    }
    if parts.run_twice
        && let Err(failure) = for_nothing(sql, job, place, parts)
    {
        return undo(sql, failure);
    }
    let (keep, changes) = job.run(Tx::new(sql, place, parts.clock.now()));
    if let Some(failure) = sql.failed.take() {
        return undo(sql, failure);
    }
    if !keep {
        sql.rollback();
        return Ended::Refused;
    }
    match sql.commit(&changes) {
        Committed::Yes(ids) => Ended::Committed(changes, ids),
        Committed::No(failure) => undo(sql, failure),
        Committed::Unknown(cause) => Ended::Unknown(cause),
    }
}

/// Runs the closure and undoes it: tests prove that closures have no side effect.
fn for_nothing(sql: &mut PgSql, job: &mut dyn Job, place: Place, parts: &Parts) -> Result<(), Failure> {
    sql.control("SAVEPOINT job")?;
    job.run(Tx::new(sql, place, parts.clock.now()));
    if let Some(failure) = sql.failed.take() {
        return Err(failure);
    }
    sql.control("ROLLBACK TO SAVEPOINT job")
}

fn undo(sql: &mut PgSql, failure: Failure) -> Ended {
    if failure.next != Next::Lost {
        sql.rollback();
    }
    Ended::Failed(failure)
}
