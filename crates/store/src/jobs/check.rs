//! What `fsck` asks of jobs: leases that nobody ended, work that nothing announces, numbers given out twice.

use std::collections::BTreeMap;

use postroom_types::{OrganizationKey, Timestamp};

use super::hints::{announce_kinds, kinds_due};
use super::statements as sql;
use crate::fsck::{Check, Finding};
use crate::{Place, Read, Row, Store, StoreError, limits, parameters};

/// Rows that one look reports.
const ROWS_MAX: i64 = 1_000;

/// The number of the newest job is known.
pub(crate) const NUMBERS_CHECK: Check = Check {
    invariant: "a job's number is never given out again",
    find: &sql::WRONG_NUMBERS,
    describe: |mut row: Row| format!("job {} has a number that comes again", row.take::<i64>(0)),
    repair: Some(|tx, mut row| {
        let place = tx.place().number();
        tx.execute(&sql::SET_LAST_NUMBER, parameters![place, row.take::<i64>(0)]).map(drop)
    }),
};

/// Leases that ended long ago and that nobody took over: no runner has looked at this place since.
pub(crate) fn check_leases(store: &Store, place: Place, repair: bool) -> Result<Vec<Finding>, StoreError> {
    let before = store.clock().now().minus(limits::LEFT_LEASE_AGE);
    let find = move |read: &mut dyn Read| {
        read.query(&sql::LEFT_LEASES, parameters![place.number(), before, ROWS_MAX])
    };
    let found: Vec<Row> = store.read_blocking::<_, StoreError, _>(place, find)?;
    let repaired = repair && !found.is_empty();
    if repaired {
        let ids: Vec<i64> = found.iter().map(|row| row.clone().take(0)).collect();
        store.write_blocking::<_, StoreError, _>(place, move |tx| {
            let now = tx.now();
            ids.iter().try_for_each(|id| {
                tx.execute(&sql::END_LEASE, parameters![place.number(), *id, now, before]).map(drop)
            })
        })?;
    }
    let describe = |mut row: Row| {
        let (id, kind): (i64, String) = (row.take(0), row.take(1));
        format!("job {id} ({kind}) was left by its holder; no runner has taken it up since")
    };
    let invariant = "a lease that has ended is taken over";
    let finding = |row| Finding { place, invariant, what: describe(row), repaired };
    Ok(found.into_iter().map(finding).collect())
}

/// Work of `organization` that no hint in the directory announces, or announces much too late.
///
/// Compares two places, so work that is enqueued at this moment may show: what is found twice is really wrong.
pub fn check_hints(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let place = Place::Organization(organization);
    let kinds = store.read_blocking(place, move |read| kinds_due(read, place))?;
    let hints = store.read_blocking(Place::Directory, move |read| hints_of(read, place))?;
    let missing = |(kind, due_at): &&(String, Timestamp)| {
        hints.get(kind).is_none_or(|hint| *hint > due_at.plus(limits::HINT_PAUSE_MAX))
    };
    let missing: Vec<&(String, Timestamp)> = kinds.iter().filter(missing).collect();
    let repaired = repair && !missing.is_empty();
    if repaired {
        let kinds = kinds.clone();
        store.write_blocking(Place::Directory, move |tx| announce_kinds(tx, place, &kinds))?;
    }
    let invariant = "work that is due is announced in the directory";
    let what = |(kind, _): &(String, Timestamp)| format!("nothing says that {kind} is to be done");
    Ok(missing.into_iter().map(|kind| Finding { place, invariant, what: what(kind), repaired }).collect())
}

fn hints_of(read: &mut dyn Read, place: Place) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let rows = read.query(&sql::HINTS_OF, parameters![place.number()])?;
    Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
}
