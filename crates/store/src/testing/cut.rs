//! Where a test's store dies: it carries out so many writes and none after them, as if the process had ended there.

use std::sync::atomic::{AtomicI64, Ordering};

/// Counts the writes that are left. Without a test that sets it there is no end of them.
pub(crate) struct Cut(AtomicI64);

impl Default for Cut {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl Cut {
    /// The store dies after `writes` more.
    pub(super) fn set(&self, writes: u32) {
        self.0.store(writes.into(), Ordering::SeqCst);
    }

    /// Whether a write has met the end.
    pub(super) fn has_struck(&self) -> bool {
        self.0.load(Ordering::SeqCst) < 0
    }

    /// Counts a write; true when it must not be carried out.
    pub(crate) fn strikes(&self) -> bool {
        self.0.fetch_sub(1, Ordering::SeqCst) <= 0
    }
}
