//! What came last into an index of many words a row (GIN): into its tree, before searches feel it.
//!
//! The server puts that in a list, which each search reads whole, and moves it when somebody's write finds 4 MB in it, or
//! when it looks at the table, a minute late. Moved here, the list is short, and writes seldom wait for it.

use super::connection::PgSql;
use super::upkeep::ask;
use crate::{Statement, StoreError, parameters};

/// Those that this role may speak for; others' are others' business.
static INDEXES: Statement = Statement::new(
    "SELECT CAST(oid AS BIGINT) FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::REGNAMESPACE
        AND pg_has_role(relowner, 'USAGE') AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')",
);

static EMPTY: Statement =
    Statement::new("SELECT gin_clean_pending_list(CAST(CAST($1 AS BIGINT) AS REGCLASS))");

/// Empties the lists, one a transaction: with two at once, it could wait for a migration that waits for it. One that cannot
/// be emptied keeps no other from it; the first error is answered.
pub(super) fn empty(sql: &mut PgSql) -> Result<(), StoreError> {
    let indexes: Vec<i64> = ask(sql, &INDEXES, &[], |row| row.take(0))?;
    let mut ended = Ok(());
    for index in indexes {
        let emptied = ask(sql, &EMPTY, parameters![index], |_| ()).map(drop);
        ended = ended.and(emptied);
    }
    ended
}
