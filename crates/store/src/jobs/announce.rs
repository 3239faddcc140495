//! The hint in the directory, written before the work it announces.

use postroom_types::Timestamp;

use super::{Kind, statements as sql};
use crate::{Place, Read as _, Store, StoreError, Tx, limits, parameters};

/// The proof that a job is announced; what [`enqueue`](super::enqueue()) takes.
///
/// Valid for `limits::ANNOUNCEMENT_AGE_MAX`, well before its hint may be removed as stale; good for several jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) due_at: Timestamp,
    pub(super) valid_until: Timestamp,
}

impl Announcement {
    /// A job in the directory needs no hint: a runner always looks there.
    pub fn in_directory(kind: Kind, due_at: Timestamp) -> Self {
        Self { place: Place::Directory, kind, due_at, valid_until: Timestamp::from_micros(i64::MAX) }
    }
}

/// Says in the directory that a job of `kind` will be due in `place` at `due_at`. Commits by itself.
pub async fn announce(
    store: &Store,
    place: Place,
    kind: Kind,
    due_at: Timestamp,
) -> Result<Announcement, StoreError> {
    if place == Place::Directory {
        return Ok(Announcement::in_directory(kind, due_at));
    }
    store.write(Place::Directory, move |tx| announce_in(tx, place, kind, due_at)).await
}

/// The same within a transaction of the directory that has more to write; good once that has committed.
fn announce_in(
    tx: &mut Tx<'_>,
    place: Place,
    kind: Kind,
    due_at: Timestamp,
) -> Result<Announcement, StoreError> {
    let now = tx.now();
    tx.execute(&sql::ANNOUNCE, parameters![place.number(), kind.as_str(), due_at, now])?;
    Ok(Announcement { place, kind, due_at, valid_until: now.plus(limits::ANNOUNCEMENT_AGE_MAX) })
}
