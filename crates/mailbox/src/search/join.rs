//! What waits joins SQLite's index.
//!
//! ```text
//! store.db   search_pending, search_gone, search_rounds = n
//! search.db  search_index, search_written = n
//! ```
//!
//! A round reads what waits, writes it into the index together with `n + 1`, and then takes it away from what waits,
//! together with `n + 1`. Whoever dies in between leaves an index that is one round ahead, and the next round writes the
//! same again. A search looks at what waits first and at the index then, so it misses nothing and may find something
//! twice. An index that says anything else is lost or of another time: everything waits again, and it is emptied; until
//! then a search is refused.

use postroom_store::seal::DataKey;
use postroom_store::{Index, Place, Read, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::sql::joining as sql;
use super::waiting::Waiting;
use crate::limits;

/// What came of a round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// Contents that are in the index now.
    pub joined: u64,
    /// Contents that still wait, and that the next round will take.
    pub waiting: u64,
    /// Why others wait on: what their terms are to be made from cannot be had now.
    pub away: Option<StoreError>,
}

/// What a round works on.
struct Round {
    number: i64,
    /// Deleted before `waiting` was read: none of these is there.
    gone: Vec<i64>,
    waiting: Vec<i64>,
    /// Rows and terms of those of `waiting` whose bodies can be read.
    ready: Vec<(i64, String)>,
    /// How many wait on, since their bodies cannot be had now, and why.
    away: (u64, Option<StoreError>),
}

/// Contents whose bodies are in memory together.
const AT_ONCE: i64 = 64;

/// Writes what waits in `organization` into the index, about `limits::SEARCH_JOIN_MAX` contents at once, whose
/// bodies `key` opens. What cannot be had now holds up nothing else. On PostgreSQL nothing ever waits. Blocks; call it on a
/// thread that may. It may be repeated.
pub fn join(store: &Store, key: &DataKey, organization: OrganizationKey) -> Result<Joined, StoreError> {
    if !store.is_embedded() {
        return Ok(Joined::default());
    }
    match round(store, key, organization) {
        // An index that was found damaged is gone now.
        Err(StoreError::Impaired(_)) => round(store, key, organization),
        done => done,
    }
}

fn round(store: &Store, key: &DataKey, organization: OrganizationKey) -> Result<Joined, StoreError> {
    let place = Place::Organization(organization);
    store.index_blocking(place, |index| {
        let mut round = store.read_blocking(place, |read| Round::begin(read))?;
        let written = index.query_first(&sql::WRITTEN, &[])?.map_or(-1, |mut row| row.take(0));
        if !fits(round.number, written) {
            tracing::warn!(organization = organization.0, "the index of full-text search is made again");
            begin_anew(store, organization, index, round.number.max(written) + 2)?;
            return waiting(store, place, 0);
        }
        round.read(store, key, organization)?;
        let (count, cause) = std::mem::take(&mut round.away);
        if round.waiting.is_empty() && round.gone.is_empty() {
            return Ok(Joined { away: cause, ..Joined::default() });
        }
        let joined = round.write(index)?;
        round.settle(store, place)?;
        let left = waiting(store, place, joined)?;
        Ok(Joined { waiting: left.waiting.saturating_sub(count), away: cause, ..left })
    })
}

impl Round {
    fn begin(read: &mut dyn Read) -> Result<Self, StoreError> {
        let number = read.query_first(&sql::ROUNDS, &[])?.map_or(0, |mut row| row.take(0));
        let rows = read.query(&sql::GONE, parameters![limits::SEARCH_JOIN_MAX as i64])?;
        let gone = rows.into_iter().map(|mut row| row.take(0)).collect();
        Ok(Self { number, gone, waiting: Vec::new(), ready: Vec::new(), away: (0, None) })
    }

    /// Makes the terms of what waits. Where a blob cannot be had now, it waits on, and so do the others that need one: each
    /// could take as long to find that out.
    fn read(
        &mut self,
        store: &Store,
        key: &DataKey,
        organization: OrganizationKey,
    ) -> Result<(), StoreError> {
        let (mut after, mut bytes) = (-1, 0);
        while self.waiting.len() < limits::SEARCH_JOIN_MAX && bytes < limits::SEARCH_JOIN_BYTES {
            let slice: Vec<Waiting> =
                store.read_blocking::<_, StoreError, _>(Place::Organization(organization), |read| {
                    let rows = read.query(&sql::OLDEST, parameters![organization.0, after, AT_ONCE])?;
                    Ok(rows.into_iter().map(|mut row| Waiting::from_row(organization, &mut row)).collect())
                })?;
            let Some(last) = slice.last() else { break };
            after = last.row;
            for waiting in slice {
                let terms = match &self.away.1 {
                    Some(error) if waiting.needs_blob() => Err(error.clone()),
                    _ => waiting.terms_blocking(store, key),
                };
                let terms = match terms {
                    Ok(terms) => terms,
                    Err(error @ StoreError::Unavailable { .. }) => {
                        self.away = (self.away.0 + 1, Some(error));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                self.waiting.push(waiting.row);
                if let Some(terms) = terms {
                    let terms = terms.in_mailbox(organization, waiting.mailbox());
                    bytes += terms.len();
                    self.ready.push((waiting.row, terms));
                }
            }
        }
        Ok(())
    }

    /// Writes the index; answers how many contents are in it now.
    fn write(&mut self, index: &mut Index) -> Result<u64, StoreError> {
        let all = self.ready.len() as u64;
        // Somebody who died may have written some of them.
        let mut new = Vec::with_capacity(self.ready.len());
        for (row, terms) in self.ready.drain(..) {
            if index.query_first(&sql::IS_IN, parameters![row])?.is_none() {
                new.push((row, terms));
            }
        }
        index.write(|tx| {
            for row in &self.gone {
                tx.execute(&sql::FORGET, parameters![*row])?;
            }
            for (row, terms) in &new {
                tx.execute(&sql::JOIN, parameters![*row, terms])?;
            }
            tx.execute(&sql::SET_WRITTEN, parameters![self.number + 1]).map(drop)
        })?;
        Ok(all)
    }

    /// Takes away what waited.
    fn settle(self, store: &Store, place: Place) -> Result<(), StoreError> {
        let Self { number, gone, waiting, .. } = self;
        store.write_blocking::<_, StoreError, _>(place, move |tx| {
            for row in &waiting {
                tx.execute(&sql::JOINED, parameters![*row])?;
            }
            for row in &gone {
                tx.execute(&sql::FORGOTTEN, parameters![*row])?;
            }
            tx.execute(&sql::SET_ROUNDS, parameters![number + 1]).map(drop)
        })
    }
}

/// Whether an index that was `written` so often is where the last of so many `rounds` left it, or one ahead.
pub(super) fn fits(rounds: i64, written: i64) -> bool {
    written == rounds || written == rounds + 1
}

/// Everything waits, and then the index is emptied. `rounds` is a number that no index had before.
fn begin_anew(
    store: &Store,
    organization: OrganizationKey,
    index: &mut Index,
    rounds: i64,
) -> Result<(), StoreError> {
    store.write_blocking::<_, StoreError, _>(Place::Organization(organization), move |tx| {
        tx.execute(&sql::ALL_WAIT, parameters![organization.0])?;
        tx.execute(&sql::SET_ROUNDS, parameters![rounds]).map(drop)
    })?;
    index.write(|tx| {
        tx.execute(&sql::EMPTY, &[])?;
        tx.execute(&sql::NOT_WRITTEN, &[])?;
        tx.execute(&sql::WRITTEN_ANEW, parameters![rounds]).map(drop)
    })
}

fn waiting(store: &Store, place: Place, joined: u64) -> Result<Joined, StoreError> {
    let waiting = store.read_blocking::<_, StoreError, _>(place, |read| {
        Ok(read.query_first(&sql::WAITING, &[])?.map_or(0, |mut row| row.take::<i64>(0)))
    })?;
    Ok(Joined { joined, waiting: u64::try_from(waiting).unwrap_or(0), away: None })
}
