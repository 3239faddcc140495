//! Access control lists. RFC 4314 §6.

use super::cursor::{Cursor, Parsed};
use super::space_mailbox;
use crate::{Command, MailboxName, Rights, RightsChange};

/// `"SETACL" SP mailbox SP identifier SP ["+" / "-"] rights`
pub(super) fn set_acl(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
    cursor.space()?;
    let text = cursor.text("rights")?;
    let (letters, change): (_, fn(Rights) -> RightsChange) = match text.as_bytes().first() {
        Some(b'+') => (&text[1..], RightsChange::Add),
        Some(b'-') => (&text[1..], RightsChange::Remove),
        Some(_) | None => (&text[..], RightsChange::Replace),
    };
    let rights = cursor.require(Rights::new(letters), "rights: lower-case letters and digits")?;
    Ok(Command::SetAcl { mailbox, identifier, rights: change(rights) })
}

/// `SP mailbox SP identifier`
pub(super) fn mailbox_and_identifier(cursor: &mut Cursor<'_>) -> Parsed<(MailboxName, Box<str>)> {
    let mailbox = space_mailbox(cursor)?;
    cursor.space()?;
    let identifier = cursor.text("an identifier")?;
    if identifier.is_empty() || identifier.chars().any(char::is_control) {
        return cursor.expected("an identifier");
    }
    Ok((mailbox, identifier))
}
