//! REPLACE and UID REPLACE (RFC 8508): a new message, and the old one gone, in one transaction.

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::command::Replace;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, NumberSet, Numbers, SeqNumber};
use postroom_mailbox::{FolderRights, Place, UidSet, items};
use postroom_store::Read;

use super::Done;
use super::append::{allowed, destination, prepare};
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::out::Out;
use crate::respond;
use crate::selected::Selected;
use crate::session::Session;

/// Stores a message and expunges the one that it stands for: both or neither.
pub(crate) async fn replace(
    session: &mut Session,
    out: &mut Out<'_>,
    replace: Replace,
) -> Result<Done, Failure> {
    let Target { old, place, folder } =
        target(session, replace.numbers, replace.number, &replace.mailbox).await?;
    let gone = old.clone();
    let (from, to, uid_validity) = (place.folder, folder.key, folder.uid_validity);
    let (message, flags, received_at) = prepare(session, replace.message).await?;
    let (system, names) = allowed(folder.given(), flags);
    let received_at = received_at.unwrap_or_else(|| session.imap.mailboxes.store().clock().now());
    let uid = session.change(place.mailbox, move |mail| {
        // The old one first: its room is the new one's.
        if items::expunge(mail, from, &old, false)?.is_empty() {
            return Ok(None);
        }
        let flags = system.with(items::keyword_flags(mail, &names)?);
        items::append(mail, to, &message, flags, received_at).map(Some)
    });
    let Some(uid) = uid.await? else {
        return Err(Failure::no(Code::ExpungeIssued, "The message is gone"));
    };
    session.note_selected(Deed::messages(MailboxAction::Delete, gone.iter()));
    session.note(&folder, Deed::messages(MailboxAction::Create, [uid]));
    if folder.given().contains(FolderRights::READ) {
        // Before the EXPUNGE response that follows. RFC 8508 §3.3.
        let uids: NumberSet = [uid].into_iter().collect();
        respond::untagged_ok(&mut out.bytes, &Code::AppendUid { uid_validity, uids }, "Replaced");
    }
    Ok(Done::plain("REPLACE is done"))
}

/// What is replaced, and where the new one goes.
pub(crate) struct Target {
    old: UidSet,
    place: Place,
    pub(crate) folder: Found,
}

/// What a REPLACE is about.
pub(crate) async fn target(
    session: &mut Session,
    numbers: Numbers,
    number: SeqNumber,
    mailbox: &MailboxName,
) -> Result<Target, Failure> {
    let gone = FolderRights::MARK_DELETED.with(FolderRights::EXPUNGE);
    let selected = session.selected_with(gone, MailboxAction::Delete)?;
    let (old, place) = (old(selected, numbers, number)?, selected.place);
    let folder = destination(session, mailbox).await?;
    if folder.shelf.key() != place.mailbox {
        return Err(Failure::no(Code::Cannot, "A message cannot be replaced by one of another user"));
    }
    Ok(Target { old, place, folder })
}

/// Bytes of the message that goes.
pub(crate) async fn old_bytes(session: &Session, target: &Target) -> Result<i64, Failure> {
    let (place, old) = (target.place, target.old.clone());
    let read = move |read: &mut dyn Read| postroom_mailbox::items(read, place, &old);
    let items = session.imap.mailboxes.read(place.organization, read).await?;
    Ok(items.iter().map(|item| item.size_bytes).sum())
}

/// The one message that goes.
fn old(selected: &Selected, numbers: Numbers, number: SeqNumber) -> Result<UidSet, Failure> {
    let uid = match (number, numbers) {
        (SeqNumber::Largest, _) => selected.known.last(),
        (SeqNumber::Number(uid), Numbers::Uid) => Some(uid.get()).filter(|uid| selected.known.contains(*uid)),
        (SeqNumber::Number(number), Numbers::Sequence) if number.get() > selected.count() => {
            return Err(Failure::Bad("There is no message of that number"));
        }
        (SeqNumber::Number(number), Numbers::Sequence) => {
            selected.known.numbered(number.get().into(), number.get().into()).last()
        }
    };
    let uid = uid.ok_or_else(|| Failure::no(Code::NonExistent, "There is no such message"))?;
    let mut one = UidSet::default();
    one.insert(uid);
    Ok(one)
}
