//! Copy: new items that share the content of others.

use postroom_store::parameters;

use crate::MailError;
use crate::folder::FolderKey;
use crate::item::{Item, Place, items};
use crate::mail_tx::MailTx;
use crate::sql::items as sql;
use crate::uids::{Uid, UidSet};

/// Copies the items `uids` of `from` into `to`; answers old and new UIDs, rising. UIDs that are not there are left out.
///
/// At most `limits::ROWS_PER_READ` at once. Nothing is written on error: `FolderNotFound`, `QuotaExceeded`, `Limit`.
pub fn copy(
    mail: &mut MailTx<'_, '_>,
    from: FolderKey,
    uids: &UidSet,
    to: FolderKey,
) -> Result<Vec<(Uid, Uid)>, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let found = items(mail, Place { organization, mailbox, folder: from }, uids)?;
    let mut copied = Vec::with_capacity(found.len());
    for item in found {
        mail.charge(item.size_bytes)?;
        mail.execute(&sql::SHARE_CONTENT, parameters![organization.0, mailbox.0, item.content])?;
        let (number, email) = (mail.next_id(), mail.next_id());
        copied.push((item.uid, mail.put(to, &Item { item: number, email, ..item })?));
    }
    Ok(copied)
}
