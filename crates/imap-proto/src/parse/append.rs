//! New messages.

use super::cursor::{Cursor, Parsed};
use super::date::date_time;
use super::flags::flag_list;
use super::set::seq_number;
use super::{Destination, space_mailbox};
use crate::command::{Append, AppendData, AppendMessage, CatenatePart, Replace};
use crate::{Command, Numbers};

/// `append = "APPEND" SP mailbox 1*append-message`: RFC 9051 §9, RFC 3502 §5.
pub(super) fn append(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mailbox = space_mailbox(cursor)?;
    let to = Destination { mailbox, replaces: None };
    let mut messages = vec![message(cursor, &to)?];
    while cursor.peek() == Some(b' ') {
        messages.push(cursor.element(|cursor| message(cursor, &to))?);
    }
    Ok(Command::Append(Append { mailbox: to.mailbox, messages }))
}

/// `replace = "REPLACE" SP seq-number SP mailbox append-message`: RFC 8508 §5.
pub(super) fn replace(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    cursor.space()?;
    let number = seq_number(cursor)?;
    let to = Destination { mailbox: space_mailbox(cursor)?, replaces: Some((numbers, number)) };
    let message = message(cursor, &to)?;
    Ok(Command::Replace(Replace { numbers, number, mailbox: to.mailbox, message }))
}

/// `append-message = [SP flag-list] [SP date-time] SP append-data`
fn message(cursor: &mut Cursor<'_>, to: &Destination) -> Parsed<AppendMessage> {
    cursor.space()?;
    let mut flags = Vec::new();
    if cursor.peek() == Some(b'(') {
        flags = flag_list(cursor)?;
        cursor.space()?;
    }
    let mut received_at = None;
    if cursor.peek() == Some(b'"') {
        received_at = Some(date_time(cursor)?);
        cursor.space()?;
    }
    let data = if cursor.eat_word("UTF8 (") {
        let (octets, is_literal8) = cursor.message(to)?;
        if !is_literal8 {
            return cursor.expected("a literal8");
        }
        cursor.close()?;
        AppendData::Utf8(octets)
    } else if cursor.eat_word("CATENATE ") {
        AppendData::Catenate(cursor.list(false, |cursor| catenate_part(cursor, to))?)
    } else {
        match cursor.message(to)? {
            (octets, true) => AppendData::Literal8(octets),
            (octets, false) => AppendData::Literal(octets),
        }
    };
    Ok(AppendMessage { flags, received_at, data })
}

/// `cat-part = "TEXT" SP literal / "URL" SP astring`: RFC 4469 §5.
fn catenate_part(cursor: &mut Cursor<'_>, to: &Destination) -> Parsed<CatenatePart> {
    match cursor.word("TEXT or URL")?.as_str() {
        "TEXT" => {
            cursor.space()?;
            Ok(CatenatePart::Text(cursor.message(to)?.0))
        }
        "URL" => {
            cursor.space()?;
            Ok(CatenatePart::Url(cursor.text("a URL")?))
        }
        _ => cursor.expected("TEXT or URL"),
    }
}
