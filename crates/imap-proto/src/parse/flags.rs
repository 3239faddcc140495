//! Lists of flags.

use super::cursor::{Cursor, Parsed};
use super::is_atom_char;
use crate::{Flag, SpecialUse};

/// `flag-list`; may be empty.
pub(super) fn flag_list(cursor: &mut Cursor<'_>) -> Parsed<Vec<Flag>> {
    cursor.list(true, flag)
}

/// `flag`: RFC 9051 §9; system flags that a client cannot set are refused.
pub(super) fn flag(cursor: &mut Cursor<'_>) -> Parsed<Flag> {
    const EXPECTED: &str = "a flag: a keyword or one of \\Answered, \\Flagged, \\Deleted, \\Seen, \\Draft";
    let name = cursor.characters(|byte| is_atom_char(byte) || byte == b'\\', EXPECTED)?;
    cursor.require(Flag::new(name), EXPECTED)
}

/// `use-attr`, which may be one that is not known (`use-attr-ext`): RFC 6154 §6.
pub(super) fn special_use(cursor: &mut Cursor<'_>) -> Parsed<Option<SpecialUse>> {
    if !cursor.eat(b'\\') {
        return cursor.expected("a special use");
    }
    let name = cursor.atom("a special use")?;
    Ok(SpecialUse::ALL.into_iter().find(|each| each.as_str()[1..].eq_ignore_ascii_case(name)))
}
