//! What must and what may be in mailboxes, by what was said up to then.

use std::collections::{BTreeMap, BTreeSet};

use postroom_types::Timestamp;

use crate::mail::log::Entry;
use crate::mail::{Base, Op};
use crate::power_loss::mark::{End, Mark};

/// One mailbox.
#[derive(Debug, Clone)]
pub(in crate::power_loss) struct ExpectedMailbox {
    pub(super) base: Base,
    /// Transactions that were begun, whether they are there or not.
    ops: BTreeMap<i64, Op>,
    /// Acknowledged ones: number by sequence.
    committed: BTreeMap<i64, i64>,
    /// Those that must not be there, whatever survives.
    absent: BTreeSet<i64>,
    /// The newest sequence that a reader saw.
    seen: i64,
}

/// All mailboxes.
#[derive(Debug, Clone, Default)]
pub(in crate::power_loss) struct ExpectedMail {
    /// The one organization, once it has a mailbox.
    pub(super) organization: Option<i64>,
    pub(super) mailboxes: BTreeMap<i64, ExpectedMailbox>,
    /// The latest time that the store's clock told.
    pub(super) latest: Timestamp,
}

impl ExpectedMail {
    pub(in crate::power_loss) fn hear(&mut self, mark: Mark) {
        match mark {
            Mark::Mailbox { organization, mailbox, base } => {
                self.organization = Some(organization);
                let (ops, committed, absent, seen) = Default::default();
                self.mailboxes.insert(mailbox, ExpectedMailbox { base, ops, committed, absent, seen });
            }
            Mark::Clock { now } => self.latest = self.latest.max(Timestamp::from_micros(now)),
            Mark::Op { number, mailbox, op } => {
                self.with(mailbox, |known| drop(known.ops.insert(number, op)))
            }
            Mark::OpDone { number, mailbox, end } => self.with(mailbox, |known| known.done(number, end)),
            Mark::Seen { mailbox, sequence } => {
                self.with(mailbox, |known| known.seen = known.seen.max(sequence));
            }
            _ => {}
        }
    }

    fn with(&mut self, mailbox: i64, change: impl FnOnce(&mut ExpectedMailbox)) {
        if let Some(known) = self.mailboxes.get_mut(&mailbox) {
            change(known);
        }
    }
}

impl ExpectedMailbox {
    fn done(&mut self, number: i64, end: End) {
        match end {
            End::Committed { sequence } => drop(self.committed.insert(sequence, number)),
            End::Nothing => drop(self.absent.insert(number)),
            End::Unknown => {}
        }
    }

    /// What transaction `number` was to do; `None` when it was never begun or cannot be there.
    pub(super) fn op(&self, number: i64) -> Option<&Op> {
        self.ops.get(&number).filter(|_| !self.absent.contains(&number))
    }

    /// Compares with the log that was found, and the sequence that the mailbox is at.
    pub(super) fn compare(&self, log: &[Entry], sequence: i64) -> Result<(), String> {
        let found: BTreeMap<i64, i64> = log.iter().map(|entry| (entry.sequence, entry.number)).collect();
        for (sequence, number) in &self.committed {
            if found.get(sequence) != Some(number) {
                return Err(format!(
                    "LOST: transaction {number} was acknowledged with sequence {sequence}; there is {:?}, \
                     the log ends at {:?}",
                    found.get(sequence),
                    found.keys().last()
                ));
            }
        }
        if sequence < self.seen {
            return Err(format!("LOST: a reader saw sequence {}; the mailbox is at {sequence}", self.seen));
        }
        match found.values().find(|number| self.absent.contains(number)) {
            Some(number) => Err(format!("transaction {number} is there, but was refused or not written")),
            None => Ok(()),
        }
    }
}
