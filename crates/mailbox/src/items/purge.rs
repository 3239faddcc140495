//! Purge: what was expunged long ago is removed for good.

use postroom_store::{Read, parameters};
use postroom_types::Timestamp;

use crate::folder::{Folder, Role};
use crate::item::{Item, Place, items};
use crate::mail_tx::MailTx;
use crate::sql::contents as sql;
use crate::uids::{Uid, UidSet};
use crate::{MailError, limits};

/// Removes up to `limits::ROWS_PER_SWEEP` of the recoverable items that were expunged before `before`, the oldest
/// first; answers how many. A content goes with its last item.
pub fn purge(mail: &mut MailTx<'_, '_>, before: Timestamp) -> Result<usize, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let folder = Folder::of_role(mail, organization, mailbox, Role::Recoverable)?.key;
    // UIDs rise with the time at which they were given out.
    let found = items(mail, Place { organization, mailbox, folder }, &UidSet::range(1, Uid::MAX))?;
    let old = found.into_iter().take_while(|item| item.saved_at < before);
    let old: Vec<Item> = old.take(usize::try_from(limits::ROWS_PER_SWEEP).unwrap_or(usize::MAX)).collect();
    for item in &old {
        mail.take_out(folder, item, None)?;
        release(mail, item.content)?;
    }
    Ok(old.len())
}

/// One item less has `content`; without any it is removed, with its body.
pub(super) fn release(mail: &mut MailTx<'_, '_>, content: i64) -> Result<(), MailError> {
    let key = parameters![mail.organization.0, mail.mailbox.0, content];
    let left = mail.query_first(&sql::UNSHARE, key)?;
    if left.is_some_and(|mut row| row.take::<i64>(0) <= 0) {
        let now = mail.now();
        mail.execute(&sql::RELEASE, parameters![mail.organization.0, mail.mailbox.0, content, now])?;
        mail.execute(&sql::DELETE_BODY, key)?;
        mail.execute(&sql::DELETE, key)?;
    }
    Ok(())
}
