//! Recover: what was expunged goes back to where it was.

use std::collections::BTreeMap;

use crate::folder::{Folder, FolderKey, Role};
use crate::item::{Item, Place, items};
use crate::mail_tx::MailTx;
use crate::uids::{Uid, UidSet};
use crate::{Flags, MailError};

/// An item that was recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// Its UID among the recoverable items.
    pub was: Uid,
    /// Where it is now.
    pub folder: FolderKey,
    /// Under which UID.
    pub uid: Uid,
}

/// Puts the recoverable items `uids` back into the folders that they were expunged from, or into the Inbox where that
/// is gone; they are no longer marked `\Deleted` and count for the quota again. UIDs that are not there are left out.
///
/// At most `limits::ROWS_PER_READ` at once. Nothing is written on error: `QuotaExceeded`, `Limit`.
pub fn recover(mail: &mut MailTx<'_, '_>, uids: &UidSet) -> Result<Vec<Recovered>, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let from = Folder::of_role(mail, organization, mailbox, Role::Recoverable)?.key;
    let inbox = Folder::of_role(mail, organization, mailbox, Role::Inbox)?.key;
    let found = items(mail, Place { organization, mailbox, folder: from }, uids)?;
    let (mut recovered, mut places) = (Vec::with_capacity(found.len()), BTreeMap::new());
    for item in found {
        let was_in = item.expunged_from.filter(|folder| *folder != from).unwrap_or(inbox);
        let folder = match places.get(&was_in) {
            Some(folder) => *folder,
            None => {
                let known = Folder::find(mail, organization, mailbox, was_in)?;
                *places.entry(was_in).or_insert(known.map_or(inbox, |known| known.key))
            }
        };
        mail.charge(item.size_bytes)?;
        mail.take_out(from, &item, Some(folder))?;
        let flags = item.flags.without(Flags::DELETED);
        let uid = mail.put(folder, &Item { expunged_from: None, flags, ..item })?;
        recovered.push(Recovered { was: item.uid, folder, uid });
    }
    Ok(recovered)
}
