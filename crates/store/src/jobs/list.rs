//! Looking at jobs, and deciding about failed ones.

use postroom_types::Timestamp;

use super::{Announcement, JobId, Kind, statements as sql};
use crate::{Place, Read, Row, StoreError, Tx, parameters};

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its time or for a runner.
    Waiting,
    /// Somebody holds it until then.
    Leased {
        /// When others may take it.
        until: Timestamp,
    },
    /// It failed for good.
    Failed,
}

/// A job as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its kind's name; perhaps one that this version does not know.
    pub kind: String,
    /// What it was enqueued under.
    pub unique_key: Option<String>,
    /// How it stands.
    pub state: JobState,
    /// When it may be taken next; means nothing when it failed.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was enqueued first.
    pub enqueued_at: Timestamp,
    /// Why the last try failed; empty when none did.
    pub last_error: String,
}

/// Jobs of `place` after number `after` (0 from the start), at most `rows_max`; all, or the failed ones only.
pub fn list(
    read: &mut dyn Read,
    place: Place,
    failed_only: bool,
    after: JobId,
    rows_max: i64,
) -> Result<Vec<Job>, StoreError> {
    let statement = if failed_only { &sql::LIST_FAILED } else { &sql::LIST };
    let rows = read.query(statement, parameters![place.number(), after.0, rows_max])?;
    Ok(rows.into_iter().map(job).collect())
}

/// Whether a job of `kind` that was enqueued under `unique` waits or is worked on; one that failed does not.
pub fn is_ahead(read: &mut dyn Read, place: Place, kind: Kind, unique: &str) -> Result<bool, StoreError> {
    Ok(read.query_first(&sql::WAITS, parameters![place.number(), kind.as_str(), unique])?.is_some())
}

fn job(mut row: Row) -> Job {
    let lease_until: Timestamp = row.take(6);
    let state = match (row.take::<i64>(3), lease_until.micros()) {
        (1, _) => JobState::Failed,
        (_, 0) => JobState::Waiting,
        _ => JobState::Leased { until: lease_until },
    };
    Job {
        id: JobId(row.take(0)),
        kind: row.take(1),
        unique_key: row.take(2),
        state,
        due_at: row.take(4),
        attempts: row.take(5),
        enqueued_at: row.take(7),
        last_error: row.take(8),
    }
}

/// Gives the failed job `id` of the announced kind all its tries again; false when there is none.
pub fn revive(tx: &mut Tx<'_>, announcement: &Announcement, id: JobId) -> Result<bool, StoreError> {
    let (place, kind) = (tx.place().number(), announcement.kind.as_str());
    Ok(tx.execute(&sql::REVIVE, parameters![place, id.0, kind, announcement.due_at])? == 1)
}

/// Removes the failed job `id`; false when there is none.
pub fn discard(tx: &mut Tx<'_>, id: JobId) -> Result<bool, StoreError> {
    let place = tx.place().number();
    Ok(tx.execute(&sql::DISCARD, parameters![place, id.0])? == 1)
}
