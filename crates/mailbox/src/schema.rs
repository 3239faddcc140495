//! The tables of the mailbox crate.

use postroom_store::{Migration, SchemaModule};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "mailbox.organization",
    in_directory: false,
    tables: &[
        "mailboxes",
        "mailbox_keys",
        "folders",
        "items",
        "contents",
        "bodies",
        "unused_blobs",
        "uid_holes",
        "change_log",
        "tombstones",
        "keywords",
        "thread_keys",
        "log_marks",
        "imported",
        "annotations",
        "folder_grants",
    ],
    migrations: &[Migration { number: 1, text: ORGANIZATION_1 }],
};

const ORGANIZATION_1: &str =
    concat!(include_str!("schema/organization_1.sql"), include_str!("schema/search.sql"));
