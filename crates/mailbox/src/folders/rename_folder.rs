//! A folder gets another name or place.

use std::collections::HashMap;

use postroom_store::{Read, parameters};
use postroom_types::fold;

use super::create_folder::{check_depth, checked_name};
use crate::folder::{Folder, FolderKey};
use crate::mail_tx::MailTx;
use crate::sql::folders as sql;
use crate::{MailError, limits};

/// Puts `folder`, with all that is in it, into `parent` under `name`.
///
/// Nothing is written on error: `FolderNotFound` (it or the parent), `FolderReserved`, `FolderName` (also when the
/// parent is in the folder itself), `FolderExists`, `Limit`.
pub fn rename_folder(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    parent: FolderKey,
    name: &str,
) -> Result<(), MailError> {
    let name = &checked_name(name)?;
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let known = Folder::find(mail, organization, mailbox, folder)?.ok_or(MailError::FolderNotFound)?;
    if known.role.is_some() {
        return Err(MailError::FolderReserved);
    }
    let depth = check_depth(mail, parent)?;
    let mut at = parent;
    while at != FolderKey::ROOT {
        if at == folder {
            return Err(MailError::FolderName("a folder cannot be in itself"));
        }
        at = Folder::find(mail, organization, mailbox, at)?.ok_or(MailError::FolderNotFound)?.parent;
    }
    if depth + height(&Folder::all(mail, organization, mailbox)?, folder) > limits::FOLDER_DEPTH_MAX {
        return Err(MailError::Limit("folders in folders"));
    }
    let key = fold(name);
    let taken = mail.query_first(&sql::BY_NAME, parameters![organization.0, mailbox.0, parent.0, &key])?;
    if taken.is_some_and(|row| Folder::from_row(row).key != folder) {
        return Err(MailError::FolderExists);
    }
    mail.execute(
        &sql::RENAME,
        parameters![organization.0, mailbox.0, folder.0, parent.0, name.as_str(), &key, mail.sequence],
    )?;
    mail.touch(folder);
    Ok(())
}

/// How many folders are in one another below `folder`.
fn height(all: &[Folder], folder: FolderKey) -> usize {
    let mut inside: HashMap<FolderKey, Vec<FolderKey>> = HashMap::new();
    for each in all {
        inside.entry(each.parent).or_default().push(each.key);
    }
    let (mut height, mut level) = (0, vec![folder]);
    // A cycle would be damage; fsck finds it.
    while height <= limits::FOLDER_DEPTH_MAX {
        level = level.iter().filter_map(|above| inside.get(above)).flatten().copied().collect();
        if level.is_empty() {
            break;
        }
        height += 1;
    }
    height
}
