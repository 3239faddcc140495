//! Compression of bodies that stand in rows.

use std::cell::RefCell;
use std::io;

use zstd::bulk::{Compressor, Decompressor};

use crate::limits;

/// The level of zstd: mail is mostly base 64 and text, where more effort gains little.
const LEVEL: i32 = 1;

thread_local! {
    // To make them costs as much as to compress a small message.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// `bytes` as a frame of zstd.
pub(crate) fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let mut compressor = kept.take().map_or_else(|| Compressor::new(LEVEL), Ok)?;
        let compressed = compressor.compress(bytes)?;
        *kept = Some(compressor);
        Ok(compressed)
    })
}

/// The bytes of the frame `compressed`, at most `limits::MESSAGE_BYTES_MAX`.
pub(crate) fn decompress(compressed: &[u8]) -> io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let mut decompressor = kept.take().map_or_else(Decompressor::new, Ok)?;
        let bytes = decompressor.decompress(compressed, limits::MESSAGE_BYTES_MAX)?;
        *kept = Some(decompressor);
        Ok(bytes)
    })
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
