//! What people note about a folder, or about all of a mailbox.

use postroom_store::{Read, parameters};
use postroom_types::OrganizationKey;

use crate::folder::{Folder, FolderKey};
use crate::item::Place;
use crate::mail_tx::MailTx;
use crate::sql::annotations as sql;
use crate::{MailError, MailboxKey, limits};

/// Who sees an annotation: everybody who sees the folder, or one entity, by its id.
pub const EVERYBODY: &str = "";

/// A name, in lower case with a "/" in front of each component, and its value.
pub type Annotation = (String, Vec<u8>);

/// The annotations of `place` that `reader` alone sees, or [`EVERYBODY`], in the order of their names. Those of
/// [`FolderKey::ROOT`] are about all of the mailbox. `limits::ANNOTATIONS_MAX` at most.
pub fn annotations(read: &mut dyn Read, place: Place, reader: &str) -> Result<Vec<Annotation>, MailError> {
    let (OrganizationKey(organization), MailboxKey(mailbox)) = (place.organization, place.mailbox);
    let rows = read.query(&sql::OF_FOLDER, parameters![organization, mailbox, place.folder.0, reader])?;
    Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
}

/// What `reader` alone, or [`EVERYBODY`], sees under `name` of each folder of `mailbox` that has it.
pub fn annotations_named(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    reader: &str,
    name: &str,
) -> Result<Vec<(FolderKey, Vec<u8>)>, MailError> {
    let rows = read.query(&sql::NAMED, parameters![organization.0, mailbox.0, reader, name])?;
    Ok(rows.into_iter().map(|mut row| (FolderKey(row.take(0)), row.take(1))).collect())
}

/// Notes `value` under `name`, or takes away what is there.
///
/// Nothing is written on error: `FolderNotFound`, `Limit` (that many are there), `TooLarge`.
pub fn annotate(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    reader: &str,
    name: &str,
    value: Option<&[u8]>,
) -> Result<(), MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    if folder != FolderKey::ROOT && Folder::find(mail, organization, mailbox, folder)?.is_none() {
        return Err(MailError::FolderNotFound);
    }
    let Some(value) = value else {
        mail.execute(&sql::DELETE, parameters![organization.0, mailbox.0, folder.0, reader, name])?;
        return Ok(());
    };
    if value.len() > limits::ANNOTATION_BYTES_MAX {
        return Err(MailError::TooLarge);
    }
    mail.execute(&sql::SET, parameters![organization.0, mailbox.0, folder.0, reader, name, value])?;
    let count = mail.query_first(&sql::COUNT, parameters![organization.0, mailbox.0])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) > limits::ANNOTATIONS_MAX) {
        return Err(MailError::Limit("annotations of a mailbox"));
    }
    Ok(())
}
