//! EXPUNGE, UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9) and CLOSE (§6.4.1).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{Numbers, SequenceSet};
use postroom_mailbox::{FolderRights, UidSet, items, limits};

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::session::Session;

/// Expunges what is marked for it, among `set` when it is given.
pub(crate) async fn expunge(session: &mut Session, set: Option<&SequenceSet>) -> Result<Done, Failure> {
    let selected = session.selected_with(FolderRights::EXPUNGE, MailboxAction::Delete)?;
    let uids = match set {
        Some(set) => selected.resolve(Numbers::Uid, set)?,
        None => selected.known.clone(),
    };
    carry_out(session, uids).await?;
    let condstore = session.enabled.condstore;
    let selected = session.selected()?;
    if !condstore {
        return Ok(Done::plain("EXPUNGE is done"));
    }
    let place = selected.place;
    let position = session
        .imap
        .mailboxes
        .read(place.organization, move |read| {
            let folder =
                postroom_mailbox::Folder::find(read, place.organization, place.mailbox, place.folder)?;
            Ok(folder.map_or(1, |folder| folder.content_sequence))
        })
        .await?;
    let mod_seq = u64::try_from(position).unwrap_or(1);
    Ok(Done::with(Code::HighestModSeq(mod_seq), "EXPUNGE is done"))
}

/// Expunges silently and leaves the folder; after EXAMINE, or without the right to expunge, it only leaves (RFC 4314 §4).
pub(crate) async fn close(session: &mut Session) -> Result<Done, Failure> {
    let selected = session.selected()?;
    if !selected.read_only && selected.rights.contains(FolderRights::EXPUNGE) {
        let uids = selected.known.clone();
        carry_out(session, uids).await?;
    }
    session.selected = None;
    Ok(Done::plain("CLOSE is done"))
}

async fn carry_out(session: &mut Session, mut left: UidSet) -> Result<(), Failure> {
    let place = session.selected()?.place;
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        session.still(FolderRights::EXPUNGE).await?;
        let gone =
            session.change(place.mailbox, move |mail| items::expunge(mail, place.folder, &slice, true));
        let gone = gone.await?;
        session.note_selected(Deed::messages(MailboxAction::Delete, gone.iter()));
    }
    Ok(())
}
