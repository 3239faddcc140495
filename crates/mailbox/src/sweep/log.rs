//! The log of changes is shortened: its floor rises, then what is below it is removed.
//!
//! An entry has no date of its own. Each sweep marks where the sequence of a mailbox is; a mark that is older than
//! `limits::LOG_KEPT` says up to where the log is too. No protocol keeps a position for a client that was away as long.

use postroom_store::{Place, Read, Statement, StoreError, Tx, parameters};
use postroom_types::OrganizationKey;

use super::MailboxSweep;
use crate::sql::sweep as sql;
use crate::{MailError, MailboxKey, limits};

/// The next folder that a log knows, how far one slice goes, and its removal.
type Log = [&'static Statement; 3];

const LOGS: [Log; 2] = [
    [&sql::LOGGED_FOLDER, &sql::LOG_SLICE, &sql::DELETE_LOG],
    [&sql::BURIED_FOLDER, &sql::TOMBSTONES_SLICE, &sql::DELETE_TOMBSTONES],
];

impl MailboxSweep {
    /// Notes where the sequences of the mailboxes `first..=last` are.
    pub(super) async fn mark(
        &self,
        organization: OrganizationKey,
        first: MailboxKey,
        last: MailboxKey,
    ) -> Result<(), MailError> {
        let mark = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            tx.execute(&sql::MARK, parameters![organization.0, first.0, last.0, now])
        };
        self.store().write::<_, StoreError, _>(Place::Organization(organization), mark).await?;
        Ok(())
    }

    /// Raises the floor, which is at `floor`, and removes what is below it.
    pub(super) async fn shorten(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        floor: i64,
    ) -> Result<(), MailError> {
        let (place, before) = (Place::Organization(organization), self.now().minus(limits::LOG_KEPT));
        let newest = move |read: &mut dyn Read| {
            let key = parameters![organization.0, mailbox.0, before];
            let row = read.query_first(&sql::NEWEST_OLD_MARK, key)?;
            Ok::<_, StoreError>(row.and_then(|mut row| row.take::<Option<i64>>(0)))
        };
        let marked = self.store().read(place, newest).await?;
        if let Some(marked) = marked.filter(|marked| *marked > floor) {
            let raise = move |tx: &mut Tx<'_>| {
                tx.execute(&sql::RAISE_FLOOR, parameters![organization.0, mailbox.0, marked])
            };
            self.store().write::<_, StoreError, _>(place, raise).await?;
        }
        // A sweep that was cut off has left some; without any, this only looks.
        let floor = marked.unwrap_or(floor).max(floor);
        for log in LOGS {
            self.remove(organization, mailbox, log, floor).await?;
        }
        if marked.is_some() {
            let forget = move |tx: &mut Tx<'_>| {
                tx.execute(&sql::DELETE_OLD_MARKS, parameters![organization.0, mailbox.0, before])
            };
            self.store().write::<_, StoreError, _>(place, forget).await?;
        }
        Ok(())
    }

    /// Removes the entries of `log` up to and with the sequence `floor`.
    async fn remove(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        [next, slice, delete]: Log,
        floor: i64,
    ) -> Result<(), MailError> {
        let (place, mut after) = (Place::Organization(organization), 0_i64);
        loop {
            let look = move |read: &mut dyn Read| {
                let row = read.query_first(next, parameters![organization.0, mailbox.0, after])?;
                let Some(folder) = row.and_then(|mut row| row.take::<Option<i64>>(0)) else {
                    return Ok(None);
                };
                let rows = limits::ROWS_PER_SWEEP;
                let key = parameters![organization.0, mailbox.0, folder, floor, rows];
                let up_to = read.query_first(slice, key)?.and_then(|mut row| row.take::<Option<i64>>(0));
                Ok::<_, StoreError>(Some((folder, up_to)))
            };
            let Some((folder, up_to)) = self.store().read(place, look).await? else { return Ok(()) };
            let Some(up_to) = up_to else {
                after = folder;
                continue;
            };
            let delete = move |tx: &mut Tx<'_>| {
                tx.execute(delete, parameters![organization.0, mailbox.0, folder, up_to])
            };
            self.store().write::<_, StoreError, _>(place, delete).await?;
        }
    }
}
