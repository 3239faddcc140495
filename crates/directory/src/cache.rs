//! What requests look up again and again, remembered until the store says that something changed.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A bounded map that forgets what was not asked for lately: two halves, the older one dropped when the newer is full.
///
/// Filling is safe against a change that comes between the reading and the filling: see [`Remembered::epoch`].
pub(crate) struct Remembered<K, V> {
    halves: RwLock<Halves<K, V>>,
    half_max: usize,
}

struct Halves<K, V> {
    epoch: u64,
    newer: HashMap<K, V>,
    older: HashMap<K, V>,
}

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    /// Remembers at most `entries_max`.
    pub(crate) fn new(entries_max: usize) -> Self {
        let halves = Halves { epoch: 0, newer: HashMap::new(), older: HashMap::new() };
        Self { halves: RwLock::new(halves), half_max: (entries_max / 2).max(1) }
    }

    /// What is remembered for `key`.
    pub(crate) fn find<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let halves = self.read();
        if let Some(value) = halves.newer.get(key) {
            return Some(value.clone());
        }
        let (key, value) = halves.older.get_key_value(key)?;
        let (key, value, epoch) = (key.clone(), value.clone(), halves.epoch);
        drop(halves);
        self.insert(epoch, key, value.clone());
        Some(value)
    }

    /// To be taken before the store is read; [`Remembered::insert`] does nothing when a change came since.
    pub(crate) fn epoch(&self) -> u64 {
        self.read().epoch
    }

    /// Remembers what was read from the store after `epoch` was taken.
    pub(crate) fn insert(&self, epoch: u64, key: K, value: V) {
        let mut halves = self.write();
        if halves.epoch != epoch {
            return;
        }
        if halves.newer.len() >= self.half_max {
            halves.older = std::mem::take(&mut halves.newer);
        }
        halves.newer.insert(key, value);
    }

    /// Forgets everything, because it may have changed.
    pub(crate) fn forget_all(&self) {
        let mut halves = self.write();
        halves.epoch += 1;
        halves.newer.clear();
        halves.older.clear();
    }

    // A panic while a lock is held leaves whole maps behind.
    fn read(&self) -> RwLockReadGuard<'_, Halves<K, V>> {
        self.halves.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Halves<K, V>> {
        self.halves.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_what_was_not_asked_for_and_keeps_what_was() {
        let cache = Remembered::new(8);
        cache.insert(cache.epoch(), 0, "kept");
        for key in 1..1_000 {
            cache.insert(cache.epoch(), key, "passing");
            assert_eq!(cache.find(&0), Some("kept"), "after {key}");
        }
        assert_eq!(cache.find(&1), None);
        let halves = cache.read();
        assert!(halves.newer.len() + halves.older.len() <= 8);
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let cache = Remembered::new(8);
        let epoch = cache.epoch();
        cache.forget_all();
        cache.insert(epoch, 1, "stale");
        assert_eq!(cache.find(&1), None);
        cache.insert(cache.epoch(), 1, "fresh");
        assert_eq!(cache.find(&1), Some("fresh"));
        cache.forget_all();
        assert_eq!(cache.find(&1), None);
    }
}
