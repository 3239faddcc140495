//! APPEND (RFC 9051 §6.3.12, MULTIAPPEND RFC 3502).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::MailboxName;
use postroom_imap_proto::command::{Append, AppendData, AppendMessage};
use postroom_imap_proto::encode::Code;
use postroom_mailbox::{Flags, FolderRights, Prepared, items};
use postroom_types::Timestamp;

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::needs;
use crate::respond::flags_of;
use crate::selected;
use crate::session::Session;

/// Adds messages to a folder: all of them or none.
pub(crate) async fn append(session: &mut Session, append: Append) -> Result<Done, Failure> {
    if append.messages.iter().any(is_work) {
        // What is sure to fail is not worth it.
        destination(session, &append.mailbox).await?;
    }
    let mut ready = Vec::with_capacity(append.messages.len());
    for message in append.messages {
        ready.push(prepare(session, message).await?);
    }
    let now = session.imap.mailboxes.store().clock().now();
    let added = session.change_target(append.mailbox.as_str(), needs::APPEND, move |mail, folder, may| {
        let mut uids = postroom_mailbox::UidSet::default();
        for (message, flags, received_at) in &ready {
            let (system, names) = allowed(may, flags.clone());
            let flags = system.with(items::keyword_flags(mail, &names)?);
            uids.insert(items::append(mail, folder.key, message, flags, received_at.unwrap_or(now))?);
        }
        Ok(uids)
    });
    let (folder, uids) = added.await?;
    session.note(&folder, Deed::messages(MailboxAction::Create, uids.iter()));
    let uids = selected::number_set(&uids);
    if !folder.given().contains(FolderRights::READ) {
        // Where nothing may be read, a UID is of no use (RFC 4315 §3).
        return Ok(Done::plain("APPEND is done"));
    }
    Ok(Done::with(Code::AppendUid { uid_validity: folder.uid_validity, uids }, "APPEND is done"))
}

/// The folder that messages are to be added to.
pub(crate) async fn destination(session: &Session, mailbox: &MailboxName) -> Result<Found, Failure> {
    session.target(mailbox.as_str(), needs::APPEND).await
}

/// The flags that a message may come with; others are left out without a word (RFC 4314 §4).
pub(super) fn allowed(may: FolderRights, (system, names): (Flags, Vec<String>)) -> (Flags, Vec<String>) {
    let names = if may.contains(FolderRights::WRITE_FLAGS) { names } else { Vec::new() };
    (system.among(may.flags()), names)
}

/// Whether it costs more to parse and seal `message` than to look whether it can be added.
fn is_work(message: &AppendMessage) -> bool {
    match &message.data {
        AppendData::Literal(bytes) | AppendData::Literal8(bytes) | AppendData::Utf8(bytes) => {
            bytes.len() >= postroom_mailbox::limits::BLOCKING_BYTES_MIN
        }
        AppendData::Catenate(_) => false,
    }
}

type Ready = (Prepared, (Flags, Vec<String>), Option<Timestamp>);

/// Parses and seals a message before the transaction; a large one on a thread that may block.
pub(super) async fn prepare(session: &Session, message: AppendMessage) -> Result<Ready, Failure> {
    let flags = flags_of(&message.flags);
    let received_at = message.received_at.map(|at| Timestamp::from_seconds(at.unix_seconds()));
    let bytes = match message.data {
        AppendData::Literal(bytes) | AppendData::Literal8(bytes) | AppendData::Utf8(bytes) => bytes,
        AppendData::Catenate(_) => return Err(Failure::Bad("CATENATE is not offered")),
    };
    if bytes.is_empty() {
        // RFC 3502 §6.3.11: so a client gives the command up.
        return Err(Failure::no(Code::Cannot, "A message is not empty: nothing was added"));
    }
    let organization = session.user()?.organization;
    Ok((session.imap.mailboxes.prepare(organization, bytes).await?, flags, received_at))
}
