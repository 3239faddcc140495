//! A connection for snapshots, which keeps its snapshot until something is committed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::connection::SqliteSql;
use crate::{Outcome, StoreError};

/// The batches of a file, counted: odd while one runs, or a checkpoint, even in between. Only the writer begins and ends them.
///
/// A batch becomes visible somewhere within its run. So what is begun while none runs is alike, and what is begun during
/// one is used once: no read sees less than a read that ended before it began.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    count: AtomicU64,
    /// Whether the index is checkpointed: a snapshot that is kept would hold that up, too.
    barred: AtomicBool,
}

/// Between two batches; the number of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause(u64);

impl Batches {
    /// A batch begins to run.
    pub(crate) fn begin(&self) {
        self.count.fetch_or(1, Ordering::AcqRel);
    }

    /// The one that was begun has ended, and nobody has had an answer yet.
    pub(crate) fn end(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    /// No snapshot of before serves any more.
    pub(crate) fn skip(&self) {
        self.count.fetch_add(2, Ordering::AcqRel);
    }

    /// No snapshot is kept until [`Batches::unbar`]. Only who holds the index does both.
    pub(crate) fn bar(&self) {
        self.barred.store(true, Ordering::Release);
    }

    /// Snapshots are kept again; none of before.
    pub(crate) fn unbar(&self) {
        self.skip();
        self.barred.store(false, Ordering::Release);
    }

    /// The pause that it is; none while a batch or a checkpoint runs.
    pub(crate) fn pause(&self) -> Option<Pause> {
        let is_barred = self.barred.load(Ordering::Acquire);
        let count = self.count.load(Ordering::Acquire);
        (!is_barred && count.is_multiple_of(2)).then_some(Pause(count))
    }
}

/// A connection of the pool of readers.
///
/// To begin and end a snapshot costs as much as a point read, most of it for the locks of the log's index. So the snapshot
/// stays after a read, and serves the next one as long as no batch has begun to run since: then it still has every write
/// that anybody has seen. The writer lets it go before a checkpoint, which it would hold up.
pub(crate) struct Reader {
    sql: SqliteSql,
    /// Which of the place's index files it sees, one made after the other; `None` when it lacks the one that it should
    /// see.
    index: Option<u64>,
    has_snapshot: bool,
    /// When the snapshot was begun.
    begun: Option<Pause>,
    sound: bool,
}

impl Reader {
    pub(crate) fn new(sql: SqliteSql, index: Option<u64>) -> Self {
        Self { sql, index, has_snapshot: false, begun: None, sound: true }
    }

    pub(crate) fn index(&self) -> Option<u64> {
        self.index
    }

    /// Runs `work` on a snapshot that was begun `now` or in the same pause.
    pub(crate) fn read<T>(
        &mut self,
        now: Option<Pause>,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.begin(now)?;
        let result = work(&mut self.sql);
        match self.sql.failed.take() {
            Some(error) => {
                self.sound = false;
                Err(match error {
                    // A table of the index that is not there is no bug.
                    StoreError::Bug(cause) if self.index.is_none() => {
                        StoreError::Unavailable { outcome: Outcome::NotWritten, cause }
                    }
                    error => error,
                })
            }
            None => Ok(result),
        }
    }

    /// Ends a snapshot that was not begun in the pause that is `now`; false when the connection is of no more use.
    pub(crate) fn let_go_unless(&mut self, now: Option<Pause>) -> bool {
        if self.is_of(now) { self.is_sound() } else { self.let_go() }
    }

    /// Ends a snapshot that is kept; false when the connection is of no more use.
    pub(crate) fn let_go(&mut self) -> bool {
        if std::mem::take(&mut self.has_snapshot) && self.sql.control("COMMIT").is_err() {
            self.sound = false;
        }
        self.is_sound()
    }

    /// Whether it can be used again: no statement has failed, and it is in a transaction exactly if it should be.
    fn is_sound(&self) -> bool {
        self.sound && self.sql.connection.is_autocommit() != self.has_snapshot
    }

    fn is_of(&self, now: Option<Pause>) -> bool {
        self.has_snapshot && now.is_some() && self.begun == now
    }

    fn begin(&mut self, now: Option<Pause>) -> Result<(), StoreError> {
        if self.is_of(now) {
            return Ok(());
        }
        if std::mem::take(&mut self.has_snapshot) {
            self.control("COMMIT")?;
        }
        self.control("BEGIN")?;
        (self.has_snapshot, self.begun) = (true, now);
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
        let writer = SqliteSql::create(&path).unwrap();
        writer.connection.execute_batch("CREATE TABLE things (id INTEGER)").unwrap();
        let reader = Reader::new(SqliteSql::open_reader(&path).unwrap(), Some(0));
        (folder, writer, reader)
    }

    fn insert(writer: &SqliteSql) {
        writer.connection.execute_batch("INSERT INTO things VALUES (1)").unwrap();
    }

    fn count(reader: &mut Reader, now: Option<Pause>) -> i64 {
        let counted = reader.read(now, |sql| sql.query(&COUNT, &[]).unwrap().remove(0).take(0));
        counted.unwrap()
    }

    #[test]
    fn a_snapshot_stays_until_the_next_batch() {
        let (_folder, writer, mut reader) = file();
        let batches = Batches::default();
        assert_eq!(count(&mut reader, batches.pause()), 0);
        insert(&writer);
        assert_eq!(count(&mut reader, batches.pause()), 0, "the snapshot was not kept");
        assert!(reader.let_go_unless(batches.pause()));
        assert_eq!(count(&mut reader, batches.pause()), 0, "the snapshot was not kept");
        batches.begin();
        assert_eq!(count(&mut reader, batches.pause()), 1);
        insert(&writer);
        assert_eq!(count(&mut reader, batches.pause()), 2, "while a batch runs no snapshot serves twice");
        batches.end();
        assert_eq!(count(&mut reader, batches.pause()), 2);
        insert(&writer);
        batches.begin();
        batches.end();
        assert!(reader.let_go_unless(batches.pause()));
        assert_eq!(count(&mut reader, batches.pause()), 3, "the snapshot was not let go");
    }

    #[test]
    fn a_batch_that_never_ended_is_followed_by_others() {
        let batches = Batches::default();
        let before = batches.pause();
        batches.begin();
        batches.begin();
        assert_eq!(batches.pause(), None);
        batches.end();
        assert!(batches.pause().is_some() && batches.pause() != before);
    }

    #[test]
    fn a_connection_on_which_a_statement_failed_is_of_no_more_use() {
        let (_folder, _writer, mut reader) = file();
        let now = Batches::default().pause();
        assert!(reader.read(now, |sql| drop(sql.query(&WRONG, &[]))).is_err());
        assert!(!reader.let_go_unless(now));
        assert!(!reader.let_go());
    }
}
