//! Calls that changed nothing: what was read, and what was refused.
//!
//! They are written in batches, away from the calls themselves, so no call waits for them: a crash may lose those of
//! the last second. The queue is bounded; what does not fit is counted, and the count is written. How they lie in the
//! store: `call_blocks.rs`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postroom_store::{Alarm, Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::Timestamp;
use tokio::sync::Notify;

use crate::call_blocks as blocks;
use crate::limits;
use crate::sql::call_audit as sql;

/// The operation under which a record says how many calls were not written down.
pub const DROPPED: &str = "CallsNotRecorded";

/// A call that changed nothing.
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

/// Takes records and writes them down.
pub struct CallAudit {
    store: Store,
    kept: Duration,
    queue: Mutex<Queue>,
    arrived: Notify,
    /// Rings when nothing can be written down.
    alarm: Alarm,
}

#[derive(Default)]
struct Queue {
    records: VecDeque<CallRecord>,
    dropped: i64,
    /// The minute of the last refusal at the door, and how many it has had.
    refusals: (i64, i64),
}

impl Queue {
    fn push(&mut self, record: CallRecord) {
        if self.records.len() < limits::CALLS_QUEUED_MAX {
            self.records.push_back(record);
        } else {
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
        Self { store, kept, queue: Mutex::default(), arrived: Notify::new(), alarm: Alarm::new() }
    }

    /// Takes a record; it is written down soon. Never waits.
    pub fn note(&self, record: CallRecord) {
        self.queue().push(record);
        self.arrived.notify_one();
    }

    /// Takes the record of a call that was refused at the door, by whoever; beyond `limits::REFUSALS_PER_MINUTE_MAX` they
    /// are counted only.
    pub fn note_refusal(&self, record: CallRecord) {
        let mut queue = self.queue();
        if queue.admit_refusal(record.at) {
            queue.push(record);
        } else {
            queue.dropped += 1;
        }
        drop(queue);
        self.arrived.notify_one();
    }

    /// Writes records down as they come, in batches, until it is dropped. One task runs it; [`CallAudit::flush`] at the
    /// end writes the rest.
    pub async fn run(&self) {
        const GATHERED: Duration = Duration::from_millis(500);
        loop {
            self.arrived.notified().await;
            tokio::time::sleep(GATHERED).await;
            self.flush().await;
        }
    }

    /// Writes down what is queued. What cannot be written is dropped, counted and logged: it must not fill the memory.
    pub async fn flush(&self) {
        while let Some((records, dropped)) = self.take_batch() {
            let count = records.len();
            let (records, kept) = (Arc::new(records), self.kept);
            let write = move |tx: &mut Tx<'_>| write_batch(tx, &records, dropped, kept);
            let written = self.store.write::<_, StoreError, _>(Place::Directory, write);
            if let Err(error) = written.await {
                if self.alarm.rings() {
                    tracing::error!(%error, count, "calls were not written down");
                }
                self.queue().dropped += dropped + i64::try_from(count).unwrap_or(i64::MAX);
                return;
            }
        }
    }

    fn take_batch(&self) -> Option<(Vec<CallRecord>, i64)> {
        let mut queue = self.queue();
        let count = queue.records.len().min(limits::CALLS_WRITTEN_AT_ONCE);
        let dropped = std::mem::take(&mut queue.dropped);
        let records: Vec<_> = queue.records.drain(..count).collect();
        (!records.is_empty() || dropped > 0).then_some((records, dropped))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_batch(
    tx: &mut Tx<'_>,
    records: &[CallRecord],
    dropped: i64,
    kept: Duration,
) -> Result<(), StoreError> {
    let now = tx.now();
    blocks::write(tx, records)?;
    if dropped > 0 {
        let counted = CallRecord {
            at: now,
            request_id: format!("dropped-{}", now.micros()).into(),
            aws_account: "".into(),
            organization_id: String::new(),
            actor: "system: audit".to_owned(),
            source_ip: String::new(),
            operation: DROPPED.to_owned(),
            result: dropped.to_string(),
            parameters: "{}".into(),
        };
        blocks::write(tx, &[counted])?;
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
