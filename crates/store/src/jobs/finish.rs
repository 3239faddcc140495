//! What a holder does with its job in the end. Each ends the lease, and fails when it was lost before.

use postroom_types::Timestamp;

use super::lease::{held, own_place};
use super::{Lease, LeaseError, statements as sql};
use crate::{Read as _, Tx, limits, parameters};

/// The job is done. It goes away, unless it was enqueued anew in the meantime.
///
/// Call it in the transaction that writes the job's result where there is one: then the result is written once.
pub fn complete(tx: &mut Tx<'_>, lease: &Lease) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    let removed = tx.execute(&sql::REMOVE_DONE, parameters![place, lease.id.0, lease.fence])?;
    if removed == 1 {
        return Ok(());
    }
    held(tx.execute(&sql::REPEAT_DONE, parameters![place, lease.id.0, lease.fence])?)
}

/// The try failed because of `error`; the next one is at `due_at`.
pub fn retry_later(tx: &mut Tx<'_>, lease: &Lease, due_at: Timestamp, error: &str) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    let error = shortened(error);
    held(tx.execute(&sql::RETRY, parameters![place, lease.id.0, lease.fence, due_at, error.as_str()])?)
}

/// The job goes on at `due_at`, with all its tries: for periodic work and for waiting.
///
/// Announce an earlier time than the end of the lease, or it may be noticed only then.
pub fn reschedule(tx: &mut Tx<'_>, lease: &Lease, due_at: Timestamp) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    held(tx.execute(&sql::RESCHEDULE, parameters![place, lease.id.0, lease.fence, due_at])?)
}

/// The job has failed for good because of `error`: it stays, listed as failed.
pub fn give_up(tx: &mut Tx<'_>, lease: &Lease, error: &str) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    let error = shortened(error);
    held(tx.execute(&sql::GIVE_UP, parameters![place, lease.id.0, lease.fence, error.as_str()])?)
}

/// The holder stops before it is done (shutdown): the job is due now and the try does not count.
pub fn release(tx: &mut Tx<'_>, lease: &Lease) -> Result<(), LeaseError> {
    let (place, now) = (own_place(tx, lease)?, tx.now());
    held(tx.execute(&sql::RELEASE, parameters![place, lease.id.0, lease.fence, now])?)
}

/// Remembers that `step` steps are done; the lease goes on.
pub fn record_step(tx: &mut Tx<'_>, lease: &Lease, step: i64) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    held(tx.execute(&sql::RECORD_STEP, parameters![place, lease.id.0, lease.fence, step])?)
}

/// The beginning of an error text: at most `limits::JOB_ERROR_BYTES_MAX`, whole characters, no NUL (PostgreSQL).
fn shortened(error: &str) -> String {
    let mut text = error.replace('\0', " ");
    text.truncate(text.floor_char_boundary(limits::JOB_ERROR_BYTES_MAX));
    text
}
