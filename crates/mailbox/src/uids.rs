//! Sets of UIDs as ranges: what a session knows of a folder, what a transaction touched.

use crate::MailError;

/// A UID of an item in its folder; never 0.
pub type Uid = u32;

/// So many ranges are put into another set, or taken out of it, one by one; more in one walk over both.
const FEW_RANGES: usize = 4;

/// A set of UIDs, kept as rising ranges that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UidSet {
    ranges: Vec<(Uid, Uid)>,
}

/// A set of UIDs that nothing is asked of for now: a range takes two bytes where it takes eight otherwise, unless it is
/// long, or far from the one before.
#[derive(Debug)]
pub struct PackedUids(Box<[u8]>);

impl PackedUids {
    /// The set.
    pub fn unpack(&self) -> UidSet {
        UidSet::from_bytes(&self.0).expect("a set was packed")
    }
}

impl UidSet {
    /// In few bytes.
    pub fn pack(&self) -> PackedUids {
        PackedUids(self.to_bytes().into())
    }

    /// From the lowest to the highest UID of `from..=to`; empty when `from` is higher.
    pub fn range(from: Uid, to: Uid) -> Self {
        Self { ranges: if from <= to { vec![(from, to)] } else { Vec::new() } }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many UIDs are in it.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|(from, to)| u64::from(to - from) + 1).sum()
    }

    /// The ranges, rising, both ends within.
    pub fn ranges(&self) -> &[(Uid, Uid)] {
        &self.ranges
    }

    /// Every UID, rising.
    pub fn iter(&self) -> impl Iterator<Item = Uid> {
        self.ranges.iter().flat_map(|&(from, to)| from..=to)
    }

    /// The highest UID.
    pub fn last(&self) -> Option<Uid> {
        self.ranges.last().map(|&(_, to)| to)
    }

    /// Whether `uid` is in it.
    pub fn contains(&self, uid: Uid) -> bool {
        let at = self.ranges.partition_point(|&(_, to)| to < uid);
        self.ranges.get(at).is_some_and(|&(from, _)| from <= uid)
    }

    /// Adds one; cheapest at the end.
    pub fn insert(&mut self, uid: Uid) {
        self.insert_range(uid, uid);
    }

    /// Adds `from..=to`.
    pub fn insert_range(&mut self, from: Uid, to: Uid) {
        if from > to {
            return;
        }
        let begin = self.ranges.partition_point(|&(_, end)| end < from.saturating_sub(1));
        let end = self.ranges.partition_point(|&(start, _)| start <= to.saturating_add(1));
        let joined = self.ranges[begin..end]
            .iter()
            .fold((from, to), |(low, high), &(start, stop)| (low.min(start), high.max(stop)));
        self.ranges.splice(begin..end, [joined]);
    }

    /// Removes `from..=to`.
    pub fn remove_range(&mut self, from: Uid, to: Uid) {
        if from > to {
            return;
        }
        let begin = self.ranges.partition_point(|&(_, end)| end < from);
        let end = self.ranges.partition_point(|&(start, _)| start <= to);
        let mut left = Vec::new();
        if begin < end {
            let (first, last) = (self.ranges[begin], self.ranges[end - 1]);
            if first.0 < from {
                left.push((first.0, from - 1));
            }
            if last.1 > to {
                left.push((to + 1, last.1));
            }
        }
        self.ranges.splice(begin..end, left);
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: &Self) {
        if other.ranges.len() <= FEW_RANGES {
            other.ranges.iter().for_each(|&(from, to)| self.insert_range(from, to));
            return;
        }
        let mut all: Vec<(Uid, Uid)> = Vec::with_capacity(self.ranges.len() + other.ranges.len());
        let (mut one, mut two) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let Some(&(from, to)) = match (one.peek(), two.peek()) {
            (Some(left), Some(right)) if left <= right => one.next(),
            (_, Some(_)) => two.next(),
            (_, None) => one.next(),
        } {
            match all.last_mut() {
                Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
                _ => all.push((from, to)),
            }
        }
        self.ranges = all;
    }

    /// Removes all of `other`.
    pub fn subtract(&mut self, other: &Self) {
        if other.ranges.len() <= FEW_RANGES {
            other.ranges.iter().for_each(|&(from, to)| self.remove_range(from, to));
            return;
        }
        let (mut left, mut at) = (Vec::with_capacity(self.ranges.len()), 0);
        for &(mut from, to) in &self.ranges {
            while other.ranges.get(at).is_some_and(|&(_, end)| end < from) {
                at += 1;
            }
            let overlapping = other.ranges[at..].iter().take_while(|&&(start, _)| start <= to);
            let mut is_left = true;
            for &(start, end) in overlapping {
                if start > from {
                    left.push((from, start - 1));
                }
                is_left = end < to;
                from = end.saturating_add(1);
            }
            if is_left {
                left.push((from, to));
            }
        }
        self.ranges = left;
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut both, mut at) = (Self::default(), 0);
        for &(from, to) in &self.ranges {
            while other.ranges.get(at).is_some_and(|&(_, end)| end < from) {
                at += 1;
            }
            let overlapping = other.ranges[at..].iter().take_while(|&&(start, _)| start <= to);
            both.ranges.extend(overlapping.map(|&(start, end)| (start.max(from), end.min(to))));
        }
        both
    }

    /// How many UIDs up to and with `uid` are in it: the message number of `uid`, if it is there itself.
    pub fn rank(&self, uid: Uid) -> u64 {
        let whole = self.ranges.partition_point(|&(_, to)| to <= uid);
        let before: u64 = self.ranges[..whole].iter().map(|(from, to)| u64::from(to - from) + 1).sum();
        let part = self.ranges.get(whole).filter(|&&(from, _)| from <= uid);
        before + part.map_or(0, |&(from, _)| u64::from(uid - from) + 1)
    }

    /// The UIDs of the message numbers `first..=last` (1 is the lowest).
    #[must_use]
    pub fn numbered(&self, first: u64, last: u64) -> Self {
        self.numbered_all([(first, last)])
    }

    /// The UIDs of several ranges of message numbers, which rise and do not overlap: one walk over both.
    #[must_use]
    pub fn numbered_all(&self, numbers: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let (mut found, mut at, mut before) = (Self::default(), 0, 0);
        for (first, last) in numbers {
            while let Some(&(from, to)) = self.ranges.get(at) {
                let size = u64::from(to - from) + 1;
                let (low, high) = (first.max(before + 1), last.min(before + size));
                if low <= high {
                    let offset = |number: u64| Uid::try_from(number - before - 1).unwrap_or(Uid::MAX);
                    found.insert_range(from + offset(low), from + offset(high));
                }
                if before + size > last {
                    break;
                }
                before += size;
                at += 1;
            }
        }
        found
    }

    /// As bytes: for each range the distance from the one before and its length, both as LEB128.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let (mut bytes, mut before) = (Vec::with_capacity(self.ranges.len() * 3), 0);
        for &(from, to) in &self.ranges {
            push_number(&mut bytes, from - before);
            push_number(&mut bytes, to - from);
            before = to;
        }
        bytes
    }

    /// From [`UidSet::to_bytes`].
    pub(crate) fn from_bytes(mut bytes: &[u8]) -> Result<Self, MailError> {
        let (mut ranges, mut before) = (Vec::new(), 0_u32);
        while !bytes.is_empty() {
            // Ranges neither touch nor begin at UID 0.
            let nearest = if ranges.is_empty() { 1 } else { 2 };
            let distance = take_number(&mut bytes).filter(|distance| *distance >= nearest);
            let from = distance.and_then(|distance| before.checked_add(distance));
            let range = from.and_then(|from| Some((from, from.checked_add(take_number(&mut bytes)?)?)));
            let Some((from, to)) = range else { return Err(MailError::damaged("a set of UIDs")) };
            ranges.push((from, to));
            before = to;
        }
        Ok(Self { ranges })
    }
}

/// Ranks of rising UIDs in one set, found in one walk over its ranges.
#[derive(Debug, Clone, Default)]
pub struct Ranks {
    /// Ranges of the set that are wholly below, and how many UIDs they have.
    at: usize,
    before: u64,
}

impl Ranks {
    /// What [`UidSet::rank`] of `set` says of `uid`. The set is the same in every call, and no `uid` is below the one
    /// before.
    pub fn rank(&mut self, set: &UidSet, uid: Uid) -> u64 {
        while let Some(&(from, to)) = set.ranges.get(self.at).filter(|&&(_, to)| to < uid) {
            self.before += u64::from(to - from) + 1;
            self.at += 1;
        }
        let part = set.ranges.get(self.at).filter(|&&(from, _)| from <= uid);
        self.before + part.map_or(0, |&(from, _)| u64::from(uid - from) + 1)
    }
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<T: IntoIterator<Item = Uid>>(uids: T) -> Self {
        let mut set = Self::default();
        uids.into_iter().for_each(|uid| set.insert(uid));
        set
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u64;
    for shift in (0..35).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return u32::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Add(Uid, Uid),
        Remove(Uid, Uid),
    }

    fn step() -> impl Strategy<Value = Step> {
        let range = || (1_u32..60, 0_u32..12);
        prop_oneof![
            range().prop_map(|(from, size)| Step::Add(from, from + size)),
            range().prop_map(|(from, size)| Step::Remove(from, from + size)),
        ]
    }

    fn build(steps: &[Step]) -> (UidSet, BTreeSet<Uid>) {
        let (mut set, mut plain) = (UidSet::default(), BTreeSet::new());
        for step in steps {
            match *step {
                Step::Add(from, to) => {
                    set.insert_range(from, to);
                    plain.extend(from..=to);
                }
                Step::Remove(from, to) => {
                    set.remove_range(from, to);
                    plain.retain(|uid| !(from..=to).contains(uid));
                }
            }
        }
        (set, plain)
    }

    proptest! {
        #[test]
        fn it_is_the_set_that_it_stands_for(steps in proptest::collection::vec(step(), 0..30)) {
            let (set, plain) = build(&steps);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), plain.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.len(), plain.len() as u64);
            prop_assert!(set.ranges().windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{:?}", set);
            let (mut all, mut some) = (Ranks::default(), Ranks::default());
            for uid in 0..80 {
                prop_assert_eq!(all.rank(&set, uid), set.rank(uid));
                if uid % 7 == 0 {
                    prop_assert_eq!(some.rank(&set, uid), set.rank(uid));
                }
                prop_assert_eq!(set.contains(uid), plain.contains(&uid));
                prop_assert_eq!(set.rank(uid), plain.range(..=uid).count() as u64);
            }
            for (number, uid) in plain.iter().enumerate() {
                let number = number as u64 + 1;
                prop_assert_eq!(set.numbered(number, number), UidSet::range(*uid, *uid));
            }
            let odd = (1..=plain.len() as u64 + 2).step_by(2);
            let of_odd: UidSet = plain.iter().step_by(2).copied().collect();
            prop_assert_eq!(set.numbered_all(odd.map(|number| (number, number))), of_odd);
            prop_assert_eq!(set.numbered(2, u64::MAX), plain.iter().skip(1).copied().collect::<UidSet>());
            prop_assert_eq!(set.pack().unpack(), set);
        }

        #[test]
        fn both_and_less(one in proptest::collection::vec(step(), 0..20), two in proptest::collection::vec(step(), 0..20)) {
            let ((one, plain_one), (two, plain_two)) = (build(&one), build(&two));
            let both: UidSet = plain_one.intersection(&plain_two).copied().collect();
            prop_assert_eq!(one.intersection(&two), both);
            let mut less = one.clone();
            less.subtract(&two);
            prop_assert_eq!(less, plain_one.difference(&plain_two).copied().collect::<UidSet>());
            let mut more = one.clone();
            more.extend(&two);
            prop_assert_eq!(more, plain_one.union(&plain_two).copied().collect::<UidSet>());
        }

        #[test]
        fn arbitrary_bytes_are_a_set_or_refused(bytes in proptest::collection::vec(0u8.., 0..40)) {
            if let Ok(set) = UidSet::from_bytes(&bytes) {
                prop_assert!(set.ranges().windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{:?}", set);
                prop_assert_eq!(UidSet::from_bytes(&set.to_bytes()), Ok(set));
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_of_uids() {
        let mut set = UidSet::range(1, Uid::MAX);
        assert_eq!(set.len(), u64::from(Uid::MAX));
        let ends: UidSet = (0..6).map(|step| Uid::MAX - 2 * step).collect();
        let mut more = ends.clone();
        more.extend(&set);
        assert_eq!(more, set);
        more.subtract(&ends);
        assert_eq!((more.contains(Uid::MAX), more.last()), (false, Some(Uid::MAX - 1)));
        let mut none = ends.clone();
        none.subtract(&ends);
        assert!(none.is_empty());
        set.remove_range(Uid::MAX, Uid::MAX);
        set.insert(Uid::MAX);
        assert_eq!(set.ranges(), [(1, Uid::MAX)]);
        assert_eq!(set.pack().unpack(), set);
    }
}
