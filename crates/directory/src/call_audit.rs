//! Calls that changed nothing: what was read, and what was refused.
//!
//! They are written in batches, away from the calls themselves, so no call waits for them: a crash may lose those of
//! the last second. The queue is bounded; what does not fit is counted, and the count is written. How they lie in the
//! store: `call_blocks.rs`.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postroom_store::{Alarm, Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::Timestamp;
use tokio::sync::Notify;

use crate::call_blocks::{self as blocks, Growing, Waiting};
use crate::limits;
use crate::sql::call_audit as sql;

/// The operation under which a record says how many calls were not written down.
pub const DROPPED: &str = "CallsNotRecorded";

/// A call that changed nothing, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// When it was answered.
    pub at: Timestamp,
    /// The request's id.
    pub request_id: Arc<str>,
    /// The caller's AWS account.
    pub aws_account: Arc<str>,
    /// The organization that it named, whether there is one or not; empty for none.
    pub organization_id: String,
    /// Who: `account/key`.
    pub actor: String,
    /// Where it came from.
    pub source_ip: String,
    /// The operation.
    pub operation: String,
    /// `success`, or the error's name.
    pub result: String,
    /// What was asked for: a JSON object without anything sensitive.
    pub parameters: Arc<str>,
}

/// A call that changed nothing, as it is handed in: see [`CallRecord`].
#[derive(Debug, Clone, Copy)]
pub struct CallNote<'a> {
    /// When it was answered.
    pub at: Timestamp,
    /// The request's id.
    pub request_id: &'a str,
    /// The caller's AWS account.
    pub aws_account: &'a str,
    /// The organization that it named, whether there is one or not; empty for none.
    pub organization_id: &'a str,
    /// Who: `account/key`.
    pub actor: &'a str,
    /// Where it came from.
    pub source_ip: Option<IpAddr>,
    /// The operation.
    pub operation: &'a str,
    /// `success`, or the error's name.
    pub result: &'a str,
    /// What was asked for: a JSON object without anything sensitive.
    pub parameters: &'a str,
}

/// Takes records and writes them down.
pub struct CallAudit {
    store: Store,
    kept: Duration,
    queue: Mutex<Queue>,
    arrived: Notify,
    /// Half of what the queue holds has come.
    half_full: Notify,
    /// Rings when nothing can be written down.
    alarm: Alarm,
}

#[derive(Default)]
struct Queue {
    waiting: Waiting,
    dropped: i64,
    /// Whether who writes down knows that there is something.
    told: bool,
    /// The minute of the last refusal at the door, and how many it has had.
    refusals: (i64, i64),
}

impl Queue {
    fn push(&mut self, note: &CallNote<'_>) {
        if self.waiting.records() >= limits::CALLS_QUEUED_MAX || !self.waiting.push(note) {
            self.dropped += 1;
        }
    }

    /// Counts a refusal at the door; false when its minute has had enough of them.
    fn admit_refusal(&mut self, at: Timestamp) -> bool {
        let minute = at.seconds().div_euclid(60);
        if self.refusals.0 != minute {
            self.refusals = (minute, 0);
        }
        self.refusals.1 += 1;
        self.refusals.1 <= limits::REFUSALS_PER_MINUTE_MAX
    }
}

impl CallAudit {
    /// The audit of calls in the directory of `store`, which keeps them for so long.
    pub fn new(store: Store, kept: Duration) -> Self {
        Self {
            store,
            kept,
            queue: Mutex::default(),
            arrived: Notify::new(),
            half_full: Notify::new(),
            alarm: Alarm::new(),
        }
    }

    /// Takes a record; it is written down soon. Never waits.
    pub fn note(&self, note: &CallNote<'_>) {
        let mut queue = self.queue();
        queue.push(note);
        self.tell(queue);
    }

    /// Takes the record of a call that was refused at the door, by whoever; beyond `limits::REFUSALS_PER_MINUTE_MAX` they
    /// are counted only.
    pub fn note_refusal(&self, note: &CallNote<'_>) {
        let mut queue = self.queue();
        if queue.admit_refusal(note.at) {
            queue.push(note);
        } else {
            queue.dropped += 1;
        }
        self.tell(queue);
    }

    /// Wakes who writes down: for the first record since it last looked, and for the one from which on waiting would lose
    /// some.
    fn tell(&self, mut queue: MutexGuard<'_, Queue>) {
        let is_first = !std::mem::replace(&mut queue.told, true);
        let is_half_full = queue.waiting.records() == limits::CALLS_QUEUED_MAX / 2;
        drop(queue);
        if is_first {
            self.arrived.notify_one();
        }
        if is_half_full {
            self.half_full.notify_one();
        }
    }

    /// Writes records down as they come, in batches, until it is dropped. One task runs it; [`CallAudit::flush`] at the
    /// end writes the rest.
    pub async fn run(&self) {
        const GATHERED: Duration = Duration::from_millis(500);
        loop {
            self.arrived.notified().await;
            drop(tokio::time::timeout(GATHERED, self.half_full.notified()).await);
            self.flush().await;
        }
    }

    /// Writes down what is queued; what comes meanwhile waits for the next time. What cannot be written is dropped, counted
    /// and logged: it must not fill the memory.
    pub async fn flush(&self) {
        let (mut blocks_left, mut dropped) = self.begin();
        while blocks_left > 0 || dropped > 0 {
            let blocks = self.queue().waiting.take(blocks_left);
            blocks_left = if blocks.is_empty() { 0 } else { blocks_left - blocks.len() };
            let count: usize = blocks.iter().map(Growing::records).sum();
            let (blocks, uncounted, kept) = (Arc::new(blocks), std::mem::take(&mut dropped), self.kept);
            let write = move |tx: &mut Tx<'_>| write_batch(tx, &blocks, uncounted, kept);
            let written = self.store.write::<_, StoreError, _>(Place::Directory, write);
            if let Err(error) = written.await {
                if self.alarm.rings() {
                    tracing::error!(%error, count, "calls were not written down");
                }
                self.queue().dropped += uncounted + i64::try_from(count).unwrap_or(i64::MAX);
                return;
            }
        }
    }

    /// How many blocks are to be written, and how many records did not fit.
    fn begin(&self) -> (usize, i64) {
        let mut queue = self.queue();
        queue.told = false;
        (queue.waiting.close(), std::mem::take(&mut queue.dropped))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_batch(tx: &mut Tx<'_>, blocks: &[Growing], dropped: i64, kept: Duration) -> Result<(), StoreError> {
    let now = tx.now();
    blocks::write(tx, blocks)?;
    if dropped > 0 {
        let counted = CallNote {
            at: now,
            request_id: &format!("dropped-{}", now.micros()),
            aws_account: "",
            organization_id: "",
            actor: "system: audit",
            source_ip: None,
            operation: DROPPED,
            result: &dropped.to_string(),
            parameters: "{}",
        };
        blocks::write(tx, &[Growing::of(&counted)])?;
    }
    tx.execute(&sql::SWEEP, parameters![now.minus(kept), limits::CALL_BLOCKS_SWEPT])?;
    Ok(())
}

/// Where a reading of the records goes on: after this time and request.
pub type CallCursor = (Timestamp, String);

/// At most `rows_max` records (1 to `limits::PAGE_ROWS_MAX`) after `cursor`, oldest first; only those that name
/// `organization`, if one is given.
pub fn list_calls(
    read: &mut dyn Read,
    organization: Option<&str>,
    cursor: &CallCursor,
    rows_max: i64,
) -> Result<Vec<CallRecord>, StoreError> {
    blocks::after(read, organization, cursor, wanted(rows_max))
}

/// The last records, at most `rows_max` (1 to `limits::PAGE_ROWS_MAX`), oldest first; only those that name
/// `organization`, if one is given.
pub fn last_calls(
    read: &mut dyn Read,
    organization: Option<&str>,
    rows_max: i64,
) -> Result<Vec<CallRecord>, StoreError> {
    blocks::last(read, organization, wanted(rows_max))
}

fn wanted(rows_max: i64) -> usize {
    usize::try_from(rows_max.clamp(1, limits::PAGE_ROWS_MAX)).unwrap_or(1)
}
