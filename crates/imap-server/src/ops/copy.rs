//! COPY (RFC 9051 §6.4.7) and MOVE (§6.4.8).

mod copies;

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, NumberSet, Numbers, SequenceSet, Tag};
use postroom_mailbox::{
    Flags, Folder, FolderKey, FolderRights, Keywords, MailError, MailTx, Place, Prepared, Uid, UidSet, items,
    limits,
};
use postroom_types::Timestamp;

use copies::Copies;

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::needs;
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

/// Copies or moves messages to a folder, in slices of `limits::ITEMS_PER_WRITE`, so that others get their turn.
///
/// COPY does all or nothing: what was copied before a slice is refused, or before the user has lost the right to be here,
/// is taken back (RFC 9051 §6.4.7). MOVE leaves each message in one of the two folders, and says which ones moved (RFC 6851
/// §3.3). What goes into the mailbox of another user is expunged here when it is there: what comes in between leaves it in
/// both.
pub(crate) async fn transfer(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    transfer: Transfer,
    (numbers, set): (Numbers, &SequenceSet),
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let (selected, needs) = match transfer {
        Transfer::Copy => (session.selected()?, needs::COPY),
        Transfer::Move => (session.selected_with(GONE, MailboxAction::Move)?, needs::MOVE),
    };
    let (uids, place) = (selected.resolve(numbers, set)?, selected.place);
    let folder = session.target(mailbox.as_str(), needs).await?;
    let is_across = folder.shelf.key() != place.mailbox;
    let (pairs, failure) = if is_across {
        telling(out, tag, across(session, transfer, place, &uids, &folder)).await??
    } else {
        telling(out, tag, within(session, place, transfer, uids, &folder)).await?
    };
    if pairs.is_empty() {
        return failure.map_or_else(|| Ok(Done::plain("None of the messages is there any more")), Err);
    }
    let (from, to) = match transfer {
        Transfer::Copy => (MailboxAction::Copy, MailboxAction::CopyTo),
        Transfer::Move => (MailboxAction::Move, MailboxAction::MoveTo),
    };
    session.note_selected(Deed::messages(from, pairs.iter().map(|(old, _)| *old)));
    session.note(&folder, Deed::messages(to, pairs.iter().map(|(_, new)| *new)));
    // Where nothing may be read, a UID is of no use (RFC 4315 §3).
    let code = folder.given().contains(FolderRights::READ).then(|| copy_uid(&folder, &pairs));
    if transfer == Transfer::Copy {
        return Ok(code.map_or_else(|| Done::plain("COPY is done"), |code| Done::with(code, "COPY is done")));
    }
    if let Some(code) = code {
        // Before the EXPUNGE responses that follow (RFC 6851 §4.3).
        respond::untagged_ok(&mut out.bytes, &code, "Moved");
    }
    if is_across {
        expunge(session, place, pairs.iter().map(|(old, _)| *old).collect()).await?;
    }
    failure.map_or_else(|| Ok(Done::plain("MOVE is done")), Err)
}

/// What was done, and why not all of it. Of a COPY that failed nothing is left.
type Transferred = (Pairs, Option<Failure>);

/// What MOVE needs where messages go from (RFC 6851 §4.4, RFC 4314 §4).
const GONE: FolderRights = FolderRights::MARK_DELETED.with(FolderRights::EXPUNGE);

/// In one mailbox.
async fn within(
    session: &mut Session,
    place: Place,
    transfer: Transfer,
    mut left: UidSet,
    folder: &Found,
) -> Transferred {
    let (from, to, may) = (place.folder, folder.key, folder.given().flags());
    let mut moved = Pairs::new();
    let mut copies = match Copies::into(session, place.mailbox, to) {
        Ok(copies) => copies,
        Err(failure) => return (moved, Some(failure)),
    };
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        let change = move |mail: &mut MailTx<'_, '_>| {
            let done = match transfer {
                Transfer::Copy => items::copy(mail, from, &slice, to),
                Transfer::Move => items::relocate(mail, from, &slice, to),
            }?;
            keep_flags(mail, to, &done, may)?;
            Ok(done)
        };
        let done = match (still(session, transfer, folder).await, transfer) {
            (Err(failure), _) => Err(failure),
            (Ok(()), Transfer::Copy) => copies.make(change).await,
            (Ok(()), Transfer::Move) => {
                session.change(place.mailbox, change).await.map(|done| moved.extend(done))
            }
        };
        if let Err(failure) = done {
            copies.take_back().await;
            return (moved, Some(failure));
        }
    }
    (if transfer == Transfer::Copy { copies.keep() } else { moved }, None)
}

/// Takes the flags from what has come into `to` that the user may not set there (RFC 4314 §4).
fn keep_flags(mail: &mut MailTx<'_, '_>, to: FolderKey, pairs: &Pairs, may: Flags) -> Result<(), MailError> {
    if may == Flags::ALL {
        return Ok(());
    }
    let new: UidSet = pairs.iter().map(|(_, new)| *new).collect();
    let others = items::FlagChange::SetAmong(Flags::ALL.without(may));
    items::store_flags(mail, to, &new, others, (Flags::NONE, &[]), None).map(drop)
}

/// Fails when a right was lost since the command began. Asked before each slice; an answer that fails takes copies back,
/// too.
async fn still(session: &mut Session, transfer: Transfer, to: &Found) -> Result<(), Failure> {
    session.still_at(to, FolderRights::INSERT).await?;
    session.still(if transfer == Transfer::Move { GONE } else { FolderRights::READ }).await
}

/// Into the mailbox of another user.
async fn across(
    session: &mut Session,
    transfer: Transfer,
    place: Place,
    uids: &UidSet,
    folder: &Found,
) -> Result<Transferred, Failure> {
    let mut read = read_all(session, place, uids).await?.into_iter();
    let (mailbox, to, may) = (folder.shelf.key(), folder.key, folder.given());
    let mut copies = Copies::into(session, mailbox, to)?;
    loop {
        let slice: Vec<Read> = read.by_ref().take(limits::ITEMS_PER_WRITE).collect();
        if slice.is_empty() {
            return Ok((copies.keep(), None));
        }
        let append = move |mail: &mut MailTx<'_, '_>| {
            let append = |(old, message, flags, names, received_at): &Read| {
                let names = if may.contains(FolderRights::WRITE_FLAGS) { &names[..] } else { &[] };
                let flags = flags.among(may.flags()).with(items::keyword_flags(mail, names)?);
                items::append(mail, to, message, flags, *received_at).map(|new| (*old, new))
            };
            slice.iter().map(append).collect::<Result<Pairs, MailError>>()
        };
        let appended = match still(session, transfer, folder).await {
            Ok(()) => copies.make(append).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = appended {
            copies.take_back().await;
            return Ok((Pairs::new(), Some(failure)));
        }
    }
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
            let message = mailboxes.prepare(place.organization, message).await?;
            let names = item.flags.keywords().filter_map(|number| keywords.name(number).map(str::to_owned));
            let names: Vec<String> = names.collect();
            let named =
                item.flags.keywords().fold(Flags::NONE, |all, number| all.with(Flags::keyword(number)));
            all.push((item.uid, message, item.flags.without(named), names, item.received_at));
        }
    }
    Ok(all)
}

type Pairs = Vec<(Uid, Uid)>;

fn copy_uid(folder: &Folder, pairs: &[(Uid, Uid)]) -> Code {
    let from: NumberSet = pairs.iter().map(|(old, _)| *old).collect();
    let to: NumberSet = pairs.iter().map(|(_, new)| *new).collect();
    Code::CopyUid { uid_validity: folder.uid_validity, from, to }
}
