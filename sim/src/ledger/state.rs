//! The reference: what a place must hold after the plans in its log.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Plan};

/// A value, by who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Number of the transaction.
    pub number: i64,
    /// Length of its value.
    pub size: usize,
}

/// A place in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Numbers of the transactions in the order of their commits.
    pub log: Vec<i64>,
    /// What is there.
    pub items: BTreeMap<i64, Item>,
    /// Tokens that were used: the transaction's number, with the sequence that it was answered.
    pub tokens: BTreeMap<i64, i64>,
    /// Numbers of the transactions that enqueued a job.
    pub jobs: BTreeSet<i64>,
}

impl State {
    /// The state after `log`.
    pub fn after(seed: u64, log: &[i64]) -> Self {
        let mut state = Self::default();
        log.iter().for_each(|number| state.apply(&Plan::of(seed, *number)));
        state
    }

    /// Does what `plan` does when it commits.
    pub fn apply(&mut self, plan: &Plan) {
        for change in &plan.changes {
            match *change {
                Change::Put { key, size } => {
                    self.items.insert(key, Item { number: plan.number, size });
                }
                Change::Delete { key } => {
                    self.items.remove(&key);
                }
            }
        }
        self.log.push(plan.number);
        if plan.with_token {
            self.tokens.insert(plan.number, self.sequence());
        }
        if plan.with_job {
            self.jobs.insert(plan.number);
        }
    }

    /// The sequence of the last commit.
    pub fn sequence(&self) -> i64 {
        i64::try_from(self.log.len()).unwrap_or(i64::MAX)
    }

    /// Bytes of all values.
    pub fn bytes(&self) -> i64 {
        self.items.values().map(|item| i64::try_from(item.size).unwrap_or(i64::MAX)).sum()
    }
}
