//! The beginning of every administrative operation: leave, the organization's row, the admin sequence.

use postroom_policy::permit::Permitted;
use postroom_store::{Change, Parameter, Read, Row, Statement, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::DirectoryError;
use crate::sql::organization as sql;

/// A transaction in which an administrator (or a job) changes an organization.
///
/// Holding one proves three things: somebody is permitted to do this, the organization's row is locked (so
/// administrative writes of one organization come one after the other on both engines, and what is read cannot change
/// before the commit), and the admin sequence has moved (watchers on every node will look).
pub struct AdminTx<'a, 't> {
    tx: &'a mut Tx<'t>,
    permit: &'a Permitted,
    /// The organization's short key.
    pub organization: OrganizationKey,
    /// The admin sequence after this change.
    pub sequence: i64,
}

impl<'a, 't> AdminTx<'a, 't> {
    /// Takes the organization's row and moves its admin sequence.
    pub fn begin(tx: &'a mut Tx<'t>, permit: &'a Permitted) -> Result<Self, DirectoryError> {
        let organization = tx.organization();
        let row = tx.query_first(&sql::ADVANCE, parameters![organization.0])?;
        let Some(mut row) = row else { return Err(DirectoryError::OrganizationNotFound) };
        let (sequence, closed) = (row.take(0), row.take::<bool>(1));
        if closed {
            return Err(DirectoryError::OrganizationState("The organization is being deleted.".to_owned()));
        }
        tx.publish(Change::Admin { organization, sequence });
        Ok(Self { tx, permit, organization, sequence })
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

impl Read for AdminTx<'_, '_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.tx.now()
    }
}

/// A snapshot in which an administrator reads an organization.
pub struct AdminRead<'a> {
    read: &'a mut dyn Read,
    permit: &'a Permitted,
    /// The organization's short key.
    pub organization: OrganizationKey,
}

impl<'a> AdminRead<'a> {
    /// A reading of `organization`.
    pub fn begin(read: &'a mut dyn Read, organization: OrganizationKey, permit: &'a Permitted) -> Self {
        Self { read, permit, organization }
    }

    /// Who reads.
    pub fn permit(&self) -> &Permitted {
        self.permit
    }
}

impl Read for AdminRead<'_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.read.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.read.now()
    }
}
