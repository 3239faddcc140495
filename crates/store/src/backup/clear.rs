//! Making the directory empty before it is restored.

use super::dump::tables;
use crate::{Place, Store, StoreError};

/// Tables that are there from the start, or that opening a store fills.
const NEVER_EMPTY: &[&str] = &["organization_keys", "data_keys"];

/// Whether nothing was ever done with the store: its directory has no row but those that a new one has.
pub fn is_empty(store: &Store) -> Result<bool, StoreError> {
    let tables = tables(store.modules(), Place::Directory);
    store.scan(Place::Directory, |sql| {
        let mut empty = true;
        for table in tables.iter().filter(|table| !NEVER_EMPTY.contains(&table.name)) {
            let of_directory = if table.by_place { " WHERE organization = 0" } else { "" };
            let text = format!("SELECT 1 FROM {}{of_directory} LIMIT 1", table.name);
            sql.stream(&text, &[], &mut |_, _| {
                empty = false;
                true
            })?;
        }
        Ok(empty)
    })
}

/// Removes every row of the directory, those that a new one has too, in one transaction.
pub fn clear_directory(store: &Store) -> Result<(), StoreError> {
    let tables = tables(store.modules(), Place::Directory);
    let texts = tables.iter().rev().map(|table| {
        let of_directory = if table.by_place { " WHERE organization = 0" } else { "" };
        format!("DELETE FROM {}{of_directory}", table.name)
    });
    let texts: Vec<String> = texts.collect();
    store.write_blocking(Place::Directory, move |tx| {
        texts.iter().try_for_each(|text| tx.execute_text(text, &[]).map(drop))
    })
}
