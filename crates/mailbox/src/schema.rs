//! The tables of the mailbox crate.

use postroom_store::{IndexFile, Migration, SchemaModule};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "mailbox.organization",
    in_directory: false,
    index: Some(&SEARCH),
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

static SEARCH: IndexFile = IndexFile { name: "search", text: include_str!("schema/search_index.sql") };

const ORGANIZATION_1: &str =
    concat!(include_str!("schema/organization_1.sql"), include_str!("schema/search.sql"));
