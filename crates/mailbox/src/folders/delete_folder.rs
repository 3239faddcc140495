//! A folder is deleted; what was in it is kept for a while to be recovered.

use postroom_store::{Read, parameters};

use crate::folder::{Folder, FolderKey};
use crate::item::Place;
use crate::items::expunge;
use crate::mail_tx::MailTx;
use crate::sql::folders as sql;
use crate::{MailError, holes};

/// Expunges up to `limits::ROWS_PER_READ` items of `folder`, and deletes it when it is empty: answers whether it is
/// gone. Who deletes a folder calls it until then, a transaction each, so that others get their turn.
///
/// Nothing is written on error: `FolderNotFound`, `FolderReserved`, `FolderHasChildren`.
pub fn delete_folder(mail: &mut MailTx<'_, '_>, folder: FolderKey) -> Result<bool, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let known = Folder::find(mail, organization, mailbox, folder)?.ok_or(MailError::FolderNotFound)?;
    if known.role.is_some() {
        return Err(MailError::FolderReserved);
    }
    if mail.query_first(&sql::CHILD, parameters![organization.0, mailbox.0, folder.0])?.is_some() {
        return Err(MailError::FolderHasChildren);
    }
    let live = holes::live(mail, Place { organization, mailbox, folder }, known.uid_next)?;
    let gone = expunge(mail, folder, &live, false)?;
    if gone.len() < live.len() {
        return Ok(false);
    }
    mail.touch(folder);
    mail.remove_folder(folder);
    Ok(true)
}
