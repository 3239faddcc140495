//! Where the power goes, and what survives it.

use super::image::Survival;
use super::log::Record;
use crate::draw::Draw;

/// Records in which a place is made; they are few and deserve more than their share of images.
const BEGINNING: usize = 300;

/// After how many records, and what is left.
pub(super) type Loss = (usize, Survival);

/// `count` losses, in the order of the records; hardly any is before the process `first` begins.
pub(super) fn losses(records: &[Record], first: usize, seed: u64, count: usize) -> Vec<Loss> {
    let starts = (0..).zip(records).filter(|(_, record)| **record == Record::Start);
    let first = starts.map(|(at, _)| at).nth(first).unwrap_or(0);
    let interesting: Vec<usize> = (1..)
        .zip(records)
        .skip(first)
        .filter(|(_, record)| {
            matches!(record, Record::Mark(_) | Record::SyncEnd { .. } | Record::SyncBegin { .. })
        })
        .map(|(at, _)| at)
        .collect();
    let mut draw = Draw::of(seed, 0x1055);
    let mut losses: Vec<Loss> = (0..count)
        .map(|_| {
            let at = match draw.below(100) {
                0..20 => first + 1 + draw.below((records.len() - first).min(BEGINNING)),
                20..75 if !interesting.is_empty() => interesting[draw.below(interesting.len())],
                _ => 1 + draw.below(records.len()),
            };
            let survival = match draw.below(100) {
                0..30 => Survival::Nothing,
                30..36 => Survival::Everything,
                _ => Survival::Part { seed: draw.bits() },
            };
            (at.min(records.len()), survival)
        })
        .collect();
    losses.sort_by_key(|(at, _)| *at);
    losses
}

/// One of every state: where nothing else survives, that changes with each sync and with what is said; where everything
/// does, with each change.
pub(super) fn every(records: &[Record]) -> Vec<Loss> {
    let loss = |(at, record): (usize, &Record)| match record {
        Record::Mark(_) | Record::SyncEnd { .. } | Record::SyncFailed { .. } => Some((at, Survival::Nothing)),
        Record::SyncBegin { .. } | Record::Start => None,
        _ => Some((at, Survival::Everything)),
    };
    (1..).zip(records).filter_map(loss).collect()
}
