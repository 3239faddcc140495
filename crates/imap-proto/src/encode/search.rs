//! What was found.

use super::text::{line_end, number, number_set, plain, quoted, run};
use crate::{NumberSet, Numbers, Tag};

/// A line of ESEARCH. RFC 9051 §7.3.4, RFC 4731; in the order of SORT: RFC 5267 §3.
///
/// What was found nowhere is `None`; only a count can be 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ESearch<'a> {
    /// Of the command; `None` for what comes unasked.
    pub tag: Option<&'a Tag>,
    /// What the numbers are.
    pub numbers: Numbers,
    /// `MIN`
    pub min: Option<u32>,
    /// `MAX`
    pub max: Option<u32>,
    /// `ALL`; an empty one is left out.
    pub all: Option<Found<'a>>,
    /// `COUNT`
    pub count: Option<u32>,
    /// `MODSEQ`: the highest of what is told. RFC 7162 §3.1.10.
    pub mod_seq: Option<u64>,
}

/// Numbers of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// In no order.
    Set(&'a NumberSet),
    /// In the order of SORT.
    Sorted(&'a [u32]),
}

impl Found<'_> {
    /// The first, for `MIN`: of SORT's, the first of the order (RFC 5267 §3).
    pub fn first(&self) -> Option<u32> {
        match self {
            Self::Set(set) => set.first(),
            Self::Sorted(numbers) => numbers.first().copied(),
        }
    }

    /// The last, for `MAX`.
    pub fn last(&self) -> Option<u32> {
        match self {
            Self::Set(set) => set.last(),
            Self::Sorted(numbers) => numbers.last().copied(),
        }
    }

    /// How many, for `COUNT`.
    pub fn count(&self) -> u32 {
        let count = match self {
            Self::Set(set) => u32::try_from(set.count()),
            Self::Sorted(numbers) => u32::try_from(numbers.len()),
        };
        count.unwrap_or(u32::MAX)
    }
}

/// `* SEARCH n … (MODSEQ n)`, of IMAP4rev1. RFC 3501 §7.2.5, RFC 7162 §3.1.5.
pub fn search(out: &mut Vec<u8>, found: &NumberSet, mod_seq: Option<u64>) {
    plain(out, "* SEARCH");
    for each in found.iter() {
        out.push(b' ');
        number(out, each.into());
    }
    if let Some(mod_seq) = mod_seq.filter(|_| !found.is_empty()) {
        plain(out, " (MODSEQ ");
        number(out, mod_seq);
        out.push(b')');
    }
    line_end(out);
}

/// `* SORT n …`. RFC 5256 §4.
pub fn sort(out: &mut Vec<u8>, found: &[u32], mod_seq: Option<u64>) {
    plain(out, "* SORT");
    for each in found {
        out.push(b' ');
        number(out, (*each).into());
    }
    if let Some(mod_seq) = mod_seq.filter(|_| !found.is_empty()) {
        plain(out, " (MODSEQ ");
        number(out, mod_seq);
        out.push(b')');
    }
    line_end(out);
}

/// `* ESEARCH (TAG "a") UID …`
pub fn esearch(out: &mut Vec<u8>, response: &ESearch<'_>) {
    plain(out, "* ESEARCH");
    if let Some(tag) = response.tag {
        plain(out, " (TAG ");
        quoted(out, tag.as_str());
        out.push(b')');
    }
    if response.numbers == Numbers::Uid {
        plain(out, " UID");
    }
    for (word, value) in [
        (" MIN ", response.min.map(u64::from)),
        (" MAX ", response.max.map(u64::from)),
        (" COUNT ", response.count.map(u64::from)),
    ] {
        if let Some(value) = value {
            plain(out, word);
            number(out, value);
        }
    }
    match response.all {
        Some(Found::Set(set)) if !set.is_empty() => {
            plain(out, " ALL ");
            number_set(out, set);
        }
        Some(Found::Sorted(sorted)) if !sorted.is_empty() => {
            plain(out, " ALL ");
            sorted_set(out, sorted);
        }
        Some(Found::Set(_) | Found::Sorted(_)) | None => {}
    }
    if let Some(mod_seq) = response.mod_seq {
        plain(out, " MODSEQ ");
        number(out, mod_seq);
    }
    line_end(out);
}

/// Numbers in their order, with runs that ascend written short.
fn sorted_set(out: &mut Vec<u8>, sorted: &[u32]) {
    let ascends = |one: &u32, next: &u32| one.checked_add(1) == Some(*next);
    for (index, together) in sorted.chunk_by(ascends).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if let (Some(first), Some(last)) = (together.first(), together.last()) {
            run(out, *first, *last);
        }
    }
}
