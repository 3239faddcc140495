//! Taking jobs, and proving that one still holds them.

use postroom_types::Timestamp;

use super::{JobId, Kind, Lease, LeaseError, Leased, statements as sql};
use crate::{Place, Read, StoreError, Tx, limits, parameters};

/// Takes the job of `kinds` that has been due longest, until `until`; counts it as a try.
///
/// A job whose holder let its lease expire is due again. On PostgreSQL another node may take the same jobs at the same
/// time: then `None`, though some are due.
pub fn lease_due(tx: &mut Tx<'_>, kinds: &[Kind], until: Timestamp) -> Result<Option<Leased>, StoreError> {
    let (place, now) = (tx.place(), tx.now());
    let mut candidates = Vec::new();
    for kind in kinds {
        let rows =
            tx.query(&sql::DUE, parameters![place.number(), kind.as_str(), now, limits::LEASE_CANDIDATES])?;
        candidates.extend(rows.into_iter().map(|mut row| (row.take::<i64>(1), row.take::<i64>(0), *kind)));
    }
    candidates.sort_unstable();
    for (_, id, kind) in candidates {
        let taken = tx.query_first(&sql::TAKE, parameters![place.number(), id, now, until])?;
        if let Some(mut row) = taken {
            let lease = Lease { place, id: JobId(id), kind, fence: row.take(0), attempt: row.take(1), until };
            return Ok(Some(Leased {
                lease,
                unique_key: row.take(2),
                step: row.take(3),
                payload: row.take(4),
            }));
        }
    }
    Ok(None)
}

/// When the next job of `kind` in `place` may be taken; for a leased one that is the end of its lease.
pub fn next_due(read: &mut dyn Read, place: Place, kind: Kind) -> Result<Option<Timestamp>, StoreError> {
    let row = read.query_first(&sql::NEXT_DUE, parameters![place.number(), kind.as_str()])?;
    Ok(row.map(|mut row| row.take(0)))
}

/// Fails unless `lease` is still the newest of its job; and nobody can take the job before this transaction ends.
///
/// The first statement of every transaction that a holder writes. A lease that has expired but that nobody else took
/// still holds.
pub fn check_lease(tx: &mut Tx<'_>, lease: &Lease) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    held(tx.execute(&sql::CHECK, parameters![place, lease.id.0, lease.fence])?)
}

/// Holds on to the job until `until`.
pub fn renew(tx: &mut Tx<'_>, lease: &Lease, until: Timestamp) -> Result<(), LeaseError> {
    let place = own_place(tx, lease)?;
    held(tx.execute(&sql::RENEW, parameters![place, lease.id.0, lease.fence, until])?)
}

/// Whether somebody else took the job since.
pub fn is_taken_over(read: &mut dyn Read, lease: &Lease) -> Result<bool, StoreError> {
    let row = read.query_first(&sql::FENCE, parameters![lease.place.number(), lease.id.0])?;
    Ok(row.is_some_and(|mut row| row.take::<i64>(0) > lease.fence))
}

/// Ends every lease of the place, since their holders are known to be gone; answers how many.
///
/// For the start of a process that has the store to itself. A holder that lives after all cannot write any more.
pub fn expire_leases(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let (place, now) = (tx.place().number(), tx.now());
    tx.execute(&sql::EXPIRE_LEASES, parameters![place, now])
}

/// The number of the lease's place, in which `tx` must be.
pub(super) fn own_place(tx: &Tx<'_>, lease: &Lease) -> Result<i64, LeaseError> {
    if tx.place() == lease.place {
        return Ok(lease.place.number());
    }
    Err(LeaseError::Store(StoreError::Bug(format!("a lease of {} was used in another place", lease.kind))))
}

/// Whether the statement met the leased row.
pub(super) fn held(changed: u64) -> Result<(), LeaseError> {
    if changed == 1 { Ok(()) } else { Err(LeaseError::Lost) }
}
