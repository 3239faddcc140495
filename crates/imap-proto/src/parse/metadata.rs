//! Annotations. RFC 5464 §5.

use super::cursor::{Cursor, Parsed};
use super::space_mailbox;
use crate::command::{EntryValue, MetadataDepth, MetadataOptions};
use crate::{Command, EntryName, MetadataTarget};

/// `[SP options] SP mailbox SP (entry / "(" entry *(SP entry) ")")`.
///
/// The options are also taken behind the mailbox, where examples of the specification and clients have them.
pub(super) fn get_metadata(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut options = MetadataOptions::default();
    if cursor.run().starts_with(b" (") {
        cursor.space()?;
        options = self::options(cursor)?;
    }
    let target = target(cursor)?;
    cursor.space()?;
    let begins_with = |word: &str| {
        cursor.run().get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins_with("(MAXSIZE") || begins_with("(DEPTH") {
        options = self::options(cursor)?;
        cursor.space()?;
    }
    let entries = if cursor.peek() == Some(b'(') { cursor.list(false, entry)? } else { vec![entry(cursor)?] };
    Ok(Command::GetMetadata { target, options, entries })
}

/// `SP mailbox SP "(" entry SP value *(SP entry SP value) ")"`
pub(super) fn set_metadata(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let target = target(cursor)?;
    cursor.space()?;
    let entries = cursor.list(false, |cursor| {
        let name = entry(cursor)?;
        cursor.space()?;
        let value = if cursor.eat_word("NIL") {
            None
        } else {
            Some(cursor.string_or_literal8("a string or NIL")?.into_owned())
        };
        Ok(EntryValue { name, value })
    })?;
    Ok(Command::SetMetadata { target, entries })
}

/// `"(" option *(SP option) ")"`
fn options(cursor: &mut Cursor<'_>) -> Parsed<MetadataOptions> {
    let mut options = MetadataOptions::default();
    cursor.list(false, |cursor| {
        match cursor.word("MAXSIZE or DEPTH")?.as_str() {
            "MAXSIZE" => {
                cursor.space()?;
                options.size_bytes_max = Some(cursor.number()?);
            }
            "DEPTH" => {
                cursor.space()?;
                options.depth = match cursor.word("0, 1 or infinity")?.as_str() {
                    "0" => MetadataDepth::Zero,
                    "1" => MetadataDepth::One,
                    "INFINITY" => MetadataDepth::Infinity,
                    _ => return cursor.expected("0, 1 or infinity"),
                };
            }
            _ => return cursor.expected("MAXSIZE or DEPTH"),
        }
        Ok(())
    })?;
    Ok(options)
}

/// `SP mailbox`, where the empty name is the server.
fn target(cursor: &mut Cursor<'_>) -> Parsed<MetadataTarget> {
    let mailbox = space_mailbox(cursor)?;
    Ok(match mailbox.as_str() {
        "" => MetadataTarget::Server,
        _ => MetadataTarget::Mailbox(mailbox),
    })
}

/// `entry = astring`
fn entry(cursor: &mut Cursor<'_>) -> Parsed<EntryName> {
    let name = cursor.text("the name of an entry")?;
    cursor.require(EntryName::new(&name), "the name of an entry, such as /private/comment")
}
