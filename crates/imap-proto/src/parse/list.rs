//! Which mailboxes there are, and new ones.

use super::cursor::{Cursor, Parsed};
use super::flags::special_use;
use super::{is_astring_char, space_mailbox, status_items};
use crate::command::{List, ListPattern, ListReturns, ListSelection, Lsub};
use crate::{Command, Encoding, utf7};

/// `SP mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]`: RFC 6154 §6.
pub(super) fn create(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mailbox = space_mailbox(cursor)?;
    let mut uses = Vec::new();
    if cursor.eat(b' ') {
        cursor.open()?;
        if !cursor.eat_word("USE") {
            return cursor.expected("USE");
        }
        cursor.space()?;
        uses = cursor.list(true, special_use)?;
        cursor.close()?;
    }
    Ok(Command::Create { mailbox, uses })
}

/// `SP mailbox SP list-mailbox`
pub(super) fn lsub(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let reference = reference(cursor)?;
    cursor.space()?;
    Ok(Command::Lsub(Lsub { reference, pattern: pattern(cursor)? }))
}

/// ```text
/// [SP "(" select-opts ")"] SP mailbox SP (list-mailbox / "(" list-mailbox *(SP list-mailbox) ")") [SP "RETURN" SP "(" return-opts ")"]
/// ```
pub(super) fn list(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let mut list = List {
        selection: ListSelection::default(),
        reference: Box::default(),
        patterns: Vec::new(),
        returns: ListReturns::default(),
        extended: false,
    };
    if cursor.peek() == Some(b'(') {
        list.selection = selection(cursor)?;
        list.extended = true;
        cursor.space()?;
    }
    list.reference = reference(cursor)?;
    cursor.space()?;
    if cursor.peek() == Some(b'(') {
        list.patterns = cursor.list(false, pattern)?;
        list.extended = true;
    } else {
        list.patterns.push(pattern(cursor)?);
    }
    if cursor.eat_space_and("RETURN") {
        cursor.space()?;
        list.returns = returns(cursor)?;
        list.extended = true;
    }
    Ok(Command::List(list))
}

fn selection(cursor: &mut Cursor<'_>) -> Parsed<ListSelection> {
    let mut selection = ListSelection::default();
    cursor.list(true, |cursor| {
        match cursor.word("a selection option")?.as_str() {
            "SUBSCRIBED" => selection.subscribed = true,
            "REMOTE" => selection.remote = true,
            "RECURSIVEMATCH" => selection.recursive_match = true,
            "SPECIAL-USE" => selection.special_use = true,
            _ => return cursor.expected("SUBSCRIBED, REMOTE, RECURSIVEMATCH or SPECIAL-USE"),
        }
        Ok(())
    })?;
    // RFC 9051 §6.3.9.1: it says nothing by itself or beside REMOTE.
    if selection.recursive_match && !selection.subscribed && !selection.special_use {
        return cursor.expected("SUBSCRIBED or SPECIAL-USE beside RECURSIVEMATCH");
    }
    Ok(selection)
}

fn returns(cursor: &mut Cursor<'_>) -> Parsed<ListReturns> {
    let mut returns = ListReturns::default();
    cursor.list(true, |cursor| {
        match cursor.word("a return option")?.as_str() {
            "SUBSCRIBED" => returns.subscribed = true,
            "CHILDREN" => returns.children = true,
            "SPECIAL-USE" => returns.special_use = true,
            "MYRIGHTS" => returns.my_rights = true,
            "STATUS" => {
                cursor.space()?;
                returns.status = status_items(cursor)?;
            }
            _ => return cursor.expected("SUBSCRIBED, CHILDREN, SPECIAL-USE, MYRIGHTS or STATUS"),
        }
        Ok(())
    })?;
    Ok(returns)
}

/// `mailbox`, where a part of a name may stand.
fn reference(cursor: &mut Cursor<'_>) -> Parsed<Box<str>> {
    let bytes = cursor.astring("a reference name")?;
    let pattern = decode(&bytes, cursor.encoding);
    Ok(cursor.require(pattern, "a reference name")?.as_str().into())
}

/// `list-mailbox = 1*list-char / string`
fn pattern(cursor: &mut Cursor<'_>) -> Parsed<ListPattern> {
    let is_list_char = |byte: u8| is_astring_char(byte) || byte == b'%' || byte == b'*';
    let found = cursor.take_while(is_list_char);
    let pattern = if found.is_empty() {
        decode(&cursor.string("a pattern of mailbox names")?, cursor.encoding)
    } else {
        decode(found, cursor.encoding)
    };
    cursor.require(pattern, "a pattern of mailbox names")
}

/// Wildcards stand outside of base64, so a pattern is decoded as a whole.
fn decode(bytes: &[u8], encoding: Encoding) -> Option<ListPattern> {
    match encoding {
        Encoding::SevenBit => ListPattern::new(&utf7::decode(bytes)?),
        Encoding::Utf8 => ListPattern::new(std::str::from_utf8(bytes).ok()?),
    }
}
