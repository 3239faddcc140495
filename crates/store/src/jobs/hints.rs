//! Finding organizations with work due, without opening the others.

use std::time::Duration;

use postroom_types::{OrganizationKey, Timestamp};

use super::statements as sql;
use crate::{Place, Read, Store, StoreError, Tx, limits, parameters};

/// What the directory says about one kind of job in one organization. It may be late or about nothing, never early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where work may be due.
    pub organization: OrganizationKey,
    /// Name of its kind; perhaps one that this version does not know.
    pub kind: String,
    /// When to look.
    pub due_at: Timestamp,
    announced_at: Timestamp,
    announcement: i64,
}

/// Hints due at `now`, oldest first, after `after`, at most `rows_max`.
pub fn due_page(
    read: &mut dyn Read,
    now: Timestamp,
    after: Option<&Hint>,
    rows_max: i64,
) -> Result<Vec<Hint>, StoreError> {
    let (due_at, organization, kind) = after
        .map_or((i64::MIN, 0, ""), |hint| (hint.due_at.micros(), hint.organization.0, hint.kind.as_str()));
    let rows = read.query(&sql::HINTS_DUE, parameters![now, due_at, organization, kind, rows_max])?;
    let hints = rows.into_iter().map(|mut row| Hint {
        organization: OrganizationKey(row.take(0)),
        kind: row.take(1),
        due_at: row.take(2),
        announced_at: row.take(3),
        announcement: row.take(4),
    });
    Ok(hints.collect())
}

/// When the next hint after `now` is due.
pub(super) fn next_hint(read: &mut dyn Read, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let row = read.query_first(&sql::NEXT_HINT, parameters![now])?;
    Ok(row.map(|mut row| row.take(0)))
}

/// Says, in the directory, what was found where `hint` pointed: `next` is when the next job of the kind is due.
///
/// Nothing happens when more was announced in the meantime. When no job is there, the announced one may still be on
/// its way: the hint comes back later and later, and goes away after `limits::HINT_GRACE`.
pub fn settle(tx: &mut Tx<'_>, hint: &Hint, next: Option<Timestamp>) -> Result<(), StoreError> {
    let (organization, kind, seen) = (hint.organization.0, hint.kind.as_str(), hint.announcement);
    let now = tx.now();
    let age_us = u64::try_from(now.micros().saturating_sub(hint.announced_at.micros())).unwrap_or(0);
    let age = Duration::from_micros(age_us);
    match next {
        Some(next) if next == hint.due_at => {}
        None if age >= limits::HINT_GRACE => {
            tx.execute(&sql::REMOVE_HINT, parameters![organization, kind, seen])?;
        }
        next => {
            let pause = age.clamp(limits::HINT_PAUSE_MIN, limits::HINT_PAUSE_MAX);
            let due_at = next.unwrap_or_else(|| now.plus(pause));
            tx.execute(&sql::MOVE_HINT, parameters![organization, kind, seen, due_at])?;
        }
    }
    Ok(())
}

/// Announces, in the directory, every job that lies in `organization`; answers how many kinds there are.
///
/// For an organization that was restored, and for `fsck --repair`: its jobs are there and nothing points at them.
pub async fn rebuild(store: &Store, organization: OrganizationKey) -> Result<usize, StoreError> {
    let place = Place::Organization(organization);
    let kinds = store.read(place, move |read| kinds_due(read, place)).await?;
    let count = kinds.len();
    store.write(Place::Directory, move |tx| announce_kinds(tx, place, &kinds)).await?;
    Ok(count)
}

/// The kinds of jobs that lie in `place`, each with when the first is due.
pub(super) fn kinds_due(read: &mut dyn Read, place: Place) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = read.query(&sql::KINDS_DUE, parameters![place.number()])?;
    Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
}

/// Announces `kinds` of `place`.
pub(super) fn announce_kinds(
    tx: &mut Tx<'_>,
    place: Place,
    kinds: &[(String, Timestamp)],
) -> Result<(), StoreError> {
    let now = tx.now();
    kinds.iter().try_for_each(|(kind, due_at)| {
        tx.execute(&sql::ANNOUNCE, parameters![place.number(), kind, *due_at, now]).map(drop)
    })
}

/// Removes, in the directory, all hints of an organization that was removed.
pub fn forget(tx: &mut Tx<'_>, organization: OrganizationKey) -> Result<(), StoreError> {
    tx.execute(&sql::FORGET_HINTS, parameters![organization.0]).map(drop)
}
