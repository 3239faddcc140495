//! Sorting and threading messages. RFC 5256 §5.

use super::cursor::{Cursor, Parsed};
use super::search::returns;
use super::search_key::{charset, keys};
use crate::command::{Sort, SortCriterion, SortKey, Thread, ThreadAlgorithm};
use crate::{Command, Numbers};

/// `[SP "RETURN" …] SP "(" sort-criterion *(SP sort-criterion) ")" SP charset 1*(SP search-key)`
pub(super) fn sort(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    let returns = returns(cursor)?;
    cursor.space()?;
    let criteria = cursor.list(false, criterion)?;
    cursor.space()?;
    let charset = charset(cursor)?;
    cursor.space()?;
    Ok(Command::Sort(Sort { numbers, returns, criteria, charset, key: keys(cursor)? }))
}

/// `["REVERSE" SP] sort-key`
fn criterion(cursor: &mut Cursor<'_>) -> Parsed<SortCriterion> {
    let reverse = cursor.eat_word("REVERSE");
    if reverse {
        cursor.space()?;
    }
    let key = match cursor.word("a sort key")?.as_str() {
        "ARRIVAL" => SortKey::Arrival,
        "CC" => SortKey::Cc,
        "DATE" => SortKey::Date,
        "DISPLAYFROM" => SortKey::DisplayFrom,
        "DISPLAYTO" => SortKey::DisplayTo,
        "FROM" => SortKey::From,
        "SIZE" => SortKey::Size,
        "SUBJECT" => SortKey::Subject,
        "TO" => SortKey::To,
        _ => return cursor.expected("a sort key"),
    };
    Ok(SortCriterion { key, reverse })
}

/// `SP thread-alg SP charset 1*(SP search-key)`
pub(super) fn thread(cursor: &mut Cursor<'_>, numbers: Numbers) -> Parsed<Command> {
    cursor.space()?;
    let algorithm = match cursor.atom("ORDEREDSUBJECT or REFERENCES")?.to_ascii_uppercase().as_str() {
        "ORDEREDSUBJECT" => ThreadAlgorithm::OrderedSubject,
        "REFERENCES" => ThreadAlgorithm::References,
        _ => return cursor.expected("ORDEREDSUBJECT or REFERENCES"),
    };
    cursor.space()?;
    let charset = charset(cursor)?;
    cursor.space()?;
    Ok(Command::Thread(Thread { numbers, algorithm, charset, key: keys(cursor)? }))
}
