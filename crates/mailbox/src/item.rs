//! Items: what is in a folder.

use postroom_store::{Read, Row, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::folder::{Folder, FolderKey};
use crate::sort_keys::SortKeys;
use crate::sql::items as sql;
use crate::uids::{Uid, UidSet};
use crate::{Flags, MailError, MailboxKey, limits};

/// Columns of an item in the statements of `sql::items`.
pub(crate) const COLUMNS: usize = 16;

/// The row of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its UID in its folder.
    pub uid: Uid,
    /// Its number in the mailbox; it stays when the item moves.
    pub item: i64,
    /// The number of its content, which copies share.
    pub content: i64,
    /// Its number as JMAP knows it.
    pub email: i64,
    /// The number of its thread.
    pub thread: i64,
    /// The UID that it got when it came into its folder.
    pub slot: Uid,
    /// Flags and keywords.
    pub flags: Flags,
    /// The sequence in which it came into its folder.
    pub created_sequence: i64,
    /// The sequence of its newest change of content.
    pub content_sequence: i64,
    /// The same of flags other than "read".
    pub flags_sequence: i64,
    /// The same of "read".
    pub read_sequence: i64,
    /// When it came into the organization.
    pub received_at: Timestamp,
    /// When it came into its folder.
    pub saved_at: Timestamp,
    /// Bytes of the message.
    pub size_bytes: i64,
    /// The folder from which it was expunged, when it is only kept to be recovered.
    pub expunged_from: Option<FolderKey>,
}

impl Item {
    /// The newest change of any kind: IMAP's MODSEQ (RFC 7162 §3.1).
    pub fn mod_seq(&self) -> i64 {
        self.content_sequence.max(self.flags_sequence).max(self.read_sequence)
    }

    pub(crate) fn from_row(row: &mut Row) -> Self {
        let uid = |value: i64| Uid::try_from(value).unwrap_or(Uid::MAX);
        Self {
            uid: uid(row.take(0)),
            item: row.take(1),
            content: row.take(2),
            email: row.take(3),
            thread: row.take(4),
            slot: uid(row.take(5)),
            flags: Flags::from_columns(row.take(6), row.take(7)),
            created_sequence: row.take(8),
            content_sequence: row.take(9),
            flags_sequence: row.take(10),
            read_sequence: row.take(11),
            received_at: row.take(12),
            saved_at: row.take(13),
            size_bytes: row.take(14),
            expunged_from: row.take::<Option<i64>>(15).map(FolderKey),
        }
    }
}

/// What lists show of a message: ready bytes, made when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// IMAP's ENVELOPE.
    pub envelope: Vec<u8>,
    /// The tree of its parts; `postroom_mime::Structure` reads it.
    pub structure: Vec<u8>,
    /// The beginning of its text.
    pub preview: String,
    /// The date that the message itself says.
    pub sent_at: Option<Timestamp>,
}

/// Which folder of which mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The organization's short key.
    pub organization: OrganizationKey,
    /// The mailbox.
    pub mailbox: MailboxKey,
    /// The folder.
    pub folder: FolderKey,
}

/// The items of `place` whose UIDs are in `uids`, rising: at most `limits::ROWS_PER_READ` of them. Who wants more asks
/// again for what is above the last one.
pub fn items(read: &mut dyn Read, place: Place, uids: &UidSet) -> Result<Vec<Item>, MailError> {
    rows(read, &sql::RANGE, place, uids, |mut row| Item::from_row(&mut row))
}

/// UIDs and flags of what [`items`] would answer.
pub(crate) fn flags_of(
    read: &mut dyn Read,
    place: Place,
    uids: &UidSet,
) -> Result<Vec<(Uid, Flags)>, MailError> {
    rows(read, &sql::FLAGS, place, uids, |mut row| {
        let uid = Uid::try_from(row.take::<i64>(0)).unwrap_or(Uid::MAX);
        (uid, Flags::from_columns(row.take(1), row.take(2)))
    })
}

/// UIDs, flags and IMAP's envelopes of what [`items`] would answer.
pub fn envelopes(
    read: &mut dyn Read,
    place: Place,
    uids: &UidSet,
) -> Result<Vec<(Uid, Flags, Vec<u8>)>, MailError> {
    rows(read, &sql::ENVELOPES, place, uids, |mut row| {
        let uid = Uid::try_from(row.take::<i64>(0)).unwrap_or(Uid::MAX);
        (uid, Flags::from_columns(row.take(1), row.take(2)), row.take(3))
    })
}

/// As [`items`], with what lists show of them.
pub fn items_shown(
    read: &mut dyn Read,
    place: Place,
    uids: &UidSet,
) -> Result<Vec<(Item, Shown)>, MailError> {
    rows(read, &sql::RANGE_WITH_CONTENT, place, uids, |mut row| {
        let item = Item::from_row(&mut row);
        let shown = Shown {
            envelope: row.take(COLUMNS),
            structure: row.take(COLUMNS + 1),
            preview: row.take(COLUMNS + 2),
            sent_at: row.take(COLUMNS + 3),
        };
        (item, shown)
    })
}

/// As [`items`], with the date that each message says and what it is sorted and threaded by.
pub fn items_to_sort(
    read: &mut dyn Read,
    place: Place,
    uids: &UidSet,
) -> Result<Vec<(Item, Option<Timestamp>, SortKeys)>, MailError> {
    let rows = rows(read, &sql::RANGE_WITH_SORT_KEYS, place, uids, |mut row| {
        (Item::from_row(&mut row), row.take(COLUMNS), row.take::<Vec<u8>>(COLUMNS + 1))
    })?;
    rows.into_iter().map(|(item, sent_at, keys)| Ok((item, sent_at, SortKeys::from_bytes(&keys)?))).collect()
}

/// The first item of `place`, at `from` or above, that is not read.
pub fn first_unread(read: &mut dyn Read, place: Place, from: Uid) -> Result<Option<Uid>, MailError> {
    let Place { organization, mailbox, folder } = place;
    let row = read
        .query_first(&sql::FIRST_UNREAD, parameters![organization.0, mailbox.0, folder.0, i64::from(from)])?;
    Ok(row.and_then(|mut row| Uid::try_from(row.take::<i64>(0)).ok()))
}

/// Bytes of the items of `folder` that are marked to be expunged. It walks over the folder when there are some.
pub fn deleted_bytes(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    folder: &Folder,
) -> Result<i64, MailError> {
    if folder.deleted_count == 0 {
        return Ok(0);
    }
    let (flag, _) = Flags::DELETED.columns();
    let row =
        read.query_first(&sql::SIZE_OF_FLAGGED, parameters![organization.0, mailbox.0, folder.key.0, flag])?;
    Ok(row.map_or(0, |mut row| row.take(0)))
}

fn rows<T>(
    read: &mut dyn Read,
    statement: &postroom_store::Statement,
    place: Place,
    uids: &UidSet,
    from_row: impl Fn(Row) -> T,
) -> Result<Vec<T>, MailError> {
    let (mut all, Place { organization, mailbox, folder }) = (Vec::new(), place);
    for &(from, to) in uids.ranges() {
        let left = limits::ROWS_PER_READ - i64::try_from(all.len()).unwrap_or(i64::MAX);
        if left <= 0 {
            break;
        }
        let rows = read.query(
            statement,
            parameters![organization.0, mailbox.0, folder.0, i64::from(from), i64::from(to), left],
        )?;
        all.extend(rows.into_iter().map(&from_row));
    }
    Ok(all)
}
