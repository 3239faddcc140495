//! Append: a message comes into a folder.

use postroom_store::{Outcome, Read, StoreError, parameters};
use postroom_types::Timestamp;

use crate::folder::FolderKey;
use crate::item::Item;
use crate::mail_tx::MailTx;
use crate::message::{Body, MessageKey, Prepared};
use crate::sql::items as sql;
use crate::uids::Uid;
use crate::{Flags, MailError, limits, search};

/// Stores `message` in `folder` and answers its UID, which is above every one that the folder gave out before.
///
/// Nothing is written on error: `FolderNotFound`, `QuotaExceeded`, `Limit`.
pub fn append(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    message: &Prepared,
    flags: Flags,
    received_at: Timestamp,
) -> Result<Uid, MailError> {
    mail.charge(message.size_bytes)?;
    let (content, item, email) = (mail.next_id(), mail.next_id(), mail.next_id());
    let (organization, mailbox) = (mail.organization.0, mail.mailbox.0);
    mail.execute(
        &sql::INSERT_CONTENT,
        parameters![
            organization,
            mailbox,
            content,
            message.sent_at,
            &message.envelope,
            &message.structure,
            &message.preview,
            &message.sort_keys
        ],
    )?;
    let (sealed, blob) = match &message.body {
        Body::Row(sealed) => (sealed, None),
        Body::Blob { id, map, put_at } => {
            if put_at.plus(limits::BLOB_USED_WITHIN) < mail.now() {
                // The collector may count on that.
                let (outcome, cause) = (Outcome::NotWritten, "the message waited too long".to_owned());
                return Err(StoreError::Unavailable { outcome, cause }.into());
            }
            (map, Some(id.as_bytes()))
        }
    };
    mail.execute(
        &sql::INSERT_BODY,
        parameters![organization, mailbox, content, message.body_id.as_slice(), sealed, blob],
    )?;
    search::insert(mail, content, message.terms.as_ref())?;
    let thread = thread(mail, message)?;
    let now = mail.now();
    mail.put(
        folder,
        &Item {
            uid: 0,
            item,
            content,
            email,
            thread,
            slot: 0,
            flags,
            created_sequence: 0,
            content_sequence: 0,
            flags_sequence: 0,
            read_sequence: 0,
            received_at,
            saved_at: now,
            size_bytes: message.size_bytes,
            expunged_from: None,
        },
    )
}

/// The thread of the nearest message that `message` refers to, or a new one. A thread never changes (RFC 8474 §5.2).
fn thread(mail: &mut MailTx<'_, '_>, message: &Prepared) -> Result<i64, MailError> {
    let (organization, mailbox) = (mail.organization.0, mail.mailbox.0);
    let mut found = None;
    for key in &message.message_keys {
        found = mail.query_first(&sql::THREAD, parameters![organization, mailbox, key.as_slice()])?;
        if found.is_some() {
            break;
        }
    }
    let thread = match found {
        Some(mut row) => row.take(0),
        None => mail.next_id(),
    };
    // Its own id, and what it refers to at once: an answer may come before what it answers.
    let kept: &[MessageKey] = &message.message_keys[..message.message_keys.len().min(2)];
    for key in kept {
        mail.execute(&sql::INSERT_THREAD_KEY, parameters![organization, mailbox, key.as_slice(), thread])?;
    }
    Ok(thread)
}
