//! Folders: what a mailbox is divided into.

use postroom_store::{Read, Row, parameters};
use postroom_types::{OrganizationKey, fold};

use crate::sql::folders as sql;
use crate::{MailError, MailboxKey};

/// Number of a folder in its mailbox; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FolderKey(pub i64);

impl FolderKey {
    /// What the folders at the top are in.
    pub const ROOT: Self = Self(0);
}

/// What a folder is for (GP §4.5). Each mailbox has one folder of each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Where mail arrives.
    Inbox,
    /// What is being written.
    Drafts,
    /// What was sent.
    Sent,
    /// What was deleted and can be taken back by the user.
    Trash,
    /// Unwanted mail.
    Junk,
    /// What is put away.
    Archive,
    /// What was expunged and is kept for a while; no client shows it.
    Recoverable,
}

/// Every role with its word in the store and the name of its folder in a new mailbox, which are WorkMail's.
pub(crate) const ROLES: [(Role, &str, &str); 7] = [
    (Role::Inbox, "INBOX", "Inbox"),
    (Role::Drafts, "DRAFTS", "Drafts"),
    (Role::Sent, "SENT", "Sent Items"),
    (Role::Trash, "TRASH", "Deleted Items"),
    (Role::Junk, "JUNK", "Junk E-mail"),
    (Role::Archive, "ARCHIVE", "Archive"),
    (Role::Recoverable, "RECOVERABLE", "Recoverable Items"),
];

impl Role {
    pub(crate) fn word(self) -> &'static str {
        ROLES.iter().find(|(role, ..)| *role == self).map_or("", |(_, word, _)| word)
    }

    fn of_word(word: &str) -> Option<Self> {
        ROLES.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role)
    }
}

/// A folder and how much is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its number.
    pub key: FolderKey,
    /// The folder that it is in, or [`FolderKey::ROOT`].
    pub parent: FolderKey,
    /// What it is for.
    pub role: Option<Role>,
    /// Whether no client shows it.
    pub hidden: bool,
    /// Its own name.
    pub name: String,
    /// Whether its owner wants to see it in clients that ask for that.
    pub subscribed: bool,
    /// What distinguishes its UIDs from those of another folder of its name (RFC 9051 §2.3.1.1).
    pub uid_validity: u32,
    /// The UID that the next item will get.
    pub uid_next: u32,
    /// The sequence of its newest change of content.
    pub content_sequence: i64,
    /// Items in it.
    pub items_count: i64,
    /// Items in it that are not read.
    pub unread_count: i64,
    /// Items in it that are marked to be expunged.
    pub deleted_count: i64,
    /// Bytes of its items.
    pub size_bytes: i64,
}

impl Folder {
    /// The folder `key` of a mailbox; `None` when it is not there.
    pub fn find(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        key: FolderKey,
    ) -> Result<Option<Self>, MailError> {
        let row = read.query_first(&sql::BY_KEY, parameters![organization.0, mailbox.0, key.0])?;
        Ok(row.map(Self::from_row))
    }

    /// The folders that `names` lead through from the top, to the last one; `None` when there is no such way that a
    /// client may see.
    pub fn way<'n>(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Option<Vec<Self>>, MailError> {
        let (mut at, mut way) = (FolderKey::ROOT, Vec::new());
        for name in names {
            let name = fold(name);
            let key = parameters![organization.0, mailbox.0, at.0, &name];
            let Some(row) = read.query_first(&sql::BY_NAME, key)? else { return Ok(None) };
            let folder = Self::from_row(row);
            at = folder.key;
            way.push(folder);
        }
        Ok(way.last().is_some_and(|folder| !folder.hidden).then_some(way))
    }

    /// The folder of `role`.
    ///
    /// Every mailbox has one of each; `Damaged` when it is missing.
    pub fn of_role(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        role: Role,
    ) -> Result<Self, MailError> {
        let row = read.query_first(&sql::BY_ROLE, parameters![organization.0, mailbox.0, role.word()])?;
        row.map(Self::from_row)
            .ok_or_else(|| MailError::damaged(format!("mailbox {} has no folder {}", mailbox.0, role.word())))
    }

    /// Every folder of a mailbox, at most `limits::FOLDERS_MAX`, in the order of their numbers.
    pub fn all(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
    ) -> Result<Vec<Self>, MailError> {
        let rows = read.query(&sql::ALL_OF_MAILBOX, parameters![organization.0, mailbox.0])?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    pub(crate) fn from_row(mut row: Row) -> Self {
        let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        Self {
            key: FolderKey(row.take(0)),
            parent: FolderKey(row.take(1)),
            role: row.take::<Option<String>>(2).and_then(|word| Role::of_word(&word)),
            hidden: row.take(3),
            name: row.take(4),
            subscribed: row.take(5),
            uid_next: number(row.take(6)),
            content_sequence: row.take(7),
            items_count: row.take(8),
            unread_count: row.take(9),
            deleted_count: row.take(10),
            size_bytes: row.take(11),
            uid_validity: number(row.take::<i64>(12)),
        }
    }
}
