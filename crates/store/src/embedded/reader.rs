//! A connection for snapshots, which keeps its snapshot until something is committed.

use super::connection::SqliteSql;
use crate::StoreError;

/// A connection of the pool of readers.
///
/// To begin and end a snapshot costs as much as a point read, most of it for the locks of the log's index. So the snapshot
/// stays after a read, and serves the next one as long as no batch has been committed since it was begun: then it still
/// has every write that is acknowledged. The writer lets it go before a checkpoint, which it would hold up.
pub(crate) struct Reader {
    sql: SqliteSql,
    /// The number of the last batch that was committed when the snapshot was begun.
    snapshot: Option<u64>,
    sound: bool,
}

impl Reader {
    pub(crate) fn new(sql: SqliteSql) -> Self {
        Self { sql, snapshot: None, sound: true }
    }

    /// Runs `work` on a snapshot that has all that was committed up to `batch`.
    pub(crate) fn read<T>(
        &mut self,
        batch: u64,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.begin(batch)?;
        let result = work(&mut self.sql);
        match self.sql.failed.take() {
            Some(error) => {
                self.sound = false;
                Err(error)
            }
            None => Ok(result),
        }
    }

    /// Ends a snapshot that lacks what `batch` has brought; false when the connection is of no more use.
    pub(crate) fn let_go_unless(&mut self, batch: u64) -> bool {
        if self.snapshot == Some(batch) { self.is_sound() } else { self.let_go() }
    }

    /// Ends a snapshot that is kept; false when the connection is of no more use.
    pub(crate) fn let_go(&mut self) -> bool {
        if self.snapshot.take().is_some() && self.sql.control("COMMIT").is_err() {
            self.sound = false;
        }
        self.is_sound()
    }

    /// Whether it can be used again: no statement has failed, and it is in a transaction exactly if it should be.
    fn is_sound(&self) -> bool {
        self.sound && self.sql.connection.is_autocommit() == self.snapshot.is_none()
    }

    fn begin(&mut self, batch: u64) -> Result<(), StoreError> {
        if self.snapshot == Some(batch) {
            return Ok(());
        }
        if self.snapshot.take().is_some() {
            self.control("COMMIT")?;
        }
        self.control("BEGIN")?;
        self.snapshot = Some(batch);
        Ok(())
    }

    fn control(&mut self, text: &'static str) -> Result<(), StoreError> {
        let done = self.sql.control(text);
        self.sound &= done.is_ok();
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sql, Statement};

    static COUNT: Statement = Statement::new("SELECT COUNT(*) FROM things");
    static WRONG: Statement = Statement::new("SELECT nothing FROM nowhere");

    fn file() -> (tempfile::TempDir, SqliteSql, Reader) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let writer = SqliteSql::open_writer(&path, true).unwrap();
        writer.connection.execute_batch("CREATE TABLE things (id INTEGER)").unwrap();
        let reader = Reader::new(SqliteSql::open_reader(&path).unwrap());
        (folder, writer, reader)
    }

    fn insert(writer: &SqliteSql) {
        writer.connection.execute_batch("INSERT INTO things VALUES (1)").unwrap();
    }

    fn count(reader: &mut Reader, batch: u64) -> i64 {
        let counted = reader.read(batch, |sql| sql.query(&COUNT, &[]).unwrap().remove(0).take(0));
        counted.unwrap()
    }

    #[test]
    fn a_snapshot_stays_until_the_next_batch() {
        let (_folder, writer, mut reader) = file();
        assert_eq!(count(&mut reader, 0), 0);
        insert(&writer);
        assert_eq!(count(&mut reader, 0), 0, "the snapshot was not kept");
        assert!(reader.let_go_unless(0));
        assert_eq!(count(&mut reader, 0), 0, "the snapshot was not kept");
        assert_eq!(count(&mut reader, 1), 1);
        insert(&writer);
        assert!(reader.let_go_unless(2));
        assert_eq!(count(&mut reader, 1), 2, "the snapshot was not let go");
    }

    #[test]
    fn a_connection_on_which_a_statement_failed_is_of_no_more_use() {
        let (_folder, _writer, mut reader) = file();
        assert!(reader.read(0, |sql| drop(sql.query(&WRONG, &[]))).is_err());
        assert!(!reader.let_go_unless(0));
        assert!(!reader.let_go());
    }
}
