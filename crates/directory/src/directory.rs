//! The beginning of every operation on the directory: leave, and word to the caches.

use postroom_policy::permit::Permitted;
use postroom_store::{Change, Parameter, Place, Read, Row, Statement, StoreError, Tx};
use postroom_types::{OrganizationId, Timestamp};

/// A transaction in which an administrator (or a job) changes the directory.
///
/// Holding one proves that somebody is permitted to do this and that the caches of every node will look again.
pub struct DirectoryTx<'a, 't> {
    tx: &'a mut Tx<'t>,
    permit: &'a Permitted,
    concerned: Option<OrganizationId>,
}

impl<'a, 't> DirectoryTx<'a, 't> {
    /// A change of the directory in `tx`.
    pub fn begin(tx: &'a mut Tx<'t>, permit: &'a Permitted) -> Self {
        debug_assert_eq!(tx.place(), Place::Directory, "a directory operation was called elsewhere");
        tx.publish(Change::Directory);
        Self { tx, permit, concerned: None }
    }

    /// The change is about `organization`: its audit record says so.
    pub fn concerns(&mut self, organization: &OrganizationId) {
        self.concerned = Some(organization.clone());
    }

    /// What the change is about, where an operation has said so.
    pub fn concerned(&self) -> Option<&str> {
        self.concerned.as_ref().map(|id| id.as_str())
    }

    /// Who does it.
    pub fn permit(&self) -> &Permitted {
        self.permit
    }

    /// Runs `statement`; answers the number of rows it changed.
    pub fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, StoreError> {
        self.tx.execute(statement, parameters)
    }

    /// The transaction, for what the store itself offers in one (jobs, client tokens).
    pub fn tx(&mut self) -> &mut Tx<'t> {
        self.tx
    }
}

impl Read for DirectoryTx<'_, '_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.tx.now()
    }
}
