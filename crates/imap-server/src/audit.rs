//! What a session does in mailboxes, as the audit is told (WB §13.2).
//!
//! One event a command and folder, with how many messages it touched: `directory` counts what repeats within an hour.
//! Reads are noted before they are told, changes after they are on disk.

use postroom_directory::access_audit::{MailboxAccess, MailboxAction, MailboxObject};
use postroom_mailbox::{FolderKey, Uid};

use crate::names::{Found, Shelf};
use crate::respond;
use crate::session::Session;

/// What was done, beside where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'a> {
    action: MailboxAction,
    object: MailboxObject,
    /// Of several, the first.
    uid: Option<Uid>,
    /// The numbers of a part.
    part: Option<&'a str>,
    count: u64,
    /// Whether it was done; otherwise a right was missing.
    allowed: bool,
}

impl<'a> Deed<'a> {
    /// Something done to a folder, or to all of them.
    pub(crate) fn folder(action: MailboxAction) -> Self {
        Self { action, object: MailboxObject::Folder, uid: None, part: None, count: 1, allowed: true }
    }

    /// Something that was not done, for want of a right to the folder.
    pub(crate) fn refused(action: MailboxAction) -> Self {
        Self { allowed: false, ..Self::folder(action) }
    }

    /// Something done to messages; nothing when there are none.
    pub(crate) fn messages(action: MailboxAction, uids: impl IntoIterator<Item = Uid>) -> Self {
        let mut uids = uids.into_iter();
        let uid = uids.next();
        let count = u64::from(uid.is_some()) + uids.count() as u64;
        Self { action, object: MailboxObject::Message, uid, part: None, count, allowed: true }
    }

    /// An attachment is read.
    pub(crate) fn attachment(uid: Uid, part: &'a str) -> Self {
        let (action, object) = (MailboxAction::ReadAttachment, MailboxObject::Attachment);
        Self { action, object, uid: Some(uid), part: Some(part), count: 1, allowed: true }
    }
}

impl Session {
    /// Notes what was done in a folder.
    pub(crate) fn note(&self, found: &Found, deed: Deed<'_>) {
        self.note_at(&found.shelf, Some((&found.path, found.key)), deed);
    }

    /// Notes what was done in the selected folder.
    pub(crate) fn note_selected(&self, deed: Deed<'_>) {
        if let Some(selected) = &self.selected {
            self.note_at(&selected.shelf, Some((&selected.path, selected.place.folder)), deed);
        }
    }

    /// Notes what was done in a mailbox: in the folder of this path and key, or in all of it.
    pub(crate) fn note_at(&self, shelf: &Shelf, folder: Option<(&str, FolderKey)>, deed: Deed<'_>) {
        let Some(user) = &self.user else { return };
        if deed.count == 0 {
            return;
        }
        let folder_id = folder.map(|(_, key)| respond::mailbox_object(&shelf.mailbox, key));
        let uid = deed.uid.map(|uid| uid.to_string());
        let access = MailboxAccess {
            action: deed.action,
            owner: &shelf.mailbox.owner,
            object: deed.object,
            item_id: uid.as_deref(),
            folder_path: folder.map(|(path, _)| path),
            folder_id: folder_id.as_ref().map(postroom_imap_proto::ObjectId::as_str),
            attachment_path: deed.part,
            allowed: deed.allowed,
            count: u32::try_from(deed.count).unwrap_or(u32::MAX),
        };
        self.imap.log_ins.note_mailbox_access(&user.logged_in, &access);
    }

    /// Takes what the client says that it is (RFC 2971), for the records that follow.
    pub(crate) fn name_client(&mut self, fields: &[(Box<str>, Option<Box<str>>)]) {
        let field = |wanted: &str| {
            let found = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| value.as_deref()).filter(|value| !value.is_empty())
        };
        let Some(name) = field("name") else { return };
        let text = field("version").map_or_else(|| name.to_owned(), |version| format!("{name} {version}"));
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        if let Some(user) = &mut self.user {
            user.name_client(&text);
        }
        self.client = Some(text);
    }

    /// Notes that messages were looked for in the selected folder.
    pub(crate) fn note_found(&self, found: &postroom_mailbox::UidSet) {
        self.note_selected(Deed::messages(MailboxAction::ReadSummary, found.iter()));
    }
}
