//! COPY (RFC 9051 §6.4.7) and MOVE (§6.4.8).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, NumberSet, Numbers, SequenceSet, Tag};
use postroom_mailbox::{
    Flags, Folder, FolderKey, Keywords, MailError, Place, Prepared, Uid, UidSet, items, limits,
};
use postroom_types::Timestamp;

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::out::Out;
use crate::progress::telling;
use crate::respond;
use crate::session::Session;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// COPY.
    Copy,
    /// MOVE.
    Move,
}

/// Copies or moves messages to a folder: all of them or none. What goes into the mailbox of another user is one
/// transaction there, and expunged here when that is done: what comes in between leaves it in both.
pub(crate) async fn transfer(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    transfer: Transfer,
    (numbers, set): (Numbers, &SequenceSet),
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let selected = match transfer {
        Transfer::Copy => session.selected()?,
        Transfer::Move => session.selected_to_change()?,
    };
    let (uids, place) = (selected.resolve(numbers, set)?, selected.place);
    let folder = target(session, mailbox).await?;
    let is_across = folder.shelf.key() != place.mailbox;
    let pairs = if is_across {
        telling(out, tag, across(session, place, &uids, &folder)).await??
    } else {
        telling(out, tag, within(session, place, transfer, uids, folder.key)).await??
    };
    if pairs.is_empty() {
        return Ok(Done::plain("None of the messages is there any more"));
    }
    let (from, to) = match transfer {
        Transfer::Copy => (MailboxAction::Copy, MailboxAction::CopyTo),
        Transfer::Move => (MailboxAction::Move, MailboxAction::MoveTo),
    };
    session.note_selected(Deed::messages(from, pairs.iter().map(|(old, _)| *old)));
    session.note(&folder, Deed::messages(to, pairs.iter().map(|(_, new)| *new)));
    let code = copy_uid(&folder, &pairs);
    if transfer == Transfer::Copy {
        return Ok(Done::with(code, "COPY is done"));
    }
    // Before the EXPUNGE responses that follow (RFC 6851 §4.3).
    respond::untagged_ok(&mut out.bytes, &code, "Moved");
    if is_across {
        expunge(session, place, pairs.iter().map(|(old, _)| *old).collect()).await?;
    }
    Ok(Done::plain("MOVE is done"))
}

/// In one mailbox: one transaction.
async fn within(
    session: &Session,
    place: Place,
    transfer: Transfer,
    uids: UidSet,
    to: FolderKey,
) -> Result<Pairs, Failure> {
    let from = place.folder;
    let pairs = session.change(place.mailbox, move |mail| {
        let (mut left, mut pairs) = (uids.clone(), Pairs::new());
        while !left.is_empty() {
            let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
            left.subtract(&slice);
            pairs.extend(match transfer {
                Transfer::Copy => items::copy(mail, from, &slice, to)?,
                Transfer::Move => items::relocate(mail, from, &slice, to)?,
            });
        }
        Ok(pairs)
    });
    pairs.await
}

/// Into the mailbox of another user.
async fn across(session: &Session, place: Place, uids: &UidSet, folder: &Found) -> Result<Pairs, Failure> {
    let read = read_all(session, place, uids).await?;
    if !folder.shelf.is_own() && !session.user()?.is_open(folder.shelf.key()).await? {
        return Err(Failure::no(Code::NoPerm, "The mailbox is no longer open to you"));
    }
    let old: Vec<Uid> = read.iter().map(|(uid, ..)| *uid).collect();
    let to = folder.key;
    let new = session.change(folder.shelf.key(), move |mail| {
        let append = |(_, message, flags, names, received_at): &Read| {
            let flags = flags.with(items::keyword_flags(mail, names)?);
            items::append(mail, to, message, flags, *received_at)
        };
        read.iter().map(append).collect::<Result<Vec<Uid>, MailError>>()
    });
    Ok(old.into_iter().zip(new.await?).collect())
}

async fn expunge(session: &Session, place: Place, mut left: UidSet) -> Result<(), Failure> {
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        session.change(place.mailbox, move |mail| items::expunge(mail, place.folder, &slice, false)).await?;
    }
    Ok(())
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

fn copy_uid(folder: &Folder, pairs: &[(Uid, Uid)]) -> Code {
    let from: NumberSet = pairs.iter().map(|(old, _)| *old).collect();
    let to: NumberSet = pairs.iter().map(|(_, new)| *new).collect();
    Code::CopyUid { uid_validity: folder.uid_validity, from, to }
}
