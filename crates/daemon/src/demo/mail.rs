//! What is in the demo's mailbox.

use std::sync::Arc;

use postroom_admin_api::Api;
use postroom_directory::entity;
use postroom_mailbox::{Flags, Folder, MailError, Mailboxes, Role, items};
use postroom_types::Timestamp;

use super::content::Content;
use crate::problem::Problem;

/// Who finds messages.
pub(super) const READER: &str = "alice";

/// Subject, text, and how many hours before the first start it came.
const MESSAGES: [(&str, &str, i64); 3] = [
    ("Welcome", "This is the mailbox of the demo. Mark, move, copy and delete: it is a real one.", 48),
    ("Lunch on Friday?", "There is a table for four at noon. Will you come?", 20),
    (
        "Minutes of the meeting",
        "1. The library stays open until eight.\r\n2. Nobody knows who has the key.",
        3,
    ),
];

/// Puts the messages into the reader's Inbox, unless something was ever there.
pub(super) async fn fill(api: &Arc<Api>, mailboxes: &Mailboxes, content: &Content) -> Result<(), Problem> {
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::told("the demo's messages cannot be stored", cause).advise(super::ANEW)
    };
    let found = api.organization_key(&content.organization_id).await;
    let found = found.map_err(|error| problem(&format!("{error:?}")))?;
    let key = found.ok_or_else(|| problem(&"the organization is gone"))?;
    let store = mailboxes.store();
    let owner = store.read(postroom_store::Place::Organization(key), move |read| {
        entity::find_any(read, key, READER, entity::Accepts::Any)
    });
    let owner = owner.await.map_err(|error| problem(&format!("{error:?}")))?;
    let mailbox = mailboxes.of_owner(key, &owner.id).await.map_err(|error| problem(&error))?.key;
    let now = store.clock().now();
    let mut ready = Vec::new();
    for (subject, text, hours) in MESSAGES {
        let at = Timestamp::from_seconds(now.seconds() - hours * 60 * 60);
        let message = message(&content.domain, subject, text, at);
        let prepared = mailboxes.prepare(key, message.as_bytes()).await.map_err(|error| problem(&error))?;
        ready.push((prepared, at));
    }
    let filled = mailboxes.change(key, mailbox, "system:demo".into(), move |mail| {
        let (organization, mailbox) = (mail.organization, mail.mailbox);
        let inbox = Folder::of_role(mail, organization, mailbox, Role::Inbox)?;
        if inbox.uid_next > 1 {
            return Ok(());
        }
        for (message, at) in &ready {
            items::append(mail, inbox.key, message, Flags::NONE, *at)?;
        }
        Ok::<_, MailError>(())
    });
    filled.await.map_err(|error| problem(&error))
}

fn message(domain: &str, subject: &str, text: &str, at: Timestamp) -> String {
    let date = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    let date = jiff::fmt::rfc2822::to_string(&date.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
    format!(
        "From: Bob Example <bob@{domain}>\r\nTo: Alice Example <{READER}@{domain}>\r\nSubject: {subject}\r\n\
         Date: {date}\r\nMessage-ID: <{}.demo@{domain}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nDear Alice,\r\n\r\n{text}\r\n\r\nBob\r\n",
        at.seconds()
    )
}
