//! Changing flags; copying and moving.

use super::cursor::{Cursor, Parsed};
use super::flags::{flag, flag_list};
use super::set::sequence_set;
use super::space_mailbox;
use crate::command::{Store, StoreAction};
use crate::{Command, MailboxName, Numbers, SequenceSet};

/// `store`, with `store-modifiers` of RFC 7162 §7.
///
/// ```text
/// SP sequence-set [SP "(" "UNCHANGEDSINCE" SP n ")"] SP (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / flag *(SP flag))
/// ```
pub(super) fn store(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    cursor.space()?;
    let set = sequence_set(cursor)?;
    cursor.space()?;
    let mut unchanged_since = None;
    if cursor.peek() == Some(b'(') {
        cursor.list(false, |cursor| {
            if !cursor.eat_word("UNCHANGEDSINCE") || unchanged_since.is_some() {
                return cursor.expected("UNCHANGEDSINCE, once");
            }
            cursor.space()?;
            unchanged_since = Some(cursor.number64()?);
            Ok(())
        })?;
        cursor.space()?;
    }
    let action = if cursor.eat(b'+') {
        StoreAction::Add
    } else if cursor.eat(b'-') {
        StoreAction::Remove
    } else {
        StoreAction::Replace
    };
    let silent = match cursor.word("FLAGS")?.as_str() {
        "FLAGS" => false,
        "FLAGS.SILENT" => true,
        _ => return cursor.expected("FLAGS or FLAGS.SILENT"),
    };
    cursor.space()?;
    let flags = if cursor.peek() == Some(b'(') { flag_list(cursor)? } else { bare_flags(cursor)? };
    Ok(Command::Store(Store { numbers, set, unchanged_since, action, silent, flags }))
}

fn bare_flags(cursor: &mut Cursor<'_>) -> Parsed<Vec<crate::Flag>> {
    let mut flags = vec![cursor.element(flag)?];
    while cursor.eat(b' ') {
        flags.push(cursor.element(flag)?);
    }
    Ok(flags)
}

/// `SP sequence-set SP mailbox`
pub(super) fn set_and_mailbox(cursor: &mut Cursor<'_>) -> Parsed<(SequenceSet, MailboxName)> {
    cursor.space()?;
    let set = sequence_set(cursor)?;
    Ok((set, space_mailbox(cursor)?))
}
