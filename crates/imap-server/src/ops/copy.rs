//! COPY (RFC 9051 §6.4.7) and MOVE (§6.4.8).

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, NumberSet, Numbers, SequenceSet, Tag};
use postroom_mailbox::{
    Flags, Folder, Keywords, MailError, MailTx, Place, Prepared, Uid, UidSet, items, limits,
};
use postroom_types::Timestamp;

use super::Done;
use crate::failure::Failure;
use crate::names::Found;
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
    let (uids, place) = (selected.resolve(numbers, set)?, selected.place);
    let folder = target(session, mailbox).await?;
    if folder.shelf.key() != place.mailbox {
        return across(session, out, tag, &uids, &folder, false).await;
    }
    let (from, to) = (place.folder, folder.key);
    let copied = session.change(place.mailbox, move |mail| {
        all(mail, &uids, |mail, slice| items::copy(mail, from, slice, to))
    });
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
    let (uids, place) = (selected.resolve(numbers, set)?, selected.place);
    let folder = target(session, mailbox).await?;
    if folder.shelf.key() != place.mailbox {
        return across(session, out, tag, &uids, &folder, true).await;
    }
    let (from, to) = (place.folder, folder.key);
    let moved = session.change(place.mailbox, move |mail| {
        all(mail, &uids, |mail, slice| items::relocate(mail, from, slice, to))
    });
    let moved = telling(out, tag, moved).await??;
    if moved.is_empty() {
        return Ok(Done::plain("There was nothing to move"));
    }
    // Before the EXPUNGE responses that follow (RFC 6851 §4.3).
    respond::untagged_ok(&mut out.bytes, &copy_uid(&folder, &moved), "Moved");
    Ok(Done::plain("MOVE is done"))
}

/// Copies into the mailbox of another user: all in one transaction there. Messages that are moved are expunged when
/// that is done: what comes in between leaves them in both.
async fn across(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    uids: &UidSet,
    folder: &Found,
    moves: bool,
) -> Result<Done, Failure> {
    let place = session.selected()?.place;
    let read = telling(out, tag, read_all(session, place, uids)).await??;
    let old: Vec<Uid> = read.iter().map(|(uid, ..)| *uid).collect();
    let to = folder.key;
    let new = session.change(folder.shelf.key(), move |mail| {
        let append = |(_, message, flags, names, received_at): &Read| {
            let flags = flags.with(items::keyword_flags(mail, names)?);
            items::append(mail, to, message, flags, *received_at)
        };
        read.iter().map(append).collect::<Result<Vec<Uid>, MailError>>()
    });
    let new = telling(out, tag, new).await??;
    if new.is_empty() {
        return Ok(Done::plain("There was nothing to copy"));
    }
    let code = copy_uid(folder, &old.iter().copied().zip(new).collect::<Pairs>());
    if !moves {
        return Ok(Done::with(code, "COPY is done"));
    }
    respond::untagged_ok(&mut out.bytes, &code, "Moved");
    let mut left: UidSet = UidSet::default();
    old.into_iter().for_each(|uid| left.insert(uid));
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        session.change(place.mailbox, move |mail| items::expunge(mail, place.folder, &slice, false)).await?;
    }
    Ok(Done::plain("MOVE is done"))
}

/// A message on its way into another mailbox: its UID so far, its bytes, flags, keywords and date.
type Read = (Uid, Prepared, Flags, Vec<String>, Timestamp);

async fn read_all(session: &Session, place: Place, uids: &UidSet) -> Result<Vec<Read>, Failure> {
    let (mut left, mut all, mut bytes) = (uids.clone(), Vec::new(), 0);
    while !left.is_empty() {
        let wanted = left.clone();
        let page = session.imap.mailboxes.read(place.organization, move |read| {
            let keywords = Keywords::of(read, place.organization, place.mailbox)?;
            Ok((postroom_mailbox::items(read, place, &wanted)?, keywords))
        });
        let (page, keywords) = page.await?;
        let Some(last) = page.last().map(|item| item.uid) else { break };
        left.remove_range(0, last);
        for item in page {
            bytes += item.size_bytes;
            if bytes > crate::limits::ACROSS_BYTES_MAX {
                return Err(Failure::no(
                    Code::Limit,
                    "That is more than can be copied to another user at once",
                ));
            }
            let mailboxes = &session.imap.mailboxes;
            let Some(message) = mailboxes.body(place.organization, place.mailbox, item.content).await? else {
                continue;
            };
            let message = mailboxes.prepare(place.organization, &message).await?;
            let names = item.flags.keywords().filter_map(|number| keywords.name(number).map(str::to_owned));
            let names: Vec<String> = names.collect();
            let named =
                item.flags.keywords().fold(Flags::NONE, |all, number| all.with(Flags::keyword(number)));
            all.push((item.uid, message, item.flags.without(named), names, item.received_at));
        }
    }
    Ok(all)
}

async fn target(session: &Session, mailbox: &MailboxName) -> Result<Found, Failure> {
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
