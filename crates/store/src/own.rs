//! The tables that the store itself keeps, beside those that capabilities bring.

use crate::{SchemaModule, Statement, backup, blobs, client_tokens, jobs, seal};

/// Every schema of the store's own, lowest first; opening a store puts them before the capabilities'.
pub(crate) const MODULES: &[SchemaModule] = &[
    client_tokens::IN_DIRECTORY,
    client_tokens::IN_ORGANIZATION,
    seal::IN_DIRECTORY,
    seal::IN_ORGANIZATION,
    jobs::IN_DIRECTORY,
    jobs::IN_ORGANIZATION,
    jobs::HINTS,
    backup::UNFINISHED,
    blobs::IN_DIRECTORY,
    blobs::IN_ORGANIZATION,
];

/// A `statements!` module's list: each statement with its name.
pub type StatementList = &'static [(&'static str, &'static Statement)];

/// Every statement of the store's own, for the test that prepares each on both engines.
pub const STATEMENTS: &[StatementList] = &[
    client_tokens::STATEMENTS,
    seal::STATEMENTS,
    jobs::STATEMENTS,
    backup::STATEMENTS,
    backup::PLACES_STATEMENTS,
    blobs::CHUNK_STATEMENTS,
    blobs::IDENTITY_STATEMENTS,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn tables_and_statements_suit_both_engines() {
        testing::check_tables(MODULES);
        // Blobs are the one thing that only organizations have.
        testing::prepare_all(&[blobs::IN_ORGANIZATION], STATEMENTS.iter().copied().flatten());
    }
}
