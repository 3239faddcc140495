//! Where blobs went at the last start, and what this store is called in a bucket: two stores never meet there, not even one and its restored copy, since the
//! name is in no archive.

use crate::{Migration, Place, Read as _, SchemaModule, Store, StoreError, parameters};

/// The table with the name, in the directory.
pub(crate) const TABLE: &str = "blob_identity";

/// In the directory.
pub(crate) const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "store.blob_identity",
    in_directory: true,
    index: None,
    tables: &[TABLE],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

const VERSION_1: &str = "
CREATE TABLE blob_identity (
    singleton BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Where new blobs went at the newest start; NULL before the first.
    place TEXT,
    PRIMARY KEY (singleton)
) /*sqlite STRICT */;
";

crate::statements! {
    INSERT = "INSERT INTO blob_identity (singleton, name) VALUES (1, $1) ON CONFLICT DO NOTHING";
    SELECT = "SELECT name FROM blob_identity WHERE singleton = 1";
    PLACE = "SELECT place FROM blob_identity WHERE singleton = 1";
    SET_PLACE = "UPDATE blob_identity SET place = $1 WHERE singleton = 1";
}

/// The store's name, which is made when there is none.
pub(super) fn of(store: &Store) -> Result<String, StoreError> {
    let name = store.random().bytes::<16>();
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    store.write_blocking(Place::Directory, move |tx| {
        tx.execute(&INSERT, parameters![&name])?;
        Ok(tx.query_first(&SELECT, &[])?.map_or_else(|| name.clone(), |mut row| row.take(0)))
    })
}

/// Where new blobs went at the newest start that [`set_place`] tells of.
pub(super) fn place(store: &Store) -> Result<Option<String>, StoreError> {
    store.read_blocking(Place::Directory, |read| {
        Ok(read.query_first(&PLACE, &[])?.and_then(|mut row| row.take::<Option<String>>(0)))
    })
}

/// Remembers where new blobs go.
pub(super) fn set_place(store: &Store, place: &str) -> Result<(), StoreError> {
    of(store)?;
    let place = place.to_owned();
    store.write_blocking(Place::Directory, move |tx| {
        tx.execute(&SET_PLACE, parameters![&place])?;
        Ok(())
    })
}
