//! What a transaction's closure sees.

use postroom_types::{OrganizationKey, Timestamp};

use crate::{Change, Parameter, Place, Row, Sql, Statement, StoreError};

/// Queries only; what operations that change nothing take.
pub trait Read {
    /// All rows of `statement`.
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError>;

    /// The first row of `statement`, if any.
    fn query_first(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(statement, parameters)?.into_iter().next())
    }

    /// When the transaction began.
    fn now(&self) -> Timestamp;
}

/// One transaction. It commits as a whole or changes nothing.
///
/// The closure that gets it may run more than once: it must have no effect but on the transaction.
pub struct Tx<'a> {
    sql: &'a mut dyn Sql,
    place: Place,
    now: Timestamp,
    changes: Vec<Change>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(sql: &'a mut dyn Sql, place: Place, now: Timestamp) -> Self {
        Self { sql, place, now, changes: Vec::new() }
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// Which store this transaction is in.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The organization of this transaction.
    ///
    /// Operations of an organization are only called in its store, so anything else is a bug (it panics, and the
    /// store undoes the transaction).
    #[track_caller]
    pub fn organization(&self) -> OrganizationKey {
        match self.place {
            Place::Organization(key) => key,
            Place::Directory => unreachable!("an organization's operation was called in the directory"),
        }
    }

    /// Runs `statement`; answers the number of rows it changed.
    pub fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, StoreError> {
        self.sql.execute(statement, parameters)
    }

    /// Runs text that is not a constant statement: migrations only.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.sql.batch(text)
    }

    /// As [`Tx::execute`], of text that is not a constant statement: restores only.
    pub(crate) fn execute_text(
        &mut self,
        text: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, StoreError> {
        self.sql.execute_text(text, parameters)
    }

    /// Publishes `change` after the commit.
    pub fn publish(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }
}

impl Read for Tx<'_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.sql.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

/// A snapshot for reading.
pub(crate) struct Snapshot<'a> {
    pub(crate) sql: &'a mut dyn Sql,
    pub(crate) now: Timestamp,
}

impl Read for Snapshot<'_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.sql.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}
