//! 32 secret bytes that cannot be printed and do not outlive their owner.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// A 256-bit key. It has no `Debug` and is overwritten when dropped.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// The secret of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The secret of exactly 32 bytes.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::new([0; 32]);
        (bytes.len() == 32).then(|| {
            secret.0.copy_from_slice(bytes);
            secret
        })
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.as_mut_slice()
    }

    /// The bytes, for a cipher or a hash only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 of `bytes` under this key: how a generated secret is kept, so that the table alone proves
    /// nothing.
    pub fn mac(&self, bytes: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.expose()), bytes);
        let mut mac = [0; 32];
        mac.copy_from_slice(tag.as_ref());
        mac
    }

    /// Whether `mac` is [`Secret::mac`] of `bytes`; takes the same time whatever differs.
    pub fn verify(&self, bytes: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, self.expose()), bytes, mac).is_ok()
    }
}
