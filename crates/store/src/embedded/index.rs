//! The file beside a place's own for what is made from its tables: the index of full-text search.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use postroom_types::Timestamp;
use rusqlite::Connection;

use super::connection::{CommitFailed, SqliteSql, store_error};
use super::create::create;
use crate::durable::{sync_folder, write_again};
use crate::{IndexFile, Outcome, Parameter, Place, Read, Row, Sql, Statement, StoreError, Tx};

/// A connection that writes an index file, one transaction after the other.
///
/// It is no part of the place's transactions, and nobody waits for it who writes there.
pub struct Index {
    sql: SqliteSql,
    place: Place,
    now: Timestamp,
    /// Whether a commit failed: what is in the file then, only who opens it again learns.
    failed: bool,
    /// Whether something was committed since the last checkpoint.
    behind: bool,
    /// Whether the file was found damaged: it is of no more use.
    damaged: bool,
    /// Whether the file was made when this was opened.
    made: bool,
}

impl Index {
    /// Opens `file` at `path`; it is made anew when it is not there, damaged, or of another schema.
    pub(super) fn open(path: &Path, file: &IndexFile, place: Place) -> Result<Self, StoreError> {
        // As for the place's own file: what is recovered must be on the disk before anything relies on it.
        on_disk(path, write_again(&path.with_extension("db-wal")))?;
        let (sql, made) = match opened(path, file) {
            Ok(Some(sql)) => (sql, false),
            Ok(None) => (made(path, file)?, true),
            Err(StoreError::Impaired(cause) | StoreError::Bug(cause)) => {
                tracing::warn!(file = %path.display(), cause, "an index cannot be read, it is made again");
                (made(path, file)?, true)
            }
            Err(passing) => return Err(passing),
        };
        let now = Timestamp::default();
        Ok(Self { sql, place, now, failed: false, behind: false, damaged: false, made })
    }

    /// Removes the file at `path`; it is made anew when it is opened next.
    pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
        for ending in ["db", "db-wal", "db-shm"] {
            match fs::remove_file(path.with_extension(ending)) {
                Err(error) if error.kind() != ErrorKind::NotFound => on_disk(path, Err(error))?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn was_made(&self) -> bool {
        self.made
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Reads all of the file. `Impaired` when it is damaged; as soon as this has been given back, there is a new one.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        let checked: rusqlite::Result<String> =
            self.sql.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        let verdict = match checked {
            Ok(said) if said == "ok" => return Ok(()),
            Ok(said) => StoreError::Impaired(said),
            Err(error) => store_error(&error),
        };
        self.note(&verdict);
        Err(verdict)
    }

    fn note(&mut self, error: &StoreError) {
        self.damaged |= matches!(error, StoreError::Impaired(_));
    }

    pub(super) fn at(&mut self, now: Timestamp) -> &mut Self {
        self.now = now;
        self
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// How many rows this connection has changed so far, those included that a virtual table changes of its own.
    pub fn rows_changed(&self) -> u64 {
        self.sql.connection.total_changes()
    }

    /// Runs `work` in a transaction of the index file, which is on disk when this answers. `Err` undoes what it wrote.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.failed = true;
        self.sql.control("BEGIN IMMEDIATE")?;
        let done = work(&mut Tx::new(&mut self.sql, self.place, self.now));
        let noted = self.sql.failed.take();
        noted.iter().for_each(|error| self.note(error));
        match (done, noted) {
            (Ok(answer), None) => {
                self.sql.commit().map_err(|(CommitFailed::Full(cause) | CommitFailed::Other(cause))| {
                    StoreError::Unavailable { outcome: Outcome::Unknown, cause }
                })?;
                (self.failed, self.behind) = (false, true);
                Ok(answer)
            }
            (Err(error), _) | (Ok(_), Some(error)) => {
                self.failed = self.sql.control("ROLLBACK").is_err();
                Err(error)
            }
        }
    }

    pub(super) fn sql(&self) -> &SqliteSql {
        &self.sql
    }

    /// The connection, if something was committed since this was last asked: then a checkpoint is due.
    pub(super) fn take_behind(&mut self) -> Option<&SqliteSql> {
        std::mem::take(&mut self.behind).then_some(&self.sql)
    }
}

/// Reads what is committed.
impl Read for Index {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        let rows = self.sql.query(statement, parameters);
        let noted = self.sql.failed.take();
        noted.iter().for_each(|error| self.note(error));
        rows
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

/// The file as it is; `None` when it is not there or of another schema.
fn opened(path: &Path, file: &IndexFile) -> Result<Option<SqliteSql>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let sql = SqliteSql::open_writer(path).map_err(|error| store_error(&error))?;
    let version: i64 = sql
        .connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|error| store_error(&error))?;
    if version != file.version() {
        return Ok(None);
    }
    let there = tables_of(&sql.connection).map_err(|error| store_error(&error))?;
    let made = tables_made_by(file).map_err(|error| store_error(&error))?;
    match made.iter().find(|name| !there.contains(name)) {
        None => Ok(Some(sql)),
        Some(name) => Err(StoreError::Impaired(format!("{name} is not there"))),
    }
}

fn tables_of(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = connection.prepare("SELECT name FROM sqlite_schema ORDER BY name")?;
    names.query_map([], |row| row.get(0))?.collect()
}

fn tables_made_by(file: &IndexFile) -> rusqlite::Result<Vec<String>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(file.text)?;
    tables_of(&connection)
}

/// A new file, in the place of any that is there.
fn made(path: &Path, file: &IndexFile) -> Result<SqliteSql, StoreError> {
    Index::remove(path)?;
    create(path)?;
    let mut sql = SqliteSql::open_writer(path).map_err(|error| store_error(&error))?;
    let text = format!("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT;", file.text, file.version());
    sql.batch(&text)?;
    on_disk(path, path.parent().map_or(Ok(()), sync_folder))?;
    Ok(sql)
}

fn on_disk(path: &Path, done: std::io::Result<()>) -> Result<(), StoreError> {
    done.map_err(|error| StoreError::Unavailable {
        outcome: Outcome::NotWritten,
        cause: format!("{}: {error}", path.display()),
    })
}
