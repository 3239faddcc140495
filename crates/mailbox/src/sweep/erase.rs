//! A mailbox that nobody wanted back is erased, with everything in it.

use postroom_store::{Place, Read as _, Statement, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use super::MailboxSweep;
use crate::sql::sweep as sql;
use crate::{MailError, MailboxKey, limits};

/// Every table that has rows of a mailbox, and what removes some of them; the mailbox's own row goes last.
const TABLES: &[(&str, &Statement)] = &[
    ("items", &sql::ERASE_ITEMS),
    ("bodies", &sql::ERASE_BODIES),
    ("contents", &sql::ERASE_CONTENTS),
    ("uid_holes", &sql::ERASE_HOLES),
    ("change_log", &sql::ERASE_LOG),
    ("tombstones", &sql::ERASE_TOMBSTONES),
    ("keywords", &sql::ERASE_KEYWORDS),
    ("thread_keys", &sql::ERASE_THREAD_KEYS),
    ("log_marks", &sql::ERASE_MARKS),
    ("imported", &sql::ERASE_IMPORTED),
    ("annotations", &sql::ERASE_ANNOTATIONS),
    ("folder_grants", &sql::ERASE_GRANTS),
    ("folders", &sql::ERASE_FOLDERS),
];

/// What one piece of an erasure did.
enum Piece {
    /// The mailbox is attached again, or gone.
    NotDue,
    Removed(u64),
}

impl MailboxSweep {
    /// Erases `mailbox` when it is detached since before `before`.
    pub(super) async fn erase(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        before: Timestamp,
    ) -> Result<(), MailError> {
        for (table, statement) in TABLES {
            loop {
                let key = (organization.0, mailbox.0, limits::ROWS_PER_SWEEP);
                let remove = move |tx: &mut Tx<'_>| {
                    if *table == "bodies" {
                        let now = tx.now();
                        tx.execute(&sql::RELEASE_BODIES, parameters![key.0, key.1, key.2, now])?;
                    }
                    tx.execute(statement, parameters![key.0, key.1, key.2])
                };
                match self.piece(organization, mailbox, before, remove).await? {
                    Piece::NotDue => return Ok(()),
                    Piece::Removed(0) => break,
                    Piece::Removed(_) => {}
                }
            }
        }
        let last =
            move |tx: &mut Tx<'_>| tx.execute(&sql::ERASE_MAILBOX, parameters![organization.0, mailbox.0]);
        self.piece(organization, mailbox, before, last).await?;
        tracing::info!(
            organization.key = organization.0,
            mailbox.key = mailbox.0,
            "a detached mailbox was erased"
        );
        Ok(())
    }

    /// Runs `remove` in a transaction that holds the mailbox's row, when it is still due.
    async fn piece(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        before: Timestamp,
        remove: impl Fn(&mut Tx<'_>) -> Result<u64, StoreError> + Send + 'static,
    ) -> Result<Piece, MailError> {
        let piece = move |tx: &mut Tx<'_>| {
            let taken = tx.execute(&sql::TAKE_DETACHED, parameters![organization.0, mailbox.0, before])?;
            if taken == 0 { Ok(Piece::NotDue) } else { remove(tx).map(Piece::Removed) }
        };
        Ok(self.store().write::<_, StoreError, _>(Place::Organization(organization), piece).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_mailboxes_is_erased() {
        let mut erased: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
        // Not of one mailbox: blobs are collected for all of an organization.
        erased.extend(["mailboxes", "mailbox_keys", "unused_blobs"]);
        let mut tables = crate::schema::ORGANIZATION.tables.to_vec();
        erased.sort_unstable();
        tables.sort_unstable();
        assert_eq!(
            erased, tables,
            "what a mailbox has is erased with it: add it to TABLES of sweep/erase.rs"
        );
    }
}
