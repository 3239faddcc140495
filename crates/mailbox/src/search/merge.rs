//! The segments of SQLite's index become fewer.
//!
//! A search looks for its words in each segment, and while much arrives there are many: with six large ones among a million
//! messages a search for a rare word took three times as long as with ten thousand. So while nothing waits for the index,
//! FTS5 merges the level that has most of them, as long as there are more than `limits::SEARCH_SEGMENTS_MAX`. It merges a
//! level that has two, whatever that limit: what is large is written again when as much has been merged as often, once in
//! some two thousand rounds. While much arrives, merging would take the processor from it: then there may be
//! `limits::SEARCH_SEGMENTS_BUSY_MAX`, and each round merges a little of what is beyond.

use postroom_store::{Place, Read, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::sql::joining as sql;
use crate::limits;

/// Merges for a moment in the index of `organization`, if it has more than `segments_max`; answers whether there may be more
/// to merge. On PostgreSQL there is nothing to merge. Blocks; it may be repeated.
pub fn merge(store: &Store, organization: OrganizationKey, segments_max: i64) -> Result<bool, StoreError> {
    if !store.is_embedded() {
        return Ok(false);
    }
    store.index_blocking(Place::Organization(organization), |index| {
        let segments = index.query_first(&sql::SEGMENTS, &[])?.map_or(0, |mut row| row.take::<i64>(0));
        if segments <= segments_max {
            return Ok(false);
        }
        let before = index.rows_changed();
        index.write(|tx| tx.execute(&sql::MERGE, parameters![limits::SEARCH_MERGE_PAGES]))?;
        // FTS5 counts the command itself as one row.
        Ok(index.rows_changed() - before > 1)
    })
}
