//! A folder is created.

use postroom_store::{Read, parameters};
use postroom_types::fold;
use unicode_normalization::UnicodeNormalization;

use crate::folder::{Folder, FolderKey};
use crate::grants::inherit;
use crate::mail_tx::MailTx;
use crate::sql::folders as sql;
use crate::{MailError, limits};

/// Creates the folder `name` in `parent`. Who has rights to the parent has them to it, too (RFC 4314 §1 leaves that to
/// servers); later changes are of each folder alone.
///
/// Nothing is written on error: `FolderNotFound` (the parent), `FolderName`, `FolderExists`, `Limit`.
pub fn create_folder(
    mail: &mut MailTx<'_, '_>,
    parent: FolderKey,
    name: &str,
) -> Result<FolderKey, MailError> {
    let name = &checked_name(name)?;
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    check_depth(mail, parent)?;
    check_count(mail)?;
    let folder = mail.next_folder();
    let inserted = mail.execute(
        &sql::INSERT,
        parameters![
            organization.0,
            mailbox.0,
            folder.0,
            parent.0,
            None::<&str>,
            false,
            name.as_str(),
            &fold(name),
            false,
            mail.sequence
        ],
    )?;
    if inserted == 0 {
        return Err(MailError::FolderExists);
    }
    inherit(mail, parent, folder)?;
    mail.touch(folder);
    Ok(folder)
}

/// Creates the folder that is reached from the top by `names`, and those on the way to it that are missing. Costs by the
/// length of the way, however many folders there are.
///
/// Nothing is written on error: `FolderExists`, and what [`create_folder`] says.
pub fn create_folder_at(mail: &mut MailTx<'_, '_>, names: &[String]) -> Result<FolderKey, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let (mut at, mut missing) = (FolderKey::ROOT, names);
    while let Some((name, rest)) = missing.split_first() {
        let folded = fold(name);
        let key = parameters![organization.0, mailbox.0, at.0, &folded];
        let known = mail.query_first(&sql::BY_NAME, key)?.map(Folder::from_row);
        // A folder that no client sees is in the way: it is not to be entered, and its name is taken.
        let Some(known) = known.filter(|known| !known.hidden) else { break };
        (at, missing) = (known.key, rest);
    }
    if missing.is_empty() {
        return Err(MailError::FolderExists);
    }
    missing.iter().try_fold(at, |parent, name| create_folder(mail, parent, name))
}

/// Refuses one more folder than a mailbox may have. They are only counted where there may be so many.
fn check_count(mail: &mut MailTx<'_, '_>) -> Result<(), MailError> {
    if mail.folders_given() < limits::FOLDERS_MAX {
        return Ok(());
    }
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let count = mail.query_first(&sql::COUNT, parameters![organization.0, mailbox.0])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) >= limits::FOLDERS_MAX) {
        return Err(MailError::Limit("folders of a mailbox"));
    }
    Ok(())
}

/// `name` as a folder has it: composed, which is the form that clients ask for (RFC 9051 §5.1, RFC 5198 §3).
///
/// Refuses one that no folder can have. The character "/" separates folders in IMAP; it is refused until EWS brings
/// folders that have it.
pub(super) fn checked_name(name: &str) -> Result<String, MailError> {
    let name: String = name.nfc().collect();
    if name.is_empty() {
        return Err(MailError::FolderName("it is empty"));
    }
    if name.len() > limits::FOLDER_NAME_BYTES_MAX {
        return Err(MailError::FolderName("it is longer than 250 bytes"));
    }
    // RFC 6855 §3: no line and paragraph separators either, of which no client could be told.
    if name.chars().any(|letter| letter.is_control() || matches!(letter, '/' | '\u{2028}' | '\u{2029}')) {
        return Err(MailError::FolderName("it has a control character or a \"/\" in it"));
    }
    Ok(name)
}

/// How deep a folder in `parent` is; refuses a parent that is not there or in which it would be too deep.
pub(super) fn check_depth(mail: &mut MailTx<'_, '_>, parent: FolderKey) -> Result<usize, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let (mut at, mut depth) = (parent, 1);
    while at != FolderKey::ROOT {
        let folder = Folder::find(mail, organization, mailbox, at)?.ok_or(MailError::FolderNotFound)?;
        depth += 1;
        if depth > limits::FOLDER_DEPTH_MAX {
            return Err(MailError::Limit("folders in folders"));
        }
        at = folder.parent;
    }
    Ok(depth)
}
