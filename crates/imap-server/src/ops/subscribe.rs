//! SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8).

use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::folders::subscribe_folder;

use super::Done;
use super::select::folder;
use crate::failure::Failure;
use crate::needs;
use crate::session::Session;

/// Begins or ends the subscription of a folder.
pub(crate) async fn subscribe(
    session: &mut Session,
    mailbox: &MailboxName,
    subscribed: bool,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox, needs::SUBSCRIBE).await?;
    if !found.shelf.is_own() {
        // What is subscribed there is the owner's to say; guests see everything.
        return if subscribed {
            Ok(Done::plain("It is subscribed already"))
        } else {
            Err(Failure::no(Code::NoPerm, "Mailboxes of others are always subscribed"))
        };
    }
    let key = found.key;
    session.change(found.shelf.key(), move |mail| subscribe_folder(mail, key, subscribed)).await?;
    Ok(Done::plain(if subscribed { "SUBSCRIBE is done" } else { "UNSUBSCRIBE is done" }))
}
