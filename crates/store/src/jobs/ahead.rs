//! Work from a time that has not come: the clock was ahead, and was set back.

use postroom_types::{OrganizationKey, Timestamp};

use super::statements as sql;
use crate::{Place, Read, Store, StoreError, Tx, parameters};

/// Has jobs that were enqueued or taken after `time`, which has not come, wait from now on as long as they were to wait
/// from then; answers where there were any. It may be repeated: what announces them is put right after them.
///
/// Without it an organization that was created while the clock was two days ahead would come to be in two days. A job that
/// was enqueued before and only put off meanwhile is not told from one that is to wait.
pub(super) async fn bring_forward(store: &Store, time: Timestamp) -> Result<Vec<Place>, StoreError> {
    let announced = move |read: &mut dyn Read| {
        let rows = read.query(&sql::ANNOUNCED_AFTER, parameters![time])?;
        Ok(rows.into_iter().map(|mut row| Place::Organization(OrganizationKey(row.take(0)))).collect())
    };
    let places: Vec<Place> = store.read::<_, StoreError, _>(Place::Directory, announced).await?;
    let mut found = Vec::new();
    for place in std::iter::once(Place::Directory).chain(places) {
        match in_place(store, place, time).await {
            Ok(0) => {}
            Ok(_) => found.push(place),
            Err(error) => {
                tracing::warn!(?place, %error, "jobs of a clock that was ahead are not brought forward")
            }
        }
    }
    Ok(found)
}

async fn in_place(store: &Store, place: Place, time: Timestamp) -> Result<u64, StoreError> {
    let jobs = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.execute(&sql::BRING_FORWARD, parameters![place.number(), now, time])
    };
    let moved = store.write::<u64, StoreError, _>(place, jobs).await?;
    let hints = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.execute(&sql::ANNOUNCE_NOW, parameters![place.number(), now, time]).map(drop)
    };
    store.write::<_, StoreError, _>(Place::Directory, hints).await?;
    Ok(moved)
}
