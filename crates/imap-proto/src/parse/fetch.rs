//! Reading messages.

use super::cursor::{Cursor, Parsed};
use super::section::{binary_section, partial, section};
use super::set::sequence_set;
use crate::command::{Fetch, FetchItem};
use crate::{Command, Numbers};

/// `fetch`, with `fetch-modifiers` of RFC 7162 §7.
///
/// ```text
/// SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
///   [SP "(" ("CHANGEDSINCE" SP n / "VANISHED") *(SP …) ")"]
/// ```
pub(super) fn fetch(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    cursor.space()?;
    let set = sequence_set(cursor)?;
    cursor.space()?;
    let items = items(cursor)?;
    let mut fetch = Fetch { numbers, set, items, changed_since: None, vanished: false };
    if cursor.eat(b' ') {
        cursor.list(false, |cursor| modifier(cursor, &mut fetch))?;
    }
    if fetch.vanished && (numbers == Numbers::Sequence || fetch.changed_since.is_none()) {
        return cursor.expected("UID and CHANGEDSINCE beside VANISHED");
    }
    Ok(Command::Fetch(fetch))
}

fn modifier(cursor: &mut Cursor<'_>, fetch: &mut Fetch) -> Parsed<()> {
    match cursor.word("CHANGEDSINCE or VANISHED")?.as_str() {
        "CHANGEDSINCE" if fetch.changed_since.is_none() => {
            cursor.space()?;
            fetch.changed_since = Some(cursor.nz_number64()?.get());
        }
        "VANISHED" => fetch.vanished = true,
        _ => return cursor.expected("CHANGEDSINCE or VANISHED, once"),
    }
    Ok(())
}

fn items(cursor: &mut Cursor<'_>) -> Parsed<Vec<FetchItem>> {
    if cursor.peek() == Some(b'(') {
        return item_list(cursor);
    }
    for (name, count) in [("ALL", 4), ("FAST", 3), ("FULL", 5)] {
        if cursor.eat_word(name) {
            return Ok(MACRO.into_iter().take(count).collect());
        }
    }
    Ok(vec![cursor.element(item)?])
}

/// What FULL stands for; ALL and FAST are begins of it. RFC 9051 §6.4.5.
const MACRO: [FetchItem; 5] =
    [FetchItem::Flags, FetchItem::InternalDate, FetchItem::Rfc822Size, FetchItem::Envelope, FetchItem::Body];

/// `"(" fetch-att *(SP fetch-att) ")"`; what is asked for twice is told once.
pub(super) fn item_list(cursor: &mut Cursor<'_>) -> Parsed<Vec<FetchItem>> {
    let mut items = Vec::new();
    cursor.list(false, |cursor| {
        let item = item(cursor)?;
        if !items.contains(&item) {
            items.push(item);
        }
        Ok(())
    })?;
    Ok(items)
}

/// `fetch-att`
fn item(cursor: &mut Cursor<'_>) -> Parsed<FetchItem> {
    Ok(match cursor.word("a data item of a message")?.as_str() {
        "ENVELOPE" => FetchItem::Envelope,
        "FLAGS" => FetchItem::Flags,
        "INTERNALDATE" => FetchItem::InternalDate,
        "RFC822" => FetchItem::Rfc822,
        "RFC822.HEADER" => FetchItem::Rfc822Header,
        "RFC822.SIZE" => FetchItem::Rfc822Size,
        "RFC822.TEXT" => FetchItem::Rfc822Text,
        "BODY" if cursor.peek() == Some(b'[') => body_section(cursor, false)?,
        "BODY.PEEK" => body_section(cursor, true)?,
        "BODY" => FetchItem::Body,
        "BODYSTRUCTURE" => FetchItem::BodyStructure,
        "BINARY" => binary(cursor, false)?,
        "BINARY.PEEK" => binary(cursor, true)?,
        "BINARY.SIZE" => FetchItem::BinarySize(binary_section(cursor)?),
        "UID" => FetchItem::Uid,
        "MODSEQ" => FetchItem::ModSeq,
        "EMAILID" => FetchItem::EmailId,
        "THREADID" => FetchItem::ThreadId,
        "SAVEDATE" => FetchItem::SaveDate,
        // RFC 8970 §6; other brackets behind it are modifiers of FETCH.
        "PREVIEW" => FetchItem::Preview { lazy: cursor.eat_space_and("(LAZY)") },
        _ => return cursor.expected("a data item of a message"),
    })
}

fn body_section(cursor: &mut Cursor<'_>, peek: bool) -> Parsed<FetchItem> {
    Ok(FetchItem::BodySection { section: section(cursor)?, partial: partial(cursor)?, peek })
}

fn binary(cursor: &mut Cursor<'_>, peek: bool) -> Parsed<FetchItem> {
    Ok(FetchItem::Binary { part: binary_section(cursor)?, partial: partial(cursor)?, peek })
}
