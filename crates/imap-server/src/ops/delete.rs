//! DELETE (RFC 9051 §6.3.5).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::ListAttribute;
use postroom_mailbox::FolderRights;
use postroom_mailbox::folders::delete_folder;

use super::Done;
use super::select::folder;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::needs;
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// Deletes a folder; what was in it is kept for a while to be recovered.
pub(crate) async fn delete(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox, needs::DELETE).await?;
    let (place, key) = (session.place(&found)?, found.key);
    while !session.change(place.mailbox, move |mail| delete_folder(mail, key)).await? {
        session.still_at(&found, FolderRights::DELETE_FOLDER).await?;
    }
    session.note(&found, Deed::folder(MailboxAction::Delete));
    let gone = vec![ListAttribute::NonExistent];
    respond::called_otherwise(&mut out.bytes, session.enabled, &found.seen_path(), mailbox, gone);
    if session.selected.as_ref().is_some_and(|selected| selected.place == place) {
        session.selected = None;
    }
    Ok(Done::plain("DELETE is done"))
}
