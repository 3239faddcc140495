//! The thread that sees to it that the server stays as fast as it can: by itself, it comes a minute late.

use std::time::Instant;

use super::connection::PgSql;
use super::link::Link;
use super::pending_lists;
use super::poller::Stop;
use super::statistics::Keeper;
use crate::{Alarm, Parameter, Row, Sql as _, Statement, StoreError, limits};

/// What there is to do, each by itself: what the server refuses of one keeps no other from its turn.
#[derive(Clone, Copy)]
enum Work {
    Statistics,
    PendingLists,
}

/// Looks until `stop`.
pub(super) fn serve(mut link: Link, stop: &Stop) {
    let (mut keeper, fails) = (Keeper::default(), Alarm::new());
    let mut works = [Work::Statistics, Work::PendingLists].map(|work| (work, Instant::now()));
    while !stop.wait(limits::UPKEEP_INTERVAL) {
        for (work, due) in &mut works {
            if Instant::now() < *due {
                continue;
            }
            // A database that is away is reported where it is needed.
            let Ok(sql) = link.connected(Instant::now()) else { break };
            let done = match work {
                Work::Statistics => keeper.look(sql),
                Work::PendingLists => pending_lists::empty(sql),
            };
            let is_lost = link.settle();
            let Err(error) = done else { continue };
            if !is_lost {
                // What the server refuses once it refuses again, and it writes each time into its log.
                *due = Instant::now() + limits::UPKEEP_ASKED_AGAIN;
            }
            // Somebody's lock, which ends.
            let is_held = matches!(error, StoreError::Conflict(_));
            if !is_held && fails.rings() {
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
