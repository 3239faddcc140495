//! Withdraw: copies that were made a moment ago, of a command that came to nothing, are taken back.

use super::purge::release;
use crate::MailError;
use crate::folder::FolderKey;
use crate::item::{Place, items};
use crate::mail_tx::MailTx;
use crate::uids::UidSet;

/// Removes the items `uids` of `folder` for good: nothing of them is kept to be recovered. Who calls it has made them
/// itself; what they were copied from is where it was. UIDs that are not there (any more) are left out.
///
/// At most `limits::ROWS_PER_READ` at once. Nothing is written on error.
pub fn withdraw(mail: &mut MailTx<'_, '_>, folder: FolderKey, uids: &UidSet) -> Result<(), MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    for item in items(mail, Place { organization, mailbox, folder }, uids)? {
        mail.discharge(item.size_bytes);
        mail.take_out(folder, &item, None)?;
        release(mail, item.content)?;
    }
    Ok(())
}
