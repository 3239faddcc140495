//! The thread that asks the server to look at tables which have grown.
//!
//! Until the server has statistics of a table it takes two columns of an index for as good as four, and then reads all of a
//! mailbox for each of its messages. Its own look comes a minute late, and after `pg_upgrade` not before much is written.

use std::collections::HashMap;
use std::time::Instant;

use super::connection::PgSql;
use super::link::Link;
use super::poller::Stop;
use crate::{Sql, Statement, StoreError, limits, parameters};

/// Tables of `$1` pages or more that have doubled since the server looked at them last: name and pages.
static GROWN: Statement = Statement::new(
    "SELECT name, pages FROM (SELECT quote_ident(relname) AS name, relpages AS seen,
        pg_relation_size(oid) / current_setting('block_size')::BIGINT AS pages FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::REGNAMESPACE) AS tables
        WHERE pages >= $1 AND pages >= 2 * seen::BIGINT",
);

/// Looks until `stop`.
pub(super) fn serve(mut link: Link, stop: &Stop) {
    let mut asked = Asked::default();
    while !stop.wait(limits::STATISTICS_INTERVAL) {
        // A database that is away is reported where it is needed.
        let Ok(sql) = link.connected(Instant::now()) else { continue };
        if let Err(error) = asked.look(sql) {
            tracing::debug!(%error, "cannot see which tables have grown");
        }
        link.settle();
    }
}

/// Pages of each table when it was asked for last: what the server refuses is not asked for every second.
#[derive(Default)]
struct Asked(HashMap<String, i64>);

impl Asked {
    fn look(&mut self, sql: &mut PgSql) -> Result<(), StoreError> {
        let rows = sql.query(&GROWN, parameters![limits::STATISTICS_PAGES_MIN]);
        sql.failed = None;
        for mut row in rows? {
            let (name, pages): (String, i64) = (row.take(0), row.take(1));
            if self.0.get(&name).is_some_and(|asked| pages < asked * 2) {
                continue;
            }
            // Where the server looks at it already, or a migration holds it, that will do.
            let looked = sql.batch(&format!("ANALYZE (SKIP_LOCKED) {name}"));
            sql.failed = None;
            if let Err(error) = looked {
                tracing::warn!(table = name, %error, "the server did not look at a table that has grown");
            }
            self.0.insert(name, pages);
        }
        Ok(())
    }
}
