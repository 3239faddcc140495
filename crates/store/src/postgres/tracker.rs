//! Which rows of the change table a node has seen.
//!
//! Numbers are given out before the commit, so a lower one may appear after a higher one. The tracker remembers the
//! numbers missing below the highest and asks for everything after the lowest of them again, until they appear or are
//! so old that their transaction must have ended without them. What was seen already is left out.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::limits;

/// The numbers seen, as the highest and the holes below it.
pub(super) struct Tracker {
    highest: i64,
    missing: BTreeMap<i64, Instant>,
}

impl Tracker {
    /// Begins at the table's newest row: older ones count as seen, except those that may still be under way.
    pub(super) fn new(present: &[i64], newest: i64, now: Instant) -> Self {
        let mut tracker =
            Self { highest: (newest - limits::CHANGE_GAP_REACH).max(0), missing: BTreeMap::new() };
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
            return self.missing.remove(&id).is_some();
        }
        let lowest = (self.highest + 1).max(id - limits::CHANGE_GAP_REACH);
        self.missing.extend((lowest..id).map(|missing| (missing, now)));
        self.highest = id;
        true
    }

    /// Gives up on numbers that have been missing for too long.
    pub(super) fn forget(&mut self, now: Instant) {
        self.missing.retain(|_, since| now.duration_since(*since) < limits::CHANGE_GAP_AGE_MAX);
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
    fn a_number_that_never_comes_is_given_up() {
        let (mut tracker, now) = tracker(&[]);
        assert!(tracker.see(3, now));
        tracker.forget(now + limits::CHANGE_GAP_AGE_MAX / 2);
        assert_eq!(tracker.after(), 0);
        tracker.forget(now + limits::CHANGE_GAP_AGE_MAX);
        assert_eq!(tracker.after(), 3);
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
