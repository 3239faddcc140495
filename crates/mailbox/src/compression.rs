//! Compression of bodies that stand in rows.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zstd::bulk::{Compressor, Decompressor};

use crate::limits;

/// The level of zstd: mail is mostly base 64 and text, where more effort gains little.
const LEVEL: i32 = 1;

/// Contexts that are kept for the next message; more are dropped after use.
const KEPT_MAX: usize = 16;

// To make one costs as much as to compress a small message. The one used last is used next, whichever thread it is: its
// tables are in the processor's cache.
static COMPRESSORS: Kept<Compressor<'static>> = Kept(Mutex::new(Vec::new()));
static DECOMPRESSORS: Kept<Decompressor<'static>> = Kept(Mutex::new(Vec::new()));

/// Contexts that nobody uses now.
struct Kept<T>(Mutex<Vec<T>>);

impl<T> Kept<T> {
    /// Lends a context to `work`; one that `work` failed with is not kept.
    fn with<R>(
        &self,
        make: impl FnOnce() -> io::Result<T>,
        work: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let kept = self.lock().pop();
        let mut context = kept.map_or_else(make, Ok)?;
        let result = work(&mut context)?;
        let mut kept = self.lock();
        if kept.len() < KEPT_MAX {
            kept.push(context);
        }
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `bytes` as a frame of zstd.
pub(crate) fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSORS.with(|| Compressor::new(LEVEL), |compressor| compressor.compress(bytes))
}

/// The bytes of the frame `compressed`, at most `limits::MESSAGE_BYTES_MAX`.
pub(crate) fn decompress(compressed: &[u8]) -> io::Result<Vec<u8>> {
    let bytes_max = limits::MESSAGE_BYTES_MAX;
    DECOMPRESSORS.with(Decompressor::new, |decompressor| decompressor.decompress(compressed, bytes_max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_is_damaged_spoils_no_other() {
        let message = b"Subject: tea\r\n\r\ntea and tea and tea\r\n".repeat(20);
        let mut damaged = compress(&message).unwrap();
        damaged.truncate(damaged.len() - 3);
        assert!(decompress(&damaged).is_err());
        assert!(decompress(b"").is_err() || decompress(b"").unwrap().is_empty());
        for _ in 0..2 {
            assert_eq!(decompress(&compress(&message).unwrap()).unwrap(), message);
            assert_eq!(decompress(&compress(b"").unwrap()).unwrap(), b"");
        }
    }
}
