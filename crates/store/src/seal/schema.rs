//! The table of wrapped data keys, the same in the directory and in organizations.

use crate::{Migration, SchemaModule};

/// The table.
pub(crate) const TABLE: &str = "data_keys";

/// In the directory.
pub(crate) const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "store.data_keys",
    in_directory: true,
    index: None,
    tables: &[TABLE],
    migrations: MIGRATIONS,
};
/// In every organization. On PostgreSQL both are one table: the same name says that it is there.
pub(crate) const IN_ORGANIZATION: SchemaModule = SchemaModule { in_directory: false, ..IN_DIRECTORY };

const MIGRATIONS: &[Migration] = &[Migration { number: 1, text: VERSION_1 }];

/// `generation`: 1 today; room for changing a place's key.
const VERSION_1: &str = "
CREATE TABLE data_keys (
    organization BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization, generation)
) /*sqlite STRICT */;
";
