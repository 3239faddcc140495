//! Sets of messages as clients write them.

use std::num::NonZeroU32;

use super::NumberSet;

/// A message sequence number or UID, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeqNumber {
    /// A number.
    Number(NonZeroU32),
    /// `*`: the largest in use.
    Largest,
}

/// From one number to another, in either order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeqRange {
    /// As written first.
    pub first: SeqNumber,
    /// As written last; equal to `first` for a single number.
    pub last: SeqNumber,
}

/// Which messages a command means. RFC 9051 §9, `sequence-set`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SequenceSet {
    /// `$`: the result that SEARCH saved. RFC 9051 §6.4.4.1.
    Saved,
    /// At least one range.
    Ranges(Box<[SeqRange]>),
}

impl SeqNumber {
    fn resolved(self, largest: NonZeroU32) -> u32 {
        match self {
            Self::Number(number) => number.get(),
            Self::Largest => largest.get(),
        }
    }
}

impl SeqRange {
    /// A single number.
    pub fn one(number: SeqNumber) -> Self {
        Self { first: number, last: number }
    }
}

impl SequenceSet {
    /// The numbers that are meant when `largest` is the largest in use (0: there is none); `None` for `$`.
    ///
    /// `*` in an empty mailbox means nothing, and a range with `*` in it is then empty. What is above `largest`, and was
    /// written, stays in the set: for sequence numbers the caller says BAD, for UIDs it has no effect.
    pub fn resolve(&self, largest: u32) -> Option<NumberSet> {
        let Self::Ranges(ranges) = self else { return None };
        let largest = NonZeroU32::new(largest);
        let resolved = ranges.iter().filter_map(|range| {
            let has_star = range.first == SeqNumber::Largest || range.last == SeqNumber::Largest;
            let largest = match largest {
                None if has_star => return None,
                None => NonZeroU32::MIN,
                Some(largest) => largest,
            };
            let (first, last) = (range.first.resolved(largest), range.last.resolved(largest));
            Some(first.min(last)..=first.max(last))
        });
        Some(resolved.collect())
    }
}

impl From<&NumberSet> for Option<SequenceSet> {
    /// The set in its shortest form; `None` if it is empty.
    fn from(set: &NumberSet) -> Self {
        let number = |number: u32| NonZeroU32::new(number).map(SeqNumber::Number);
        let ranges: Box<[SeqRange]> = set
            .ranges()
            .iter()
            .filter_map(|range| {
                Some(SeqRange { first: number(*range.start())?, last: number(*range.end())? })
            })
            .collect();
        (!ranges.is_empty()).then_some(SequenceSet::Ranges(ranges))
    }
}
