//! COPY (RFC 9051 §6.4.7) and MOVE (§6.4.8).

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, NumberSet, Numbers, SequenceSet, Tag};
use postroom_mailbox::{Folder, MailError, MailTx, Uid, UidSet, items, limits};

use super::Done;
use crate::failure::Failure;
use crate::out::Out;
use crate::progress::telling;
use crate::respond;
use crate::session::Session;

/// Copies messages to a folder: all of them or none.
pub(crate) async fn copy(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    numbers: Numbers,
    set: &SequenceSet,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let selected = session.selected()?;
    let (uids, from) = (selected.resolve(numbers, set)?, selected.place.folder);
    let folder = target(session, mailbox).await?;
    let to = folder.key;
    let copied =
        session.change(move |mail| all(mail, &uids, |mail, slice| items::copy(mail, from, slice, to)));
    let copied = telling(out, tag, copied).await??;
    if copied.is_empty() {
        return Ok(Done::plain("There was nothing to copy"));
    }
    Ok(Done::with(copy_uid(&folder, &copied), "COPY is done"))
}

/// Moves messages to a folder: all of them or none.
pub(crate) async fn relocate(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    numbers: Numbers,
    set: &SequenceSet,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let selected = session.selected_to_change()?;
    let (uids, from) = (selected.resolve(numbers, set)?, selected.place.folder);
    let folder = target(session, mailbox).await?;
    let to = folder.key;
    let moved =
        session.change(move |mail| all(mail, &uids, |mail, slice| items::relocate(mail, from, slice, to)));
    let moved = telling(out, tag, moved).await??;
    if moved.is_empty() {
        return Ok(Done::plain("There was nothing to move"));
    }
    // Before the EXPUNGE responses that follow (RFC 6851 §4.3).
    respond::untagged_ok(&mut out.bytes, &copy_uid(&folder, &moved), "Moved");
    Ok(Done::plain("MOVE is done"))
}

async fn target(session: &Session, mailbox: &MailboxName) -> Result<Folder, Failure> {
    let folder = session.folder(mailbox.as_str()).await?;
    folder.ok_or_else(|| Failure::no(Code::TryCreate, "There is no mailbox of that name: create it first"))
}

type Pairs = Vec<(Uid, Uid)>;

/// Carries `work` out on all of `uids`, in slices of one transaction.
fn all(
    mail: &mut MailTx<'_, '_>,
    uids: &UidSet,
    work: impl Fn(&mut MailTx<'_, '_>, &UidSet) -> Result<Pairs, MailError>,
) -> Result<Pairs, MailError> {
    let (mut left, mut pairs) = (uids.clone(), Vec::new());
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        pairs.extend(work(mail, &slice)?);
    }
    Ok(pairs)
}

fn copy_uid(folder: &Folder, pairs: &[(Uid, Uid)]) -> Code {
    let from: NumberSet = pairs.iter().map(|(old, _)| *old).collect();
    let to: NumberSet = pairs.iter().map(|(_, new)| *new).collect();
    Code::CopyUid { uid_validity: folder.uid_validity, from, to }
}
