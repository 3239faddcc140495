//! HKDF-SHA-256 (RFC 5869).

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Fills `output` (at most 255 × 32 bytes) from `secret`. `labels` are joined: let no two uses have the same join.
pub(super) fn hkdf(secret: &[u8], salt: &[u8], labels: &[&[u8]], output: &mut [u8]) {
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    let expanded = key.expand(labels, Length(output.len())).and_then(|expanded| expanded.fill(output));
    expanded.expect("every caller asks for less than 255 blocks");
}
