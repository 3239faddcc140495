//! Short keys, each of which is given out once.

use postroom_store::{Place, Store, parameters};
use postroom_types::OrganizationKey;

use crate::DirectoryError;
use crate::sql::organizations as sql;

/// Sees that no short key is given out under which something lies, whatever the directory says: it may be older than the
/// organizations, as one is that somebody copied back. Then a new organization would have the users and the mail of
/// another one. Blocks; called at start.
///
/// On PostgreSQL all of them are in one database, and nothing is looked at.
pub fn keep_keys_apart(store: &Store) -> Result<(), DirectoryError> {
    if !store.is_embedded() {
        return Ok(());
    }
    let there = store.organizations()?.into_iter().max();
    let keys = store.read_blocking::<_, DirectoryError, _>(Place::Directory, |read| {
        let mut row = read.query_first(&sql::KEYS, &[])?;
        Ok(row.as_mut().map_or((None, None), |row| (row.take::<Option<i64>>(0), row.take::<Option<i64>>(1))))
    })?;
    let (next, highest) = keys;
    let highest = there.max(highest.map(OrganizationKey)).map_or(0, |key| key.0);
    if next.is_some_and(|next| next > highest) {
        return Ok(());
    }
    tracing::warn!(
        next,
        highest,
        "the directory would give out a key under which something lies: run `postroom fsck`"
    );
    store.write_blocking(Place::Directory, move |tx| {
        tx.execute(&sql::KEYS_FROM, parameters![highest.saturating_add(1)])?;
        Ok(())
    })
}
