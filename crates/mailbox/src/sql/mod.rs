//! Every statement of the crate, one module an area.

pub mod annotations;
pub mod blobs;
pub mod contents;
pub mod folders;
pub mod grants;
pub mod items;
pub mod mailboxes;
pub mod sweep;

use postroom_store::Statement;

/// Every statement of the crate, for the test that prepares each on both engines.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    mailboxes::ALL
        .iter()
        .chain(folders::ALL)
        .chain(items::ALL)
        .chain(contents::ALL)
        .chain(sweep::ALL)
        .chain(annotations::ALL)
        .chain(grants::ALL)
        .chain(blobs::ALL)
        .chain(crate::invariants::statements())
        .chain(crate::search::sql::ALL)
}
