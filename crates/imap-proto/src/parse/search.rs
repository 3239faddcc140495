//! Finding messages.

use super::cursor::{Cursor, Parsed};
use super::search_key::{charset, keys};
use crate::command::{Search, SearchReturns};
use crate::{Command, Numbers};

/// ```text
/// [SP "RETURN" SP "(" [return-opt *(SP return-opt)] ")"] SP ["CHARSET" SP charset SP] search-key *(SP search-key)
/// ```
pub(super) fn search(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    let returns = returns(cursor)?;
    cursor.space()?;
    let mut named = None;
    if cursor.eat_word("CHARSET") {
        cursor.space()?;
        named = Some(charset(cursor)?);
        cursor.space()?;
    }
    Ok(Command::Search(Search { numbers, returns, charset: named, key: keys(cursor)? }))
}

/// `[SP "RETURN" SP "(" … ")"]`; without any option it is ALL. RFC 9051 §6.4.4.
pub(super) fn returns(cursor: &mut Cursor<'_>) -> Parsed<Option<SearchReturns>> {
    if !cursor.eat_space_and("RETURN") {
        return Ok(None);
    }
    cursor.space()?;
    let mut returns = SearchReturns::default();
    cursor.list(true, |cursor| {
        match cursor.word("a return option")?.as_str() {
            "MIN" => returns.min = true,
            "MAX" => returns.max = true,
            "ALL" => returns.all = true,
            "COUNT" => returns.count = true,
            "SAVE" => returns.save = true,
            _ => return cursor.expected("MIN, MAX, ALL, COUNT or SAVE"),
        }
        Ok(())
    })?;
    if returns == SearchReturns::default() {
        returns.all = true;
    }
    Ok(Some(returns))
}
