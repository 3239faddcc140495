//! LIST, LSUB and STATUS responses.

use postroom_imap_proto::command::List;
use postroom_imap_proto::encode::{self, ListAttribute, ListResponse, StatusValue};
use postroom_imap_proto::{MailboxName, StatusItem};
use postroom_mailbox::{Folder, Mailbox, limits};

use super::mailbox_object;
use crate::names::{DELIMITER, Tree};
use crate::selected::Enabled;

/// `* LIST …`
pub(crate) fn list(
    out: &mut Vec<u8>,
    enabled: Enabled,
    path: &str,
    folder: &Folder,
    tree: &Tree,
    list: &List,
    below: bool,
) {
    let Some(mailbox) = MailboxName::new(path) else { return };
    let mut attributes = vec![if tree.has_children(folder.key) {
        ListAttribute::HasChildren
    } else {
        ListAttribute::HasNoChildren
    }];
    if (folder.subscribed || !tree.shelf.is_own()) && (list.returns.subscribed || list.selection.subscribed) {
        attributes.push(ListAttribute::Subscribed);
    }
    attributes.extend(tree.special_uses(folder).map(ListAttribute::Use));
    let response = ListResponse {
        attributes,
        delimiter: Some(DELIMITER),
        mailbox,
        child_subscribed: below && list.selection.subscribed,
        old_name: None,
    };
    encode::list(out, &response, enabled.encoding());
}

/// `* LIST …` unasked, after a change.
pub(crate) fn changed(
    out: &mut Vec<u8>,
    enabled: Enabled,
    path: &str,
    folder: &Folder,
    tree: &Tree,
    old_name: Option<&str>,
) {
    let children = tree.has_children(folder.key);
    let mut attributes =
        vec![if children { ListAttribute::HasChildren } else { ListAttribute::HasNoChildren }];
    if folder.subscribed {
        attributes.push(ListAttribute::Subscribed);
    }
    attributes.extend(tree.special_uses(folder).map(ListAttribute::Use));
    unasked(out, enabled, path, attributes, old_name);
}

/// `* LIST (\NonExistent) "/" …`: there was such a folder.
pub(crate) fn gone(out: &mut Vec<u8>, enabled: Enabled, path: &str) {
    unasked(out, enabled, path, vec![ListAttribute::NonExistent], None);
}

/// `* LIST (\NonExistent …) "/" …`: only what is below is there; `child_subscribed` tells that it is subscribed.
pub(crate) fn above(out: &mut Vec<u8>, enabled: Enabled, path: &str, child_subscribed: bool) {
    let Some(mailbox) = MailboxName::new(path) else { return };
    let attributes = vec![ListAttribute::NonExistent, ListAttribute::NoSelect, ListAttribute::HasChildren];
    let delimiter = Some(DELIMITER);
    let response = ListResponse { attributes, delimiter, mailbox, child_subscribed, old_name: None };
    encode::list(out, &response, enabled.encoding());
}

/// `* LIST () "/" …`: what was selected, and how the client called it if otherwise. RFC 9051 §6.3.2.
pub(crate) fn opened(out: &mut Vec<u8>, enabled: Enabled, path: &str, said: &MailboxName) {
    unasked(out, enabled, path, Vec::new(), otherwise(path, said));
}

/// `* LIST … "/" … ("OLDNAME" …)`: the name of what the client called otherwise, and `attributes` of it. Only for
/// IMAP4rev2 (RFC 9051 §6.3.9.7).
pub(crate) fn called_otherwise(
    out: &mut Vec<u8>,
    enabled: Enabled,
    path: &str,
    said: &MailboxName,
    attributes: Vec<ListAttribute>,
) {
    if enabled.rev2 && otherwise(path, said).is_some() {
        unasked(out, enabled, path, attributes, otherwise(path, said));
    }
}

/// What the client said, if that is not the name.
fn otherwise<'s>(path: &str, said: &'s MailboxName) -> Option<&'s str> {
    let said = said.as_str();
    (said.strip_suffix(DELIMITER).unwrap_or(said) != path).then_some(said)
}

fn unasked(
    out: &mut Vec<u8>,
    enabled: Enabled,
    path: &str,
    attributes: Vec<ListAttribute>,
    old_name: Option<&str>,
) {
    let Some(mailbox) = MailboxName::new(path) else { return };
    let response = ListResponse {
        attributes,
        delimiter: Some(DELIMITER),
        mailbox,
        child_subscribed: false,
        old_name: old_name.and_then(MailboxName::new),
    };
    encode::list(out, &response, enabled.encoding());
}

/// `* LIST (\Noselect) "/" ""`: what separates names.
pub(crate) fn delimiter(out: &mut Vec<u8>) {
    let Some(mailbox) = MailboxName::new("") else { return };
    let response = ListResponse {
        attributes: vec![ListAttribute::NoSelect],
        delimiter: Some(DELIMITER),
        mailbox,
        child_subscribed: false,
        old_name: None,
    };
    encode::list(out, &response, Enabled::default().encoding());
}

/// `* LSUB …`; `above`: what is told is not the folder itself but that something below it is subscribed.
pub(crate) fn lsub(out: &mut Vec<u8>, enabled: Enabled, path: &str, above: bool) {
    let Some(mailbox) = MailboxName::new(path) else { return };
    let response = ListResponse {
        attributes: above.then_some(ListAttribute::NoSelect).into_iter().collect(),
        delimiter: Some(DELIMITER),
        mailbox,
        child_subscribed: false,
        old_name: None,
    };
    encode::lsub(out, &response, enabled.encoding());
}

/// `* STATUS …`; `deleted_bytes` is for [`StatusItem::DeletedStorage`].
pub(crate) fn status(
    out: &mut Vec<u8>,
    enabled: Enabled,
    name: &MailboxName,
    (folder, deleted_bytes): (&Folder, i64),
    mailbox: &Mailbox,
    items: &[StatusItem],
) {
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    let values: Vec<StatusValue> = items
        .iter()
        .map(|item| {
            let number = match item {
                StatusItem::Messages => count(folder.items_count),
                StatusItem::Recent => 0,
                StatusItem::DeletedStorage => count(deleted_bytes),
                StatusItem::UidNext => folder.uid_next.into(),
                StatusItem::UidValidity => folder.uid_validity.into(),
                StatusItem::Unseen => count(folder.unread_count),
                StatusItem::Deleted => count(folder.deleted_count),
                StatusItem::Size => count(folder.size_bytes),
                StatusItem::HighestModSeq => count(folder.content_sequence).max(1),
                StatusItem::MailboxId => return StatusValue::MailboxId(mailbox_object(mailbox, folder.key)),
                StatusItem::AppendLimit => limits::MESSAGE_BYTES_MAX as u64,
            };
            StatusValue::Number(*item, number)
        })
        .collect();
    encode::mailbox_status(out, name, &values, enabled.encoding());
}
