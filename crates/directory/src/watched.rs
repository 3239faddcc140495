//! A bounded view of rows that empties itself when they may have changed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Values by text key. A value read before a change is never kept after it.
#[derive(Debug)]
pub(crate) struct Watched<V> {
    inner: RwLock<Inner<V>>,
    entries_max: usize,
}

#[derive(Debug)]
struct Inner<V> {
    /// Moves with every [`Watched::clear`].
    epoch: u64,
    entries: HashMap<String, Arc<V>>,
}

impl<V> Watched<V> {
    /// A view of at most `entries_max` values; when full, all are dropped.
    pub(crate) fn new(entries_max: usize) -> Self {
        Self { inner: RwLock::new(Inner { epoch: 0, entries: HashMap::new() }), entries_max }
    }

    /// The value of `key`, or the epoch to hand to [`Watched::put`] after reading the row.
    pub(crate) fn get(&self, key: &str) -> Result<Arc<V>, u64> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.entries.get(key).cloned().ok_or(inner.epoch)
    }

    /// Keeps `value`, unless the view was emptied since `epoch`.
    pub(crate) fn put(&self, epoch: u64, key: &str, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if inner.epoch == epoch {
            if inner.entries.len() >= self.entries_max {
                inner.entries.clear();
            }
            inner.entries.insert(key.to_owned(), Arc::clone(&value));
        }
        value
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.epoch += 1;
        inner.entries.clear();
    }
}
