//! Move: items go to another folder and stay what they are.

use crate::MailError;
use crate::folder::FolderKey;
use crate::item::{Item, Place, items};
use crate::mail_tx::MailTx;
use crate::uids::{Uid, UidSet};

/// Moves the items `uids` of `from` to `to`; answers old and new UIDs, rising. UIDs that are not there are left out.
/// To the same folder, they get new UIDs.
///
/// At most `limits::ROWS_PER_READ` at once. Nothing is written on error: `FolderNotFound`, `Limit`.
pub fn relocate(
    mail: &mut MailTx<'_, '_>,
    from: FolderKey,
    uids: &UidSet,
    to: FolderKey,
) -> Result<Vec<(Uid, Uid)>, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let found = items(mail, Place { organization, mailbox, folder: from }, uids)?;
    let mut moved = Vec::with_capacity(found.len());
    for item in found {
        mail.take_out(from, &item, Some(to))?;
        let uid = item.uid;
        moved.push((uid, mail.put(to, &Item { expunged_from: None, ..item })?));
    }
    Ok(moved)
}
