//! One batch: many transactions, each of which can be undone alone, one commit.
//!
//! Every answer of a batch, refusals included, waits for the commit: it may rest on a neighbour's row that is not
//! committed yet.

use std::time::Instant;

use super::connection::{CommitFailed, SqliteSql};
use crate::job::Job;
use crate::{Alarm, Change, Clock, Outcome, Place, StoreError, Tx, limits};

/// How a batch ended for the file.
pub(crate) enum Ended {
    /// The connection goes on.
    Open {
        /// What to publish, in order.
        changes: Vec<Change>,
    },
    /// A sync or COMMIT failed: the connection must be closed and recovered.
    Closed,
}

/// What a batch needs to know.
pub(crate) struct Context<'a> {
    pub(crate) place: Place,
    pub(crate) clock: &'a dyn Clock,
    /// Runs every transaction twice, the first time for nothing: tests prove that closures have no side effect.
    pub(crate) run_twice: bool,
    /// Rings when the file cannot be written.
    pub(crate) alarm: &'a Alarm,
}

/// Runs what `next` gives, which is told how many ran, until it gives nothing more or time is up; commits once.
///
/// The jobs that ran are in `ran`, ready to be answered.
pub(crate) fn run(
    sql: &mut SqliteSql,
    context: &Context<'_>,
    mut next: impl FnMut(usize) -> Option<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
) -> Ended {
    let began = Instant::now();
    let mut changes = Vec::new();
    if let Err(error) = sql.control("BEGIN IMMEDIATE") {
        fail_all(next, ran, &error);
        return Ended::Closed;
    }
    while let Some(mut job) = next(ran.len()) {
        let intact = undoable(sql, context, job.as_mut(), ran.is_empty(), &mut changes);
        ran.push(job);
        if !intact {
            return alone(sql, context, ran);
        }
        if ran.len() >= limits::BATCH_TRANSACTIONS_MAX || began.elapsed() > limits::BATCH_TIME_MAX {
            break;
        }
    }
    commit(sql, context.alarm, ran, changes)
}

/// Runs one job so that it can be undone alone; false when SQLite rolled the whole batch back.
///
/// The first one of a transaction is the transaction until others follow, and needs no savepoint, for which SQLite copies
/// every page that changes.
fn undoable(
    sql: &mut SqliteSql,
    context: &Context<'_>,
    job: &mut dyn Job,
    is_first: bool,
    changes: &mut Vec<Change>,
) -> bool {
    let rounds = if context.run_twice { 2 } else { 1 };
    for round in 1..=rounds {
        if !is_first && sql.control("SAVEPOINT job").is_err() {
            return false;
        }
        sql.failed = None;
        let (keep, published) = job.run(Tx::new(sql, context.place, context.clock.now()));
        let failed = sql.failed.take();
        if sql.connection.is_autocommit() {
            return false;
        }
        let undo = round < rounds || !keep || failed.is_some();
        if let Some(error) = failed {
            job.fail(error);
        }
        let ended = match (is_first, undo) {
            (true, true) => sql.control("ROLLBACK").and_then(|()| sql.control("BEGIN IMMEDIATE")),
            (true, false) => Ok(()),
            (false, true) => sql.control("ROLLBACK TO job").and_then(|()| sql.control("RELEASE job")),
            (false, false) => sql.control("RELEASE job"),
        };
        if ended.is_err() {
            return false;
        }
        if !undo {
            changes.extend(published);
        }
    }
    true
}

/// After SQLite rolled the batch back (disk full, I/O error): each transaction again, by itself.
fn alone(sql: &mut SqliteSql, context: &Context<'_>, ran: &mut [Box<dyn Job>]) -> Ended {
    if !sql.connection.is_autocommit() && sql.control("ROLLBACK").is_err() {
        ran.iter_mut().for_each(|job| job.fail(unknown("the batch could not be undone")));
        return Ended::Closed;
    }
    let mut all_changes = Vec::new();
    for index in 0..ran.len() {
        let Some((job, rest)) = ran[index..].split_first_mut() else { break };
        let mut changes = Vec::new();
        if let Err(error) = sql.control("BEGIN IMMEDIATE") {
            job.fail(error);
            continue;
        }
        if !undoable(sql, context, job.as_mut(), true, &mut changes) {
            let error = StoreError::Unavailable {
                outcome: Outcome::NotWritten,
                cause: "the transaction was rolled back by the engine".to_owned(),
            };
            job.fail(sql.failed.take().unwrap_or(error));
            if !sql.connection.is_autocommit() && sql.control("ROLLBACK").is_err() {
                rest.iter_mut().for_each(|job| job.fail(unknown("the file was closed")));
                return Ended::Closed;
            }
            continue;
        }
        match commit(sql, context.alarm, std::slice::from_mut(job), changes) {
            Ended::Open { changes } => all_changes.extend(changes),
            Ended::Closed => {
                rest.iter_mut()
                    .for_each(|job| job.fail(not_written("the file was closed after a failed commit")));
                return Ended::Closed;
            }
        }
    }
    Ended::Open { changes: all_changes }
}

fn commit(sql: &mut SqliteSql, alarm: &Alarm, ran: &mut [Box<dyn Job>], changes: Vec<Change>) -> Ended {
    match sql.commit() {
        Ok(()) => {
            if alarm.ends() {
                tracing::info!("a file of the store is written again");
            }
            Ended::Open { changes }
        }
        Err(CommitFailed::Full(cause)) => {
            if alarm.rings() {
                tracing::error!(
                    cause,
                    "the disk is full: what is stored can be read, nothing can be changed"
                );
            }
            ran.iter_mut().for_each(|job| job.fail(not_written(&cause)));
            Ended::Open { changes: Vec::new() }
        }
        Err(CommitFailed::Other(cause)) => {
            if alarm.rings() {
                tracing::error!(cause, "a commit failed; the file is closed until it is recovered");
            }
            ran.iter_mut().for_each(|job| job.fail(unknown(&cause)));
            Ended::Closed
        }
    }
}

/// Fails what `next` gives, a batch of it.
pub(crate) fn fail_all(
    mut next: impl FnMut(usize) -> Option<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
    error: &StoreError,
) {
    while let Some(mut job) = next(ran.len()) {
        job.fail(error.clone());
        ran.push(job);
        if ran.len() >= limits::BATCH_TRANSACTIONS_MAX {
            return;
        }
    }
}

fn unknown(cause: &str) -> StoreError {
    StoreError::Unavailable { outcome: Outcome::Unknown, cause: cause.to_owned() }
}

fn not_written(cause: &str) -> StoreError {
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause: cause.to_owned() }
}
