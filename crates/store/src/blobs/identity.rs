//! What this store is called in a bucket: two stores never meet there, not even one and its restored copy, since the
//! name is in no archive.

use crate::{Migration, Place, Read as _, SchemaModule, Store, StoreError, parameters};

/// The table with the name, in the directory.
pub(crate) const TABLE: &str = "blob_identity";

/// In the directory.
pub(crate) const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "store.blob_identity",
    in_directory: true,
    tables: &[TABLE],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

const VERSION_1: &str = "
CREATE TABLE blob_identity (
    singleton BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (singleton)
) /*sqlite STRICT */;
";

crate::statements! {
    INSERT = "INSERT INTO blob_identity (singleton, name) VALUES (1, $1) ON CONFLICT DO NOTHING";
    SELECT = "SELECT name FROM blob_identity WHERE singleton = 1";
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
