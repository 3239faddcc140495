//! A transaction that mends a mailbox.

use std::collections::BTreeSet;

use postroom_store::{Change, Parameter, Read, Statement, StoreError, Tx, parameters};

use super::Of;
use crate::mailbox::{MailboxEpoch, uid_validity_base};
use crate::sql::{folders, mailboxes};

postroom_store::statements! {
    LOCK = "UPDATE mailboxes SET sequence = sequence + 1 WHERE organization = $1 AND mailbox = $2
        RETURNING sequence";
    NEXT_FOLDER = "UPDATE mailboxes SET next_folder = next_folder + 1 WHERE organization = $1 AND mailbox = $2
        RETURNING next_folder - 1";
    RAISE_FLOOR = "UPDATE mailboxes SET log_floor = $3 WHERE organization = $1 AND mailbox = $2 AND log_floor < $3";
}

/// Holding one proves that the mailbox's row is locked, attached or not, and its commit sequence has moved.
pub(super) struct Mending<'a, 't> {
    pub(super) tx: &'a mut Tx<'t>,
    pub(super) of: Of,
    /// The commit sequence of this change.
    pub(super) sequence: i64,
    epoch: MailboxEpoch,
    renews: bool,
    touched: BTreeSet<i64>,
}

impl<'a, 't> Mending<'a, 't> {
    /// Takes the mailbox's row; `None` when it is gone.
    pub(super) fn begin(tx: &'a mut Tx<'t>, of: Of, epoch: MailboxEpoch) -> Result<Option<Self>, StoreError> {
        let row = tx.query_first(&LOCK, parameters![of.organization.0, of.mailbox.0])?;
        Ok(row.map(|mut row| Self {
            sequence: row.take(0),
            tx,
            of,
            epoch,
            renews: false,
            touched: BTreeSet::new(),
        }))
    }

    /// Runs `statement`, whose first parameters are the mailbox.
    pub(super) fn execute(
        &mut self,
        statement: &Statement,
        more: &[Parameter<'_>],
    ) -> Result<(), StoreError> {
        let mut all = parameters![self.of.organization.0, self.of.mailbox.0].to_vec();
        all.extend_from_slice(more);
        self.tx.execute(statement, &all).map(drop)
    }

    /// A number that no folder of this mailbox ever had.
    pub(super) fn next_folder(&mut self) -> Result<i64, StoreError> {
        let row =
            self.tx.query_first(&NEXT_FOLDER, parameters![self.of.organization.0, self.of.mailbox.0])?;
        Ok(row.map_or(0, |mut row| row.take(0)))
    }

    /// Tells who watches `folder` to look.
    pub(super) fn touch(&mut self, folder: i64) {
        self.touched.insert(folder);
    }

    /// Tells that others may do something else with folders than before.
    pub(super) fn publish_grants(&mut self) {
        self.tx.publish(Change::Grants { organization: self.of.organization });
    }

    /// The mailbox gets a new epoch: no token or UID from before may be understood (DESIGN §5).
    pub(super) fn renew_epoch(&mut self) {
        self.renews = true;
    }

    /// The log is whole only from `sequence` on.
    pub(super) fn raise_floor(&mut self, sequence: i64) -> Result<(), StoreError> {
        self.execute(&RAISE_FLOOR, parameters![sequence])
    }

    /// Writes the new epoch, if it takes one, and tells who watches.
    pub(super) fn end(mut self) -> Result<(), StoreError> {
        let (organization, mailbox) = (self.of.organization, self.of.mailbox.0);
        if self.renews {
            let (epoch, base) = (self.epoch.number(), uid_validity_base(self.tx.now(), self.of.mailbox));
            self.execute(&mailboxes::SET_EPOCH, parameters![epoch, base])?;
            let all = self.tx.query(&folders::ALL_OF_MAILBOX, parameters![organization.0, mailbox])?;
            self.touched.extend(all.into_iter().map(|mut row| row.take::<i64>(0)));
        }
        for folder in self.touched {
            let sequence = self.sequence;
            self.tx.publish(Change::Mailbox { organization, mailbox, folder, sequence });
        }
        Ok(())
    }
}
