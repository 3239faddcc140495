//! `Sql` over one rusqlite connection.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi, types::ToSqlOutput};

use crate::sql::{NUL_IN_TEXT, sqlite_text};
use crate::{Outcome, Parameter, Row, Sql, Statement, StoreError, Value, limits};

/// A connection, and the first error that a statement met since the transaction began.
pub(crate) struct SqliteSql {
    pub(crate) connection: Connection,
    pub(crate) failed: Option<StoreError>,
}

/// Why a commit failed.
pub(crate) enum CommitFailed {
    /// There was no room for all of its frames: the one that says "committed" comes last and is not whole, so nothing of
    /// it is there, now or after a recovery, and the connection goes on.
    Full(String),
    /// Anything else, a sync for example: it may be there.
    Other(String),
}

/// Turns the write-ahead log on and answers the mode that the file is in then.
///
/// The statement says "wal" before it commits the change of the file: only its end says whether that worked.
fn turn_log_on(connection: &Connection) -> rusqlite::Result<String> {
    let mut statement = connection.prepare("PRAGMA journal_mode=WAL")?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))
}

fn failure(message: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR), Some(message))
}

/// A statement is planned once, not again for other parameters.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(limits::STATEMENTS_CACHED);
    Ok(())
}

impl SqliteSql {
    /// Opens `path` for writing (creating it when `create`) with the durable settings of DESIGN §4.
    pub(crate) fn open_writer(path: &Path) -> rusqlite::Result<Self> {
        Self::open_to_write(path, OpenFlags::empty())
    }

    /// The same for a file that may not be there yet.
    pub(crate) fn create(path: &Path) -> rusqlite::Result<Self> {
        Self::open_to_write(path, OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn open_to_write(path: &Path, more: OpenFlags) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let vfs = postroom_wal_vfs::register().map_err(|error| failure(error.to_string()))?;
        let connection = Connection::open_with_flags_and_vfs(path, flags, vfs)?;
        connection.busy_timeout(limits::BUSY_TIME_MAX)?;
        // Also what the VFS needs: frames are in the file when others may read them.
        connection.execute_batch("PRAGMA synchronous=FULL;")?;
        let mode = turn_log_on(&connection)?;
        if mode != "wal" {
            // SQLite says so and goes on with a rollback journal, where FULL does not sync the end of a commit.
            return Err(failure(format!(
                "the write-ahead log could not be turned on: journal_mode is {mode}"
            )));
        }
        connection.pragma_update(None, "cache_spill", limits::CACHE_SPILL_PAGES)?;
        connection.execute_batch(
            "PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA trusted_schema=OFF;
             PRAGMA cell_size_check=ON;",
        )?;
        keep_plans(&connection)?;
        Ok(Self { connection, failed: None })
    }

    /// Opens `path` for snapshots.
    pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(limits::BUSY_TIME_MAX)?;
        connection
            .execute_batch("PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0; PRAGMA trusted_schema=OFF;")?;
        keep_plans(&connection)?;
        Ok(Self { connection, failed: None })
    }

    /// Lets a reader see the tables of the index file at `path`, called `name`.
    pub(crate) fn attach(&self, path: &Path, name: &str) -> rusqlite::Result<()> {
        let text = path.to_string_lossy();
        self.connection.execute("ATTACH DATABASE ?1 AS ?2", (text.as_ref(), name)).map(drop)
    }

    /// Moves the log into the file as far as readers let it; whether the log has become long.
    pub(super) fn checkpoint(&self) -> rusqlite::Result<bool> {
        Ok(self.log_frames("PRAGMA wal_checkpoint(PASSIVE)")? > limits::WAL_FRAMES_MAX)
    }

    /// As [`Self::checkpoint`], and begins the log anew when readers let go of it soon: nobody writes while it is waited for
    /// them.
    pub(super) fn begin_log_anew(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(limits::TRUNCATE_TIME_MAX)?;
        let truncated = self.log_frames("PRAGMA wal_checkpoint(TRUNCATE)");
        self.connection.busy_timeout(limits::BUSY_TIME_MAX)?;
        truncated.map(drop)
    }

    fn log_frames(&self, pragma: &'static str) -> rusqlite::Result<i64> {
        self.connection.query_row(pragma, [], |row| row.get(1))
    }

    /// Runs one of the store's own control statements (`BEGIN`, `SAVEPOINT` …).
    pub(crate) fn control(&mut self, text: &'static str) -> Result<(), StoreError> {
        let run =
            self.connection.prepare_cached(text).and_then(|mut statement| statement.raw_execute().map(drop));
        run.map_err(|error| store_error(&error))
    }

    /// Commits the transaction.
    pub(crate) fn commit(&mut self) -> Result<(), CommitFailed> {
        let run = self.connection.prepare_cached("COMMIT").and_then(|mut end| end.raw_execute().map(drop));
        run.map_err(|error| {
            let is_full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
            if is_full && (self.connection.is_autocommit() || self.control("ROLLBACK").is_ok()) {
                CommitFailed::Full(error.to_string())
            } else {
                CommitFailed::Other(error.to_string())
            }
        })
    }

    fn note<T>(&mut self, result: rusqlite::Result<T>, text: &str) -> Result<T, StoreError> {
        result.map_err(|error| {
            let mut error = store_error(&error);
            if let StoreError::Bug(cause) = &mut error {
                *cause = format!("{cause} in: {text}");
            }
            self.failed.get_or_insert_with(|| error.clone());
            error
        })
    }
}

impl Sql for SqliteSql {
    fn execute(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<u64, StoreError> {
        let result = self.connection.prepare_cached(statement.sqlite()).and_then(|mut prepared| {
            let changed = prepared.execute(rusqlite::params_from_iter(parameters))?;
            Ok(changed as u64)
        });
        self.note(result, statement.text)
    }

    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        let result = self.connection.prepare_cached(statement.sqlite()).and_then(|mut prepared| {
            let columns = prepared.column_count();
            let mut rows = prepared.query(rusqlite::params_from_iter(parameters))?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let mut values = Vec::with_capacity(columns);
                for column in 0..columns {
                    values.push(value(row.get_ref(column)?));
                }
                all.push(Row(values));
            }
            Ok(all)
        });
        self.note(result, statement.text)
    }

    fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        let result = self.connection.execute_batch(&sqlite_text(text));
        self.note(result, text)
    }

    fn stream(
        &mut self,
        text: &str,
        parameters: &[Parameter<'_>],
        each: &mut dyn FnMut(&[String], Row) -> bool,
    ) -> Result<(), StoreError> {
        let result = self.connection.prepare(&sqlite_text(text)).and_then(|mut prepared| {
            let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
            let mut rows = prepared.query(rusqlite::params_from_iter(parameters))?;
            while let Some(row) = rows.next()? {
                let values: rusqlite::Result<Vec<Value>> =
                    (0..names.len()).map(|column| row.get_ref(column).map(value)).collect();
                if !each(&names, Row(values?)) {
                    break;
                }
            }
            Ok(())
        });
        self.note(result, text)
    }

    fn execute_text(&mut self, text: &str, parameters: &[Parameter<'_>]) -> Result<u64, StoreError> {
        let result = self.connection.prepare_cached(&sqlite_text(text)).and_then(|mut prepared| {
            let changed = prepared.execute(rusqlite::params_from_iter(parameters))?;
            Ok(changed as u64)
        });
        self.note(result, text)
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let result = self.connection.prepare(statement.sqlite()).map(drop);
        self.note(result, statement.text)
    }
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(number),
            Self::Text(text) if text.contains('\0') => {
                return Err(rusqlite::Error::ToSqlConversionFailure(NUL_IN_TEXT.into()));
            }
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Inlined, since to hand both values over in memory costs a read as much as to make them.
#[inline]
fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        // The schema has no REAL column; a float can only come from an expression that PostgreSQL refuses too.
        ValueRef::Real(_) => Value::Null,
        ValueRef::Text(text) => Value::Text(
            String::from_utf8(text.to_vec())
                .unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned()),
        ),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

/// What an SQLite error means for the caller. `NotWritten` holds while no COMMIT was sent; the committer says
/// otherwise where it must.
pub(crate) fn store_error(error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    match code {
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed,
        ) => StoreError::Unavailable { outcome: Outcome::NotWritten, cause: error.to_string() },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Impaired(error.to_string()),
        _ => StoreError::Bug(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    /// How often a statement whose plan could depend on its parameter is planned again, in ten calls.
    fn planned_again(connection: &Connection) -> i32 {
        let text = "SELECT count(*) FROM things WHERE size = ?1 AND color = ?2";
        let mut statement = connection.prepare(text).unwrap();
        for size in 0..10 {
            let counted: i64 = statement.query_row((size, "red"), |row| row.get(0)).unwrap();
            assert_eq!(counted, 0);
        }
        statement.get_status(StatementStatus::RePrepare)
    }

    /// What the VFS of the log needs, and a reply that means "on disk".
    #[test]
    fn a_writer_syncs_each_commit_and_spills_late() {
        let folder = tempfile::tempdir().unwrap();
        let writer = SqliteSql::create(&folder.path().join("store.db")).unwrap().connection;
        let setting = |name: &str| -> i64 {
            writer.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!((setting("synchronous"), setting("cache_spill")), (2, limits::CACHE_SPILL_PAGES));
    }

    #[test]
    fn statements_are_planned_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let writer = SqliteSql::create(&path).unwrap().connection;
        writer
            .execute_batch(
                "CREATE TABLE things (size INTEGER, color TEXT);
                 CREATE INDEX red ON things (size) WHERE color = 'red'",
            )
            .unwrap();
        let reader = SqliteSql::open_reader(&path).unwrap().connection;
        assert_eq!((planned_again(&writer), planned_again(&reader)), (0, 0));
        reader.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, false).unwrap();
        assert!(planned_again(&reader) > 0, "the guarantee is of no use any more");
    }
}
