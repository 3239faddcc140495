//! Which rows of the change table a node has seen.
//!
//! Numbers are given out before the commit, so a lower one may appear after a higher one. The tracker remembers the
//! numbers missing below the highest and asks for everything after the lowest of them again. What was seen already is
//! left out. A number that is missing for long is late: it is asked for by itself, until it appears or every transaction
//! has ended that had begun by then, so that none is left that may have it. A commit that waits for a standby has not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::limits;

/// The numbers seen, as the highest and the holes below it.
pub(super) struct Tracker {
    highest: i64,
    missing: BTreeMap<i64, Instant>,
    /// Late ones, with the transaction below which all must have ended before they are given up, once that is known.
    late: BTreeMap<i64, Option<i64>>,
}

impl Tracker {
    /// Begins at the table's newest row: older ones count as seen, except those that may still be under way.
    pub(super) fn new(present: &[i64], newest: i64, now: Instant) -> Self {
        let highest = (newest - limits::CHANGE_GAP_REACH).max(0);
        let mut tracker = Self { highest, missing: BTreeMap::new(), late: BTreeMap::new() };
        tracker.see(newest, now);
        tracker.missing.remove(&newest);
        for id in present {
            tracker.missing.remove(id);
        }
        tracker
    }

    /// The number after which to ask.
    pub(super) fn after(&self) -> i64 {
        self.missing.first_key_value().map_or(self.highest, |(lowest, _)| lowest - 1)
    }

    /// The highest number seen.
    pub(super) fn highest(&self) -> i64 {
        self.highest
    }

    /// Takes note of row `id`; false when it was seen before.
    pub(super) fn see(&mut self, id: i64, now: Instant) -> bool {
        if id <= self.highest {
            return self.missing.remove(&id).is_some() || self.late.remove(&id).is_some();
        }
        let lowest = (self.highest + 1).max(id - limits::CHANGE_GAP_REACH);
        self.missing.extend((lowest..id).map(|missing| (missing, now)));
        self.highest = id;
        true
    }

    /// Numbers that are missing for `late_after` are late now.
    pub(super) fn age(&mut self, now: Instant, late_after: Duration) {
        let late = self.missing.extract_if(.., |_, since| now.duration_since(*since) >= late_after);
        self.late.extend(late.map(|(id, _)| (id, None)));
    }

    /// The late numbers.
    pub(super) fn late(&self) -> impl Iterator<Item = i64> {
        self.late.keys().copied()
    }

    /// All numbers below the highest that were neither seen nor given up.
    pub(super) fn unseen(&self) -> impl Iterator<Item = i64> {
        self.missing.keys().copied().chain(self.late())
    }

    /// Those late numbers whose transactions have ended, by what is running: all transactions below `ended` are not, and
    /// `next` has not begun. Who reads the table after that and does not find them may give them up.
    ///
    /// A transaction draws the number and begins to write in one statement, long before the number is late: the first
    /// `next` that is heard of then is above it.
    pub(super) fn ended(&mut self, ended: i64, next: i64) -> Vec<i64> {
        let mut gone = Vec::new();
        for (id, below) in &mut self.late {
            if ended >= *below.get_or_insert(next) {
                gone.push(*id);
            }
        }
        gone
    }

    /// Gives up on `ids`.
    pub(super) fn give_up(&mut self, ids: &[i64]) {
        self.late.retain(|id, _| !ids.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker(present: &[i64]) -> (Tracker, Instant) {
        let now = Instant::now();
        (Tracker::new(present, present.last().copied().unwrap_or(0), now), now)
    }

    #[test]
    fn rows_in_order_are_new_once() {
        let (mut tracker, now) = tracker(&[]);
        assert!(tracker.see(1, now));
        assert!(tracker.see(2, now));
        assert!(!tracker.see(2, now));
        assert_eq!(tracker.after(), 2);
    }

    #[test]
    fn a_row_that_commits_late_is_asked_for_and_new() {
        let (mut tracker, now) = tracker(&[1]);
        assert!(tracker.see(4, now));
        assert_eq!(tracker.after(), 1, "2 and 3 are missing");
        assert!(tracker.see(3, now));
        assert!(!tracker.see(4, now));
        assert_eq!(tracker.after(), 1);
        assert!(tracker.see(2, now));
        assert_eq!(tracker.after(), 4);
    }

    #[test]
    fn a_row_under_way_at_the_beginning_is_new_when_it_comes() {
        let (mut tracker, now) = tracker(&[1, 2, 5]);
        assert_eq!(tracker.after(), 2);
        assert!(tracker.see(3, now));
        assert!(!tracker.see(5, now));
    }

    #[test]
    fn a_late_number_is_asked_for_by_itself_until_its_transaction_has_ended() {
        let (mut tracker, now) = tracker(&[]);
        let late_after = Duration::from_secs(30);
        assert!(tracker.see(4, now));
        tracker.age(now + late_after / 2, late_after);
        assert_eq!((tracker.after(), tracker.late().count()), (0, 0));
        tracker.age(now + late_after, late_after);
        assert_eq!(tracker.after(), 4, "nothing else is read again for its sake");
        assert_eq!(tracker.late().collect::<Vec<_>>(), [1, 2, 3]);
        assert!(tracker.ended(100, 120).is_empty(), "a transaction below 120 may have them");
        assert!(tracker.ended(119, 140).is_empty());
        assert!(tracker.see(2, now), "it came late");
        assert!(!tracker.see(2, now));
        let gone = tracker.ended(120, 150);
        assert_eq!(gone, [1, 3]);
        assert!(tracker.see(3, now), "the read that follows may still find it");
        tracker.give_up(&gone);
        assert_eq!(tracker.unseen().count(), 0);
        assert!(!tracker.see(1, now));
    }

    #[test]
    fn a_number_that_becomes_late_later_waits_for_its_own_transactions() {
        let (mut tracker, now) = tracker(&[]);
        assert!(tracker.see(2, now));
        tracker.age(now, Duration::ZERO);
        assert!(tracker.ended(100, 120).is_empty());
        assert!(tracker.see(4, now));
        tracker.age(now, Duration::ZERO);
        assert_eq!(tracker.ended(120, 150), [1]);
        assert_eq!(tracker.ended(150, 151), [1, 3]);
    }

    #[test]
    fn holes_reach_only_so_far() {
        let (mut tracker, now) = tracker(&[]);
        assert!(tracker.see(1_000_000, now));
        assert_eq!(tracker.after(), 1_000_000 - limits::CHANGE_GAP_REACH - 1);
    }

    proptest::proptest! {
        /// Whatever the order of commits and polls, each row is new exactly once, and a poll asks for all that is not seen.
        #[test]
        fn each_row_is_new_once(order in proptest::collection::vec((1_i64..60, proptest::bool::ANY), 1..120)) {
            let (mut tracker, now) = tracker(&[]);
            let mut committed = std::collections::BTreeSet::new();
            let mut seen = std::collections::BTreeSet::new();
            for (id, poll) in order {
                committed.insert(id);
                if poll {
                    for id in committed.range(tracker.after() + 1..) {
                        assert_eq!(tracker.see(*id, now), seen.insert(*id));
                    }
                    assert_eq!(committed, seen);
                }
            }
        }
    }
}
