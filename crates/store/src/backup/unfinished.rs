//! The note that a whole store is being restored: while it is there, nobody may serve from what is there so far.

use postroom_types::Timestamp;

use super::places;
use crate::{Migration, Place, Read, SchemaModule, Store, StoreError, parameters};

/// The table with the note.
pub(super) const TABLE: &str = "unfinished_restore";

/// In the directory.
pub(crate) const SCHEMA: SchemaModule = SchemaModule {
    name: "store.unfinished_restore",
    in_directory: true,
    index: None,
    tables: &[TABLE, places::TABLE],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

/// One row while a restore of everything is under way or was cut off; and one for each place, see `places`.
const VERSION_1: &str = "
CREATE TABLE unfinished_restore (
    singleton BIGINT NOT NULL,
    what TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    PRIMARY KEY (singleton)
) /*sqlite STRICT */;
CREATE TABLE place_restores (
    organization BIGINT NOT NULL,
    what TEXT NOT NULL,
    stage TEXT NOT NULL,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
";

crate::statements! {
    BEGIN = "INSERT INTO unfinished_restore (singleton, what, began_at) VALUES (1, $1, $2)
        ON CONFLICT (singleton) DO UPDATE SET what = excluded.what, began_at = excluded.began_at";
    SELECT = "SELECT what, began_at FROM unfinished_restore WHERE singleton = 1";
    END = "DELETE FROM unfinished_restore WHERE singleton = 1";
}

/// A restore that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// What is restored: the folder that the operator named.
    pub what: String,
    /// When it began.
    pub began_at: Timestamp,
}

/// Notes that `what` is being restored into the whole store, over an earlier note.
pub fn begin_restore(store: &Store, what: &str) -> Result<(), StoreError> {
    let what = what.to_owned();
    store.write_blocking(Place::Directory, move |tx| {
        let now = tx.now();
        tx.execute(&BEGIN, parameters![&what, now]).map(drop)
    })
}

/// The restore that has begun and not ended, if any: until it has ended, what is there may not be served.
pub fn unfinished_restore(store: &Store) -> Result<Option<Unfinished>, StoreError> {
    store.read_blocking(Place::Directory, |read| {
        let row = read.query_first(&SELECT, &[])?;
        Ok(row.map(|mut row| Unfinished { what: row.take(0), began_at: row.take(1) }))
    })
}

/// Takes the note away: everything is there.
pub fn end_restore(store: &Store) -> Result<(), StoreError> {
    store.write_blocking(Place::Directory, |tx| tx.execute(&END, &[]).map(drop))
}
