//! What happened to a folder since a sequence: how sessions and devices catch up.

use postroom_store::{Read, parameters};
use postroom_types::OrganizationKey;

use crate::folder::Folder;
use crate::item::Place;
use crate::mail_tx::What;
use crate::sql::{items, mailboxes};
use crate::uids::UidSet;
use crate::{MailError, MailboxEpoch, MailboxKey, limits};

/// What happened to the items of a folder, folded: each UID is in at most one of the sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Came, and are still there.
    pub created: UidSet,
    /// Were there and changed their flags, "read" included.
    pub changed: UidSet,
    /// Were there and are gone.
    pub gone: UidSet,
    /// Came and are gone again.
    pub passed: UidSet,
    /// Up to which sequence this is known.
    pub sequence: i64,
    /// Whether there is more after `sequence`.
    pub more: bool,
    /// The mailbox's epoch: with another one than before, all that was known means nothing any more.
    pub epoch: MailboxEpoch,
}

/// How far a mailbox has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The sequence of its newest change.
    pub sequence: i64,
    /// The epoch in which the sequence counts.
    pub epoch: MailboxEpoch,
}

/// What happened in `place` after `sequence`; `None` when the log does not go back that far, and everything has to be
/// looked at again. A folder in which nothing happened since needs no log, however long ago that is. `MailboxGone`.
pub fn changes_since(read: &mut dyn Read, place: Place, sequence: i64) -> Result<Option<Changes>, MailError> {
    let Place { organization, mailbox, folder } = place;
    let (newest, floor) = position_and_floor(read, organization, mailbox)?;
    if sequence < floor {
        let folder = Folder::find(read, organization, mailbox, folder)?;
        if folder.is_none_or(|folder| folder.content_sequence > sequence) {
            return Ok(None);
        }
    }
    let rows = read.query(
        &items::LOG_AFTER,
        parameters![organization.0, mailbox.0, folder.0, sequence, limits::ROWS_PER_READ],
    )?;
    let mut entries = Vec::with_capacity(rows.len());
    for mut row in rows {
        let word: String = row.take(1);
        let what = What::of_word(&word).ok_or_else(|| MailError::damaged("an entry of the log"))?;
        entries.push((row.take::<i64>(0), what, UidSet::from_bytes(&row.take::<Vec<u8>>(2))?));
    }
    let more = i64::try_from(entries.len()).is_ok_and(|count| count >= limits::ROWS_PER_READ);
    let mut up_to = newest.sequence;
    if more && let Some(last) = entries.last().map(|entry| entry.0) {
        // The last transaction may go on beyond what was read.
        entries.retain(|entry| entry.0 < last);
        up_to = last - 1;
    }
    let mut changes = Changes {
        created: UidSet::default(),
        changed: UidSet::default(),
        gone: UidSet::default(),
        passed: UidSet::default(),
        sequence: up_to,
        more,
        epoch: newest.epoch,
    };
    entries.iter().for_each(|(_, what, uids)| changes.fold(*what, uids));
    Ok(Some(changes))
}

/// How far a mailbox has come: `MailboxGone`.
pub fn position(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
) -> Result<Position, MailError> {
    position_and_floor(read, organization, mailbox).map(|(position, _)| position)
}

fn position_and_floor(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
) -> Result<(Position, i64), MailError> {
    let row = read.query_first(&mailboxes::POSITION, parameters![organization.0, mailbox.0])?;
    let mut row = row.ok_or(MailError::MailboxGone)?;
    let position = Position { sequence: row.take(0), epoch: MailboxEpoch::stored(row.take(2)) };
    Ok((position, row.take(1)))
}

impl Changes {
    fn fold(&mut self, what: What, uids: &UidSet) {
        match what {
            What::Created => self.created.extend(uids),
            What::Flags | What::Read => {
                let mut known = uids.clone();
                known.subtract(&self.created);
                self.changed.extend(&known);
            }
            What::Gone => {
                let passed = uids.intersection(&self.created);
                let mut gone = uids.clone();
                gone.subtract(&passed);
                self.created.subtract(&passed);
                self.changed.subtract(&gone);
                self.passed.extend(&passed);
                self.gone.extend(&gone);
            }
        }
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.gone.is_empty() && self.passed.is_empty()
    }
}
