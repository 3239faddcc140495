//! The tables of this crate.

use postroom_store::{Migration, SchemaModule};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "devices",
    in_directory: false,
    index: None,
    tables: &[
        "mobile_device_access_rules",
        "mobile_device_overrides",
        "mobile_device_override_changes",
        "mobile_device_override_state",
    ],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

const VERSION_1: &str = include_str!("schema/organization_1.sql");
