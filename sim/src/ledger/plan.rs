//! What a transaction is about to do.

use crate::draw::Draw;

/// Keys that most transactions meet each other on.
const KEYS: i64 = 48;
/// Keys of the few transactions that change many rows, so that checkpoints happen.
const BULK_KEYS: i64 = 2_000;
const BULK_ROWS: i64 = 400;

/// What a planned panic says, so that others stand out.
pub(crate) const PLANNED: &str = "planned by the simulation";

/// One change of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Sets `key` to `size` bytes that only this transaction writes.
    Put {
        /// Which item.
        key: i64,
        /// Length of its new value.
        size: usize,
    },
    /// Removes `key` if it is there.
    Delete {
        /// Which item.
        key: i64,
    },
}

/// How the closure ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With `Ok`.
    Commit,
    /// With an error of its own, after all its writes.
    Refuse,
    /// With a panic, after all its writes.
    Panic,
}

/// Everything that transaction `number` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Names the transaction in its run.
    pub number: i64,
    /// In this order.
    pub changes: Vec<Change>,
    /// How it ends.
    pub ending: Ending,
    /// Whether it carries a client token, so that it may be sent again.
    pub with_token: bool,
    /// Whether it enqueues a job.
    pub with_job: bool,
}

impl Plan {
    /// The plan of transaction `number` in the run that `seed` names.
    pub fn of(seed: u64, number: i64) -> Self {
        let mut draw = Draw::of(seed, number.cast_unsigned());
        let changes = if draw.chance(4) { bulk(&mut draw) } else { few(&mut draw) };
        let ending = match draw.below(100) {
            0..4 => Ending::Refuse,
            4..6 => Ending::Panic,
            _ => Ending::Commit,
        };
        Self { number, changes, ending, with_token: draw.chance(50), with_job: draw.chance(15) }
    }

    /// The bytes that the transaction writes to `key`.
    pub fn value(seed: u64, number: i64, key: i64, size: usize) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes()).update(&number.to_le_bytes()).update(&key.to_le_bytes());
        let mut value = vec![0; size];
        hasher.finalize_xof().fill(&mut value);
        value
    }
}

fn few(draw: &mut Draw) -> Vec<Change> {
    let count = 1 + draw.below(6);
    (0..count).map(|_| change(draw)).collect()
}

fn change(draw: &mut Draw) -> Change {
    let key = draw.number(KEYS);
    match draw.below(10) {
        0..2 => Change::Delete { key },
        // Longer than a page, so that values have overflow pages.
        2 => Change::Put { key, size: 3_000 + draw.below(9_000) },
        _ => Change::Put { key, size: draw.below(300) },
    }
}

fn bulk(draw: &mut Draw) -> Vec<Change> {
    let from = KEYS + draw.number(BULK_KEYS);
    let rows = 50 + draw.number(BULK_ROWS);
    let delete = draw.chance(40);
    let one = |key| if delete { Change::Delete { key } } else { Change::Put { key, size: 12 } };
    (from..from + rows).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_plan_and_numbers_differ() {
        assert_eq!(Plan::of(1, 5), Plan::of(1, 5));
        let plans: Vec<Plan> = (0..500).map(|number| Plan::of(1, number)).collect();
        for ending in [Ending::Commit, Ending::Refuse, Ending::Panic] {
            assert!(plans.iter().any(|plan| plan.ending == ending), "{ending:?}");
        }
        assert!(plans.iter().any(|plan| plan.changes.len() > 50));
        assert_ne!(Plan::value(1, 5, 2, 20), Plan::value(1, 6, 2, 20));
    }
}
