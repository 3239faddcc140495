//! The statements of full-text search: the one place where the engines differ.
//!
//! An expression is written as PostgreSQL's `tsquery`; SQLite's adapter says it in the words of FTS5. `$3` of the
//! statements that insert is the terms, `$4` the content's row in SQLite's index, which PostgreSQL does not have.
//!
//! PostgreSQL looks for the terms first and by themselves (`MATERIALIZED`), and for the items of each content then
//! (`LATERAL`): the terms say in which mailbox, and a planner that saw the keys of the tables beside them could walk all of
//! a mailbox instead.

use postroom_store::per_engine;

/// The search of SQLite: what the expression `$3` finds, where the row is as what follows says; `s.rowid %
/// 1099511627776` is the content.
macro_rules! found_in_sqlite {
    () => {
        "s.search_index MATCH replace(replace(replace(replace($3, '&!', ' NOT '), '&', ' AND '), '|', ' OR '), ':*', '*')
            AND s.rowid"
    };
}

/// The search of PostgreSQL: a table `s` of contents.
macro_rules! found_in_postgres {
    () => {
        "WITH s AS MATERIALIZED (SELECT organization, mailbox, content FROM search_index
            WHERE terms @@ CAST(CAST($3 AS TEXT) AS TSQUERY))"
    };
}

/// What waits in SQLite for the index: rows, terms if they are known, and bodies.
macro_rules! pending {
    () => {
        "SELECT p.id, p.terms, b.body_id, b.sealed, b.blob_id FROM search_pending p LEFT JOIN bodies b
            ON b.organization = $1 AND b.mailbox = p.id / 1099511627776 AND b.content = p.id % 1099511627776"
    };
}

postroom_store::statements! {
    INSERT = per_engine! {
        sqlite: "INSERT INTO search_pending (id, terms) VALUES ($4, $3)",
        postgres: "INSERT INTO search_index (organization, mailbox, content, terms)
            VALUES ($1, $2, CAST($4 AS BIGINT) & 1099511627775, CAST(CAST($3 AS TEXT) AS TSVECTOR))",
    };
    /// As `INSERT`, where the content is still there and has no terms.
    INSERT_MISSING = per_engine! {
        sqlite: "INSERT OR IGNORE INTO search_pending (id, terms) SELECT $4, $3 FROM contents
            WHERE organization = $1 AND mailbox = $2 AND content = $4 % 1099511627776",
        postgres: "INSERT INTO search_index (organization, mailbox, content, terms)
            SELECT organization, mailbox, content, CAST(CAST($3 AS TEXT) AS TSVECTOR) FROM contents
            WHERE organization = $1 AND mailbox = $2 AND content = CAST($4 AS BIGINT) & 1099511627775
            ON CONFLICT DO NOTHING",
    };
    /// How often the index was written, as what waits for it says and as it says itself: they are alike, or it is one ahead.
    ROUNDS = per_engine! {
        sqlite: "SELECT r.rounds, w.rounds FROM search_rounds r, search_written w",
        postgres: "SELECT CAST(0 AS BIGINT), CAST(0 AS BIGINT)",
    };
    /// How many contents from the row `$1` up to the row `$2` the index of SQLite does not have yet; `$3` at most.
    COUNT_PENDING = per_engine! {
        sqlite: "SELECT COUNT(*) FROM (SELECT 1 FROM search_pending WHERE id >= $1 AND id <= $2 LIMIT $3)",
        postgres: "SELECT CAST(0 AS BIGINT)
            WHERE CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) IS NOT NULL",
    };
    /// The newest contents from the row `$2` up to the row `$3` that the index of SQLite does not have yet.
    PENDING = per_engine! {
        sqlite: concat!(pending!(), " WHERE p.id >= $2 AND p.id <= $3 ORDER BY p.id DESC LIMIT $4"),
        postgres: "SELECT CAST(0 AS BIGINT), CAST('' AS TEXT), NULL, NULL, NULL
            WHERE CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) + CAST($4 AS BIGINT) IS NULL",
    };
    /// Contents of `$2` that `$3` finds, above the row `$4`; not those that SQLite's index is about to forget.
    MATCHING = per_engine! {
        sqlite: concat!("SELECT s.rowid % 1099511627776 FROM search_index s WHERE ", found_in_sqlite!(), " > $4
            AND NOT EXISTS (SELECT 1 FROM search_gone g WHERE g.id = s.rowid) ORDER BY s.rowid LIMIT $5"),
        postgres: concat!(found_in_postgres!(), " SELECT content FROM s WHERE organization = $1 AND mailbox = $2
            AND content > CAST($4 AS BIGINT) & 1099511627775 ORDER BY content LIMIT $5"),
    };
    /// Items of the folder `$6` with such contents, from the row `$4` on, and of that one's above the UID `$7`.
    MATCHING_UIDS = per_engine! {
        sqlite: concat!("SELECT i.content, i.uid FROM search_index s CROSS JOIN items i
            ON i.organization = $1 AND i.mailbox = $2 AND i.content = s.rowid % 1099511627776 AND i.folder = $6
            WHERE ", found_in_sqlite!(), " >= $4 AND (s.rowid > $4 OR i.uid > $7) ORDER BY s.rowid, i.uid LIMIT $5"),
        postgres: concat!(found_in_postgres!(), " SELECT s.content, i.uid FROM s CROSS JOIN LATERAL (SELECT uid FROM items
            WHERE organization = $1 AND mailbox = $2 AND content = s.content AND folder = $6
            AND (s.content, uid) > (CAST($4 AS BIGINT) & 1099511627775, $7) OFFSET 0) i
            WHERE s.organization = $1 AND s.mailbox = $2 AND s.content >= CAST($4 AS BIGINT) & 1099511627775
            ORDER BY s.content, i.uid LIMIT $5"),
    };
    /// Contents above `$3` of the mailbox `$2`, and of those above it, that have no terms.
    MISSING = concat!("SELECT c.mailbox, c.content FROM contents c
        WHERE c.organization = $1 AND (c.mailbox, c.content) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM search_index s
        WHERE ", per_engine! {
            sqlite: "s.rowid = c.mailbox * 1099511627776 + c.content)
                AND NOT EXISTS (SELECT 1 FROM search_pending p WHERE p.id = c.mailbox * 1099511627776 + c.content",
            postgres: "s.organization = c.organization AND s.mailbox = c.mailbox AND s.content = c.content",
        }, ") ORDER BY c.mailbox, c.content LIMIT $4");
    /// Rows of the index above `$1` that are no content, and are not about to be forgotten.
    STRAY = per_engine! {
        sqlite: "SELECT d.id FROM search_index_docsize d WHERE d.id > $1
            AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.organization = $2
            AND c.mailbox = d.id / 1099511627776 AND c.content = d.id % 1099511627776)
            AND NOT EXISTS (SELECT 1 FROM search_gone g WHERE g.id = d.id) ORDER BY d.id LIMIT $3",
        postgres: "SELECT CAST(0 AS BIGINT)
            WHERE CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) IS NULL",
    };
}

/// The statements with which SQLite's index is written, on either side.
pub mod joining {
    use postroom_store::Statement;

    macro_rules! of_sqlite {
        ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
            $($(#[$doc])* pub(crate) static $name: Statement = Statement::new($text);)+
        };
    }

    of_sqlite! {
        /// What waits above the row `$2`.
        OLDEST = concat!(pending!(), " WHERE p.id > $2 ORDER BY p.id LIMIT $3");
        GONE = "SELECT id FROM search_gone ORDER BY id LIMIT $1";
        WAITING = "SELECT COUNT(*) FROM search_pending";
        ROUNDS = "SELECT rounds FROM search_rounds";
        /// In the index: how often it was written.
        WRITTEN = "SELECT rounds FROM search_written";
        /// In the index.
        FORGET = "DELETE FROM search_index WHERE rowid = $1";
        /// In the index: whether a row is there.
        IS_IN = "SELECT 1 FROM search_index WHERE rowid = $1";
        /// In the index: terms of a row that is not there. Nothing may be looked up in the same statement: SQLite would
        /// open a savepoint for it, and FTS5 writes a segment at each savepoint.
        JOIN = "INSERT INTO search_index (rowid, terms) VALUES ($1, $2)";
        /// In the index: how many segments it has; one look for each.
        SEGMENTS = "WITH RECURSIVE s (id) AS (SELECT MIN(segid) FROM search_index_idx UNION ALL
            SELECT (SELECT MIN(i.segid) FROM search_index_idx i WHERE i.segid > s.id) FROM s WHERE s.id IS NOT NULL)
            SELECT COUNT(id) FROM s";
        /// In the index: merges segments until `$1` pages are written.
        MERGE = "INSERT INTO search_index (search_index, rank) VALUES ('merge', $1)";
        /// In the index.
        SET_WRITTEN = "UPDATE search_written SET rounds = $1";
        /// In the index; the row may be missing.
        NOT_WRITTEN = "DELETE FROM search_written";
        /// In the index.
        WRITTEN_ANEW = "INSERT INTO search_written (rounds) VALUES ($1)";
        /// In the index.
        EMPTY = "INSERT INTO search_index (search_index) VALUES ('delete-all')";
        JOINED = "DELETE FROM search_pending WHERE id = $1";
        FORGOTTEN = "DELETE FROM search_gone WHERE id = $1";
        FORGET_LATER = "INSERT OR IGNORE INTO search_gone (id) VALUES ($1)";
        SET_ROUNDS = "UPDATE search_rounds SET rounds = $1";
        /// Everything waits again.
        ALL_WAIT = "INSERT OR IGNORE INTO search_pending (id)
            SELECT mailbox * 1099511627776 + content FROM contents WHERE organization = $1";
    }
}
