//! Expunge: what is marked for it leaves its folder and is kept for a while to be recovered.

use super::purge::give_up_oldest;
use crate::folder::{Folder, FolderKey, Role};
use crate::item::{Item, Place, items};
use crate::mail_tx::MailTx;
use crate::uids::UidSet;
use crate::{Flags, MailError};

/// Expunges those of the items `uids` of `folder` that have the flag `\Deleted`, or all of them when `marked_only` is
/// false; answers which. They go to the mailbox's recoverable items and no longer count for its quota; when those are
/// too large by then, the oldest of them are removed for good.
///
/// At most `limits::ROWS_PER_READ` are looked at. Nothing is written on error.
pub fn expunge(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    uids: &UidSet,
    marked_only: bool,
) -> Result<UidSet, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let recoverable = Folder::of_role(mail, organization, mailbox, Role::Recoverable)?;
    let found = items(mail, Place { organization, mailbox, folder }, uids)?;
    let mut gone = UidSet::default();
    for item in found {
        if marked_only && !item.flags.contains(Flags::DELETED) {
            continue;
        }
        gone.insert(item.uid);
        mail.discharge(item.size_bytes);
        mail.take_out(folder, &item, None)?;
        mail.put(recoverable.key, &Item { expunged_from: Some(folder), ..item })?;
    }
    if !gone.is_empty() {
        give_up_oldest(mail, &recoverable, None)?;
    }
    Ok(gone)
}
