//! Bringing a database to the newest version when a node starts, also when another node starts at the same time.

use super::changes;
use super::connection::PgSql;
use super::failure::{Failure, Next};
use super::link::back_off;
use super::poller;
use super::tracker::Tracker;
use crate::migrate::{create_versions, is_newest, migrate_module};
use crate::store::Parts;
use crate::{Place, SchemaModule, Statement, StoreError, Tx, limits, parameters};

/// The row that a node holds locked while it migrates.
const GUARD: &str = "store.guard";

static INSERT_GUARD: Statement = Statement::new(
    "INSERT INTO schema_versions (module, version, digest) VALUES ($1, 0, '') ON CONFLICT DO NOTHING",
);
static LOCK_GUARD: Statement =
    Statement::new("UPDATE schema_versions SET version = version + 1 WHERE module = $1");

/// Migrates every module; answers where the change table stands.
pub(super) fn open(sql: &mut PgSql, parts: &Parts) -> Result<Tracker, StoreError> {
    in_transaction(sql, parts, |tx| {
        create_versions(tx)?;
        tx.execute(&INSERT_GUARD, parameters![GUARD]).map(drop)
    })?;
    for module in std::iter::once(&changes::MODULE).chain(&parts.modules) {
        let is_newest = in_transaction(sql, parts, |tx| is_newest(tx, module))?;
        if !is_newest {
            in_transaction(sql, parts, |tx| migrate_guarded(tx, module))?;
        }
    }
    poller::begin(sql)
}

/// Waits for other nodes, then migrates what is still to be done.
fn migrate_guarded(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<(), StoreError> {
    // Another node's migration may take longer than a statement may.
    tx.batch("SET LOCAL statement_timeout = 0")?;
    tx.execute(&LOCK_GUARD, parameters![GUARD])?;
    migrate_module(tx, module)
}

/// Runs `work` in a transaction, again when another node was in the way.
fn in_transaction<T>(
    sql: &mut PgSql,
    parts: &Parts,
    work: impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut tries = 0;
    loop {
        let failure = match once(sql, parts, &work) {
            Ok(answer) => return answer,
            Err(failure) => failure,
        };
        tries += 1;
        // Two nodes that create the table of versions at once: a race.
        if !matches!(failure.next, Next::Conflict | Next::Race) || tries > limits::CONFLICT_TRIES_MAX {
            return Err(failure.error);
        }
        std::thread::sleep(back_off(tries, limits::BACK_OFF_MIN, limits::BACK_OFF_MAX));
    }
}

fn once<T>(
    sql: &mut PgSql,
    parts: &Parts,
    work: impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<Result<T, StoreError>, Failure> {
    sql.begin_write()?;
    let answer = work(&mut Tx::new(sql, Place::Directory, parts.clock.now()));
    if let Some(failure) = sql.failed.take() {
        sql.rollback();
        return Err(failure);
    }
    if answer.is_err() {
        sql.rollback();
        return Ok(answer);
    }
    sql.control("COMMIT")?;
    Ok(answer)
}
