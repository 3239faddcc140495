//! What happened.

use std::sync::atomic::{AtomicU64, Ordering};

/// What happened, all rounds together.
#[derive(Debug, Default)]
pub struct Counts {
    /// Changes that were answered with OK.
    pub acknowledged: AtomicU64,
    /// Changes without an answer.
    pub unknown: AtomicU64,
    /// Of these, changes that had been carried out.
    pub unknown_done: AtomicU64,
    /// Messages compared after rounds.
    pub compared: AtomicU64,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        write!(
            f,
            "{} changes acknowledged, {} without answer ({} of them done), {} messages compared",
            of(&self.acknowledged),
            of(&self.unknown),
            of(&self.unknown_done),
            of(&self.compared)
        )
    }
}
