//! What the server's planner knows of each table: enough.
//!
//! A planner that takes an organization or a mailbox for a few rows reads all of it where one row is looked up. So it takes
//! them while a table has no statistics (the server's own look comes a minute late), and a mailbox that came after them. So
//! it is told that these columns have one value, and asked to look at tables that have grown.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use super::connection::PgSql;
use super::upkeep::ask;
use crate::{Row, Sql as _, Statement, StoreError, limits, parameters};

/// Columns of which every statement names one value and the planner does not know it: table and column. Here and below,
/// of tables that this role may speak for: what else the schema has is not ours.
static NOT_CALLED_ONE: Statement = Statement::new(
    "SELECT quote_ident(relname), quote_ident(attname) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relkind = 'r' AND relnamespace = current_schema()::REGNAMESPACE AND pg_has_role(relowner, 'USAGE')
        AND attname IN ('organization', 'mailbox') AND NOT attisdropped AND attoptions IS NULL",
);

/// The store's own table, if this role may not speak for it.
static NOT_OURS: Statement = Statement::new(
    "SELECT relname::TEXT FROM pg_class WHERE relname = 'changes' AND relnamespace = current_schema()::REGNAMESPACE
        AND NOT pg_has_role(relowner, 'USAGE')",
);

/// Tables of `$1` pages or more that have doubled since the server looked at them last, and their pages.
static GROWN: Statement = Statement::new(
    "SELECT name, pages FROM (SELECT quote_ident(relname) AS name, relpages AS seen,
        pg_relation_size(oid) / current_setting('block_size')::BIGINT AS pages FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::REGNAMESPACE AND pg_has_role(relowner, 'USAGE')) AS tables
        WHERE pages >= $1 AND pages >= 2 * seen::BIGINT",
);

/// What was asked of the server.
#[derive(Default)]
pub(super) struct Keeper {
    /// Whether the planner knows which columns have one value.
    are_called_one: bool,
    /// When each table was asked for that is still to be looked at (it is locked), and its pages then.
    asked: HashMap<String, (Instant, i64)>,
}

impl Keeper {
    /// Asks for what is due.
    pub(super) fn look(&mut self, sql: &mut PgSql) -> Result<(), StoreError> {
        if !self.are_called_one {
            call_one(sql)?;
            self.are_called_one = true;
        }
        let of_row = |row: &mut Row| (row.take::<String>(0), row.take::<i64>(1));
        let grown: HashMap<String, i64> =
            ask(sql, &GROWN, parameters![limits::STATISTICS_PAGES_MIN], of_row)?.into_iter().collect();
        self.asked.retain(|name, (at, pages)| {
            at.elapsed() < limits::UPKEEP_ASKED_AGAIN && grown.get(name).is_some_and(|now| *now < *pages * 2)
        });
        for (name, pages) in grown {
            if let Entry::Vacant(not_asked) = self.asked.entry(name) {
                analyze(sql, not_asked.key())?;
                not_asked.insert((Instant::now(), pages));
            }
        }
        Ok(())
    }
}

/// Tells the planner that an organization, or a mailbox, may be all that a table has.
fn call_one(sql: &mut PgSql) -> Result<(), StoreError> {
    if !ask(sql, &NOT_OURS, &[], |_| ())?.is_empty() {
        tracing::warn!("the database's role does not own the store's tables; statements may be slow");
    }
    let columns: Vec<(String, String)> = ask(sql, &NOT_CALLED_ONE, &[], |row| (row.take(0), row.take(1)))?;
    for (table, column) in &columns {
        run(sql, &format!("ALTER TABLE {table} ALTER COLUMN {column} SET (n_distinct = 1)"))?;
    }
    // It is in force from the next look on.
    let tables: BTreeSet<String> = columns.into_iter().map(|(table, _)| table).collect();
    tables.iter().try_for_each(|table| analyze(sql, table))
}

/// Has the server look at `table`, unless it does, or a migration holds it.
fn analyze(sql: &mut PgSql, table: &str) -> Result<(), StoreError> {
    run(sql, &format!("ANALYZE (SKIP_LOCKED) {table}"))
}

fn run(sql: &mut PgSql, text: &str) -> Result<(), StoreError> {
    let ran = sql.batch(text);
    sql.failed = None;
    ran
}
