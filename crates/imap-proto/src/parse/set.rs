//! Sets of message numbers.

use super::cursor::{Cursor, Parsed};
use crate::{SeqNumber, SeqRange, SequenceSet};

/// `sequence-set`: RFC 9051 §9.
///
/// ```text
/// (seq-number / seq-number ":" seq-number) *("," sequence-set) / "$"
/// ```
pub(super) fn sequence_set(cursor: &mut Cursor<'_>) -> Parsed<SequenceSet> {
    if cursor.eat(b'$') {
        return Ok(SequenceSet::Saved);
    }
    let mut ranges = Vec::new();
    loop {
        cursor.range()?;
        let first = seq_number(cursor)?;
        let last = if cursor.eat(b':') { seq_number(cursor)? } else { first };
        ranges.push(SeqRange { first, last });
        if !cursor.eat(b',') {
            return Ok(SequenceSet::Ranges(ranges.into()));
        }
    }
}

/// `sequence-set` without `*` and `$`, as QRESYNC has it. RFC 7162 §7.
pub(super) fn known_set(cursor: &mut Cursor<'_>) -> Parsed<SequenceSet> {
    let set = sequence_set(cursor)?;
    let is_number = |number: SeqNumber| matches!(number, SeqNumber::Number(_));
    match &set {
        SequenceSet::Ranges(ranges)
            if ranges.iter().all(|range| is_number(range.first) && is_number(range.last)) =>
        {
            Ok(set)
        }
        SequenceSet::Ranges(_) | SequenceSet::Saved => cursor.expected("a set of numbers without *"),
    }
}

/// `seq-number`
pub(super) fn seq_number(cursor: &mut Cursor<'_>) -> Parsed<SeqNumber> {
    if cursor.eat(b'*') {
        return Ok(SeqNumber::Largest);
    }
    Ok(SeqNumber::Number(cursor.nz_number()?))
}
