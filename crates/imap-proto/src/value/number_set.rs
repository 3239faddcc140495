//! Sets of numbers without `*`: what a sequence set resolves to, and what responses carry.

use std::ops::RangeInclusive;

/// Numbers above zero as runs: sorted, apart from each other by more than one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberSet(Vec<RangeInclusive<u32>>);

impl NumberSet {
    /// The empty set.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The runs, ascending.
    pub fn ranges(&self) -> &[RangeInclusive<u32>] {
        &self.0
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers are in it.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|range| u64::from(range.end() - range.start()) + 1).sum()
    }

    /// Whether `number` is in it.
    pub fn contains(&self, number: u32) -> bool {
        let after = self.0.partition_point(|range| *range.start() <= number);
        after.checked_sub(1).is_some_and(|index| *self.0[index].end() >= number)
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.0.iter().cloned().flatten()
    }

    /// The smallest.
    pub fn first(&self) -> Option<u32> {
        self.0.first().map(|range| *range.start())
    }

    /// The largest.
    pub fn last(&self) -> Option<u32> {
        self.0.last().map(|range| *range.end())
    }

    /// Adds a number; cheap when it is larger than all before. Zero is no number of a message and is left out.
    pub fn insert(&mut self, number: u32) {
        match self.0.last_mut() {
            _ if number == 0 => {}
            Some(last) if *last.end() >= number && *last.start() <= number => {}
            Some(last) if last.end().checked_add(1) == Some(number) => *last = *last.start()..=number,
            Some(last) if *last.end() > number => {
                self.0.push(number..=number);
                self.normalize();
            }
            _ => self.0.push(number..=number),
        }
    }

    /// What is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(left), Some(right)) = (one.peek(), two.peek()) {
            let (start, end) = (*left.start().max(right.start()), *left.end().min(right.end()));
            if start <= end {
                both.push(start..=end);
            }
            if left.end() < right.end() {
                one.next();
            } else {
                two.next();
            }
        }
        Self(both)
    }

    fn normalize(&mut self) {
        self.0.retain(|range| range.start() <= range.end());
        self.0.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<u32>> = Vec::with_capacity(self.0.len());
        for range in self.0.drain(..) {
            match merged.last_mut() {
                Some(last) if *range.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*last.end().max(range.end());
                }
                _ => merged.push(range),
            }
        }
        self.0 = merged;
    }
}

impl FromIterator<RangeInclusive<u32>> for NumberSet {
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u32>>>(ranges: I) -> Self {
        let mut set = Self(ranges.into_iter().map(|range| *range.start().max(&1)..=*range.end()).collect());
        set.normalize();
        set
    }
}

impl FromIterator<u32> for NumberSet {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        for number in numbers {
            match ranges.last_mut() {
                Some(last) if last.end().checked_add(1) == Some(number) => *last = *last.start()..=number,
                _ => ranges.push(number..=number),
            }
        }
        ranges.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(numbers in proptest::collection::vec(0u32..40, 0..60), others in proptest::collection::vec(0u32..40, 0..20)) {
            let model: BTreeSet<u32> = numbers.iter().copied().filter(|number| *number > 0).collect();
            let mut one_by_one = NumberSet::new();
            for number in &numbers {
                one_by_one.insert(*number);
            }
            let at_once: NumberSet = numbers.iter().copied().collect();
            prop_assert_eq!(&one_by_one, &at_once);
            prop_assert!(at_once.iter().eq(model.iter().copied()));
            prop_assert_eq!(at_once.count(), model.len() as u64);
            prop_assert_eq!(at_once.first(), model.first().copied());
            prop_assert_eq!(at_once.last(), model.last().copied());
            for number in 0..42 {
                prop_assert_eq!(at_once.contains(number), model.contains(&number));
            }
            prop_assert!(at_once.ranges().windows(2).all(|pair| pair[0].end() + 1 < *pair[1].start()));
            let other: NumberSet = others.iter().copied().collect();
            let both: NumberSet = others.iter().copied().filter(|number| model.contains(number)).collect();
            prop_assert_eq!(at_once.intersection(&other), both);
        }
    }

    #[test]
    fn the_largest_number_does_not_overflow() {
        let mut set: NumberSet = [u32::MAX - 1, u32::MAX].into_iter().collect();
        set.insert(u32::MAX);
        set.insert(1);
        assert_eq!(set.ranges(), [1..=1, u32::MAX - 1..=u32::MAX]);
        assert_eq!(
            [1..=u32::MAX, 5..=u32::MAX].into_iter().collect::<NumberSet>().count(),
            u64::from(u32::MAX)
        );
    }
}
