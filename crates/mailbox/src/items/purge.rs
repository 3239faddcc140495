//! Purge: what was expunged long ago, or is too much to be kept, is removed for good.

use postroom_store::{Read, parameters};
use postroom_types::Timestamp;

use crate::MailError;
use crate::folder::{Folder, Role};
use crate::item::{Place, items};
use crate::mail_tx::MailTx;
use crate::sql::contents as sql;
use crate::uids::{Uid, UidSet};

/// Removes up to `limits::ROWS_PER_READ` of the recoverable items that were expunged before `before`, or are more than
/// the mailbox may keep, the oldest first; answers how many. A content goes with its last item.
pub fn purge(mail: &mut MailTx<'_, '_>, before: Timestamp) -> Result<usize, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let recoverable = Folder::of_role(mail, organization, mailbox, Role::Recoverable)?;
    give_up_oldest(mail, &recoverable, Some(before))
}

/// As [`purge`]; `recoverable` was read in this transaction. More is left to the next transaction that expunges, and to
/// the sweep.
pub(super) fn give_up_oldest(
    mail: &mut MailTx<'_, '_>,
    recoverable: &Folder,
    before: Option<Timestamp>,
) -> Result<usize, MailError> {
    let mut excess_bytes = mail.size_bytes_of(recoverable).saturating_sub(mail.recoverable_bytes_max());
    if excess_bytes <= 0 && before.is_none() {
        return Ok(0);
    }
    let (organization, mailbox, folder) = (mail.organization, mail.mailbox, recoverable.key);
    // UIDs rise with the time at which they were given out.
    let oldest = items(mail, Place { organization, mailbox, folder }, &UidSet::range(1, Uid::MAX))?;
    let mut count = 0;
    for item in &oldest {
        let is_old = before.is_some_and(|before| item.saved_at < before);
        if !is_old && excess_bytes <= 0 {
            break;
        }
        mail.take_out(folder, item, None)?;
        release(mail, item.content)?;
        excess_bytes -= item.size_bytes;
        count += 1;
    }
    Ok(count)
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
