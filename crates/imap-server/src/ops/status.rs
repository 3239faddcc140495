//! STATUS (RFC 9051 §6.3.11).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::{MailboxName, StatusItem};

use super::Done;
use super::select::folder;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::needs;
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// Tells how much is in a folder, from its counters.
pub(crate) async fn status(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
    items: &[StatusItem],
) -> Result<Done, Failure> {
    let folder = folder(session, mailbox, needs::STATUS).await?;
    if items.contains(&StatusItem::HighestModSeq) {
        // RFC 7162 §3.1.2.1: who asks for it keeps mod-sequences.
        session.enabled.condstore = true;
    }
    session.note(&folder, Deed::folder(MailboxAction::ReadSummary));
    let row = (&folder.folder, session.deleted_bytes(&folder.shelf, &folder, items).await?);
    respond::status(&mut out.bytes, session.enabled, mailbox, row, &folder.shelf.mailbox, items);
    Ok(Done::plain("STATUS is done"))
}
