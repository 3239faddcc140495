//! A map of bounded size, for counters.

use std::collections::HashMap;
use std::hash::Hash;

/// Forgets what was not touched for longest: two halves, the older one dropped when the newer is full.
pub(super) struct Table<K, V> {
    newer: HashMap<K, V>,
    older: HashMap<K, V>,
    half_max: usize,
}

impl<K: Eq + Hash + Clone, V: Default> Table<K, V> {
    /// Holds at most `entries_max`.
    pub(super) fn new(entries_max: usize) -> Self {
        Self { newer: HashMap::new(), older: HashMap::new(), half_max: (entries_max / 2).max(1) }
    }

    /// What is there for `key`.
    pub(super) fn find(&self, key: &K) -> Option<&V> {
        self.newer.get(key).or_else(|| self.older.get(key))
    }

    /// What is there for `key`, or a new one; it counts as touched.
    pub(super) fn entry(&mut self, key: &K) -> &mut V {
        if !self.newer.contains_key(key) && self.newer.len() >= self.half_max {
            self.older = std::mem::take(&mut self.newer);
        }
        let older = &mut self.older;
        self.newer.entry(key.clone()).or_insert_with(|| older.remove(key).unwrap_or_default())
    }

    /// Forgets `key`.
    pub(super) fn remove(&mut self, key: &K) {
        self.newer.remove(key);
        self.older.remove(key);
    }

    /// How many are held.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.newer.len() + self.older.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_keeps_what_is_touched() {
        let mut table: Table<u32, u32> = Table::new(8);
        *table.entry(&0) = 7;
        for key in 1..1_000 {
            *table.entry(&key) = key;
            assert_eq!(*table.entry(&0), 7, "after {key}");
            assert!(table.len() <= 8);
        }
        assert_eq!(table.find(&1), None);
        assert_eq!(table.find(&999), Some(&999));
        table.remove(&0);
        assert_eq!(table.find(&0), None);
    }
}
