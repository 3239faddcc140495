//! Damage to rows, for tests of what finds and mends it.

use crate::{Place, Statement, Store, StoreError, parameters};

/// Changes rows of `place` behind the back of all operations; `text` has `key` as its one parameter. Panics when there is
/// no row to change.
pub fn damage(store: &Store, place: Place, text: &'static str, key: i64) {
    let statement: &'static Statement = Box::leak(Box::new(Statement::new(text)));
    let changed: Result<u64, StoreError> =
        store.write_blocking(place, move |tx| tx.execute(statement, parameters![key]));
    assert_ne!(changed.unwrap_or_else(|error| panic!("{text}: {error}")), 0, "{text}");
}
