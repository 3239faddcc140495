//! What must and what may be on a disk, by what was said up to then.

use std::collections::{BTreeMap, BTreeSet};

use super::mail::ExpectedMail;
use super::mark::{End, Mark};

/// One place.
#[derive(Debug, Clone, Default)]
pub(super) struct ExpectedPlace {
    /// Acknowledged transactions: number by sequence.
    committed: BTreeMap<i64, i64>,
    /// Transactions that must not be there, whatever survives.
    absent: BTreeSet<i64>,
    /// Transactions of which an attempt may have been, or was, carried out.
    possible: BTreeSet<i64>,
    /// Transactions that were begun.
    begun: BTreeSet<i64>,
    /// Sealed under its data key.
    pub(super) sealed: Vec<Vec<u8>>,
    pub(super) life: Life,
}

/// How far an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Life {
    /// Not yet said to be there.
    #[default]
    Unknown,
    Active,
    Removing,
    Gone,
}

/// Everything that was said up to a point.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    pub(super) places: BTreeMap<i64, ExpectedPlace>,
    pub(super) archives: BTreeMap<i64, u64>,
    pub(super) key_in_use: bool,
    pub(super) mail: ExpectedMail,
}

impl Expected {
    /// Takes in what the workload said.
    pub(super) fn hear(&mut self, mark: Mark) {
        match mark {
            Mark::FaultsOn | Mark::FaultsOff => {}
            Mark::KeyInUse => self.key_in_use = true,
            Mark::Sealed { place, sealed } => self.place(place).sealed.push(sealed),
            Mark::Begin { number, place } => {
                let place = self.place(place);
                place.begun.insert(number);
                place.absent.remove(&number);
            }
            Mark::Done { number, place, end } => self.place(place).done(number, end),
            Mark::Active { place } => self.place(place).life = Life::Active,
            Mark::Removing { place } => self.place(place).life = Life::Removing,
            Mark::Gone { place } => self.place(place).life = Life::Gone,
            Mark::Archived { archive, rows } => drop(self.archives.insert(archive, rows)),
            mark @ (Mark::Mailbox { .. }
            | Mark::Clock { .. }
            | Mark::Op { .. }
            | Mark::OpDone { .. }
            | Mark::Seen { .. }) => self.mail.hear(mark),
        }
    }

    fn place(&mut self, place: i64) -> &mut ExpectedPlace {
        self.places.entry(place).or_default()
    }
}

impl ExpectedPlace {
    fn done(&mut self, number: i64, end: End) {
        match end {
            End::Committed { sequence } => {
                self.committed.insert(sequence, number);
                self.possible.insert(number);
            }
            End::Unknown => drop(self.possible.insert(number)),
            // Of this attempt; an earlier one may have been carried out.
            End::Nothing if self.possible.contains(&number) => {}
            End::Nothing => drop(self.absent.insert(number)),
        }
    }

    /// Compares with the log of the place that was found; `Err` says what is missing or must not be there.
    pub(super) fn compare(&self, log: &[i64]) -> Result<(), String> {
        for (sequence, number) in &self.committed {
            let at = usize::try_from(sequence - 1).unwrap_or(usize::MAX);
            match log.get(at) {
                Some(found) if found == number => {}
                found => {
                    let end = log.len();
                    return Err(format!(
                        "LOST: transaction {number} was acknowledged with sequence {sequence}; there is {found:?}, \
                         the log ends at {end}"
                    ));
                }
            }
        }
        let strange = log.iter().find(|number| self.absent.contains(number) || !self.begun.contains(number));
        strange.map_or(Ok(()), |number| {
            Err(format!("transaction {number} is there, but was refused or never begun"))
        })
    }
}
