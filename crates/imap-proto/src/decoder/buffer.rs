//! Received bytes that nobody has read yet.

use zeroize::Zeroize;

/// Bytes in the order they came. Empty, it holds no memory; secret, it overwrites what it gives back.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    secret: bool,
}

impl Buffer {
    pub(super) const fn new(secret: bool) -> Self {
        Self { bytes: Vec::new(), start: 0, secret }
    }

    /// From now on bytes are overwritten, or not.
    pub(super) fn set_secret(&mut self, secret: bool) {
        self.secret = secret;
    }

    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.capacity() - self.bytes.len() < bytes.len() {
            // Moved by hand: growing in place could leave a copy behind.
            let mut moved = Vec::with_capacity(self.unread().len() + bytes.len());
            moved.extend_from_slice(self.unread());
            self.replace(moved);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next `count` bytes are read.
    pub(super) fn consume(&mut self, count: usize) {
        self.start += count;
        debug_assert!(self.start <= self.bytes.len());
        if self.start >= self.bytes.len() {
            self.replace(Vec::new());
        }
    }

    /// Takes out all that is unread.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let unread = self.unread().to_vec();
        self.replace(Vec::new());
        unread
    }

    fn replace(&mut self, bytes: Vec<u8>) {
        let mut old = std::mem::replace(&mut self.bytes, bytes);
        self.start = 0;
        if self.secret {
            old.zeroize();
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.replace(Vec::new());
    }
}
