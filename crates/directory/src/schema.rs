//! The tables of the directory crate.

use postroom_store::{Migration, SchemaModule};

/// Tables in the directory: what spans organizations.
pub const DIRECTORY: SchemaModule = SchemaModule {
    name: "directory",
    in_directory: true,
    migrations: &[Migration { number: 1, text: DIRECTORY_1 }],
};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "directory.organization",
    in_directory: false,
    migrations: &[Migration { number: 1, text: ORGANIZATION_1 }],
};

const DIRECTORY_1: &str = include_str!("schema/directory_1.sql");
const ORGANIZATION_1: &str = include_str!("schema/organization_1.sql");
