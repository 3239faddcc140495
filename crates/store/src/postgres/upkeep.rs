//! The thread that sees to it that the server stays as fast as it can: by itself, it comes a minute late.

use std::time::Instant;

use super::connection::PgSql;
use super::link::Link;
use super::pending_lists;
use super::poller::Stop;
use super::statistics::Keeper;
use crate::{Alarm, Parameter, Row, Sql as _, Statement, StoreError, limits};

/// Looks until `stop`.
pub(super) fn serve(mut link: Link, stop: &Stop) {
    let (mut keeper, fails, mut pause) = (Keeper::default(), Alarm::new(), limits::UPKEEP_INTERVAL);
    while !stop.wait(pause) {
        pause = limits::UPKEEP_INTERVAL;
        // A database that is away is reported where it is needed.
        let Ok(sql) = link.connected(Instant::now()) else { continue };
        let looked = keeper.look(sql).and_then(|()| pending_lists::empty(sql));
        let is_lost = link.settle();
        if let Err(error) = looked {
            if !is_lost {
                // What the server refuses once it refuses again, and it writes each time into its log.
                pause = limits::UPKEEP_ASKED_AGAIN;
            }
            if fails.rings() {
                tracing::warn!(%error, "the upkeep of tables and indexes has failed; statements may be slow");
            }
        }
    }
}

/// The rows of a statement that is a transaction of its own.
pub(super) fn ask<T>(
    sql: &mut PgSql,
    statement: &Statement,
    parameters: &[Parameter<'_>],
    of_row: impl Fn(&mut Row) -> T,
) -> Result<Vec<T>, StoreError> {
    let rows = sql.query(statement, parameters);
    sql.failed = None;
    Ok(rows?.iter_mut().map(of_row).collect())
}
