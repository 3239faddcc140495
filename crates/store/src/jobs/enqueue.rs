//! Enqueuing, in the transaction that makes the work necessary.

use postroom_types::Timestamp;

use super::{Announcement, JobId, Kind, statements as sql};
use crate::{Outcome, Read as _, StoreError, Tx, limits, parameters};

/// Enqueues the announced job.
///
/// `unique_key`: at most one job of the kind has it. When one is there, this is the same job: it becomes due at the
/// earlier of both times, with the newer payload; if somebody works on it right now it is done once more, so a change
/// that came too late for that run is not missed; if it had failed it begins anew.
///
/// `payload`: at most `limits::JOB_PAYLOAD_BYTES_MAX`; more is a bug of the capability. Not sealed: no secrets.
pub fn enqueue(
    tx: &mut Tx<'_>,
    announcement: &Announcement,
    unique_key: Option<&str>,
    payload: &[u8],
) -> Result<JobId, StoreError> {
    let Announcement { place, kind, due_at, valid_until } = announcement;
    if tx.place() != *place {
        return Err(StoreError::Bug(format!("{kind} was announced for another place")));
    }
    if payload.len() > limits::JOB_PAYLOAD_BYTES_MAX {
        return Err(StoreError::Bug(format!("the payload of {kind} is too long")));
    }
    if tx.now() > *valid_until {
        return Err(StoreError::Unavailable {
            outcome: Outcome::NotWritten,
            cause: format!("{kind} was announced too long ago"),
        });
    }
    insert(tx, *kind, *due_at, unique_key, payload)
}

/// Enqueues a job that should be there and is not, due at once, for `fsck`: what announces it is put back by the check
/// of hints, which comes after.
pub fn put_back(tx: &mut Tx<'_>, kind: Kind, unique_key: &str, payload: &[u8]) -> Result<(), StoreError> {
    let now = tx.now();
    insert(tx, kind, now, Some(unique_key), payload).map(drop)
}

fn insert(
    tx: &mut Tx<'_>,
    kind: Kind,
    due_at: Timestamp,
    unique_key: Option<&str>,
    payload: &[u8],
) -> Result<JobId, StoreError> {
    let (place, kind, now) = (tx.place().number(), kind.as_str(), tx.now());
    // The job in the way may be completed between the two statements (PostgreSQL): then all is tried again.
    for _ in 0..limits::CONFLICT_TRIES_MAX {
        if let Some(key) = unique_key {
            let there =
                tx.query_first(&sql::ENQUEUE_AGAIN, parameters![place, kind, key, due_at, payload])?;
            if let Some(mut there) = there {
                return Ok(JobId(there.take(0)));
            }
        }
        let counted = tx.query_first(&sql::NEXT_ID, parameters![place])?;
        let id: i64 = counted.map_or(1, |mut row| row.take(0));
        let inserted =
            tx.execute(&sql::INSERT, parameters![place, id, kind, unique_key, due_at, now, payload])?;
        if inserted == 1 {
            return Ok(JobId(id));
        }
    }
    Err(StoreError::Conflict("a job came and went".to_owned()))
}
