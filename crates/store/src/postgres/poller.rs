//! The thread that looks for other nodes' changes.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use super::changes;
use super::connection::PgSql;
use super::failure::Next;
use super::link::Link;
use super::tracker::Tracker;
use crate::lock::{lock, wait};
use crate::store::Parts;
use crate::{Change, Parameter, PostgresOptions, Sql, Statement, StoreError, limits, parameters};

/// Numbers of the changes that this node's writers have published themselves, until the poller meets them.
#[derive(Default)]
pub(super) struct Published(Mutex<BTreeSet<i64>>);

impl Published {
    pub(super) fn note(&self, ids: &[i64]) {
        if !ids.is_empty() {
            lock(&self.0).extend(ids);
        }
    }

    fn take(&self, id: i64) -> bool {
        lock(&self.0).remove(&id)
    }

    /// Forgets what the poller will not meet again.
    fn forget_to(&self, after: i64) {
        let mut ids = lock(&self.0);
        *ids = ids.split_off(&(after + 1));
    }
}

/// Wakes the threads that wait between looks when the store closes.
#[derive(Default)]
pub(super) struct Stop {
    stopping: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(super) fn stop(&self) {
        *lock(&self.stopping) = true;
        self.changed.notify_all();
    }

    /// Waits for `time`; true when the store closes.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut stopping = lock(&self.stopping);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if *stopping || left.is_zero() {
                return *stopping;
            }
            stopping = wait(&self.changed, stopping, Some(left));
        }
    }
}

/// What the poller knows.
pub(super) struct Poller {
    link: Link,
    interval: Duration,
    kept: Duration,
    /// `None` before the first look and after the connection was lost: then anything may have been missed, and after a
    /// failover even the numbers may have gone back.
    tracker: Option<Tracker>,
    looked_at: Instant,
    /// When a missing number is late.
    late_after: Duration,
    /// Earlier looks, oldest first: what is old enough is deleted.
    earlier: VecDeque<Look>,
}

/// What had been seen at a time: every number below `highest` but some.
struct Look {
    at: Instant,
    highest: i64,
    unseen: Vec<i64>,
}

impl Poller {
    /// `tracker` is where the store began, before anything was cached.
    pub(super) fn new(link: Link, tracker: Tracker, options: &PostgresOptions) -> Self {
        Self {
            link,
            interval: options.poll_interval,
            kept: options.changes_kept,
            late_after: options.change_late_after,
            tracker: Some(tracker),
            looked_at: Instant::now(),
            earlier: VecDeque::new(),
        }
    }

    /// Looks until `stop`.
    pub(super) fn serve(mut self, parts: &Parts, published: &Published, stop: &Stop) {
        while !stop.wait(self.interval) {
            if self.looked_at.elapsed() > self.kept.mul_f32(0.4) {
                // Rows may have been deleted before this node saw them.
                self.tracker = None;
            }
            match self.look(parts, published) {
                Ok(()) => self.looked_at = Instant::now(),
                Err(error) => {
                    // Said once; the connection's own messages tell how long it lasts.
                    if self.tracker.take().is_some() {
                        tracing::warn!(%error, "a look for other nodes' changes failed");
                    }
                    self.link.settle();
                }
            }
        }
    }

    fn look(&mut self, parts: &Parts, published: &Published) -> Result<(), StoreError> {
        let sql = self.link.connected(Instant::now())?;
        let Some(tracker) = &mut self.tracker else {
            self.tracker = Some(begin(sql)?);
            parts.publish(&Change::Everything);
            return Ok(());
        };
        look_for_late(sql, tracker, parts, published)?;
        let mut after = tracker.after();
        loop {
            let rows = ask(sql, &changes::SELECT_AFTER, parameters![after, limits::CHANGES_PAGE])?;
            let full = rows.len() as i64 >= limits::CHANGES_PAGE;
            after = rows.last().map_or(after, |row| row[0]);
            meet(rows, tracker, parts, published);
            if !full {
                break;
            }
        }
        tracker.age(Instant::now(), self.late_after);
        published.forget_to(tracker.after());
        if tracker.late().count() > limits::CHANGES_LATE_MAX {
            self.tracker = None;
            return Ok(());
        }
        self.delete_old()
    }

    /// Deletes what every node has had time to see since this one has; what has not come by then is left for later. The
    /// newest row stays, so that numbers are never taken for new.
    fn delete_old(&mut self) -> Result<(), StoreError> {
        let Some(tracker) = &self.tracker else { return Ok(()) };
        let now = Instant::now();
        let note_due = self.earlier.back().is_none_or(|look| now - look.at > self.kept / 10);
        if !note_due {
            return Ok(());
        }
        let (highest, unseen) = (tracker.highest(), tracker.unseen().collect());
        self.earlier.push_back(Look { at: now, highest, unseen });
        let Some(look) = self.earlier.pop_front_if(|look| now - look.at >= self.kept) else { return Ok(()) };
        let sql = self.link.connected(now)?;
        let unseen = list(look.unseen.iter());
        let deleted = sql.execute(&changes::DELETE_BELOW, parameters![look.highest, &unseen]);
        match sql.failed.take() {
            // Another node deletes the same rows.
            Some(failure) if failure.next == Next::Conflict => Ok(()),
            _ => deleted.map(drop),
        }
    }
}

/// Asks for the late numbers, and gives up those whose transactions have ended without them.
fn look_for_late(
    sql: &mut PgSql,
    tracker: &mut Tracker,
    parts: &Parts,
    published: &Published,
) -> Result<(), StoreError> {
    let late = list(tracker.late());
    if late.is_empty() {
        return Ok(());
    }
    // In this order: what has ended by then is seen by the second statement.
    let running = ask::<2>(sql, &changes::SELECT_RUNNING, &[])?;
    let gone = running.first().map_or_else(Vec::new, |[ended, next]| tracker.ended(*ended, *next));
    let rows = ask(sql, &changes::SELECT_THESE, parameters![&late])?;
    meet(rows, tracker, parts, published);
    tracker.give_up(&gone);
    Ok(())
}

/// Publishes the changes of `rows` that are new here.
fn meet(rows: Vec<[i64; 6]>, tracker: &mut Tracker, parts: &Parts, published: &Published) {
    let now = Instant::now();
    for [id, columns @ ..] in rows {
        if tracker.see(id, now)
            && !published.take(id)
            && let Some(change) = changes::from_columns(columns)
        {
            parts.publish(&change);
        }
    }
}

/// Numbers with commas between them.
fn list<T: ToString>(numbers: impl Iterator<Item = T>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}

/// Where the change table stands.
pub(super) fn begin(sql: &mut PgSql) -> Result<Tracker, StoreError> {
    let newest = ask::<1>(sql, &changes::SELECT_NEWEST, &[])?.first().map_or(0, |row| row[0]);
    let from = newest - limits::CHANGE_GAP_REACH - 1;
    let present = ask::<4>(sql, &changes::SELECT_AFTER, parameters![from, limits::CHANGES_PAGE])?;
    let present: Vec<i64> = present.iter().map(|row| row[0]).collect();
    Ok(Tracker::new(&present, newest, Instant::now()))
}

/// Rows of `N` integers.
fn ask<const N: usize>(
    sql: &mut PgSql,
    statement: &Statement,
    parameters: &[Parameter<'_>],
) -> Result<Vec<[i64; N]>, StoreError> {
    let rows = sql.query(statement, parameters);
    sql.failed = None;
    Ok(rows?.into_iter().map(|mut row| std::array::from_fn(|column| row.take(column))).collect())
}
