//! Bytes that cannot be printed and do not outlive their owner.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A password or a SASL message. It has no `Debug` and is overwritten when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The secret of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for a check of them only.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// What these bytes stand for in base64, as SASL messages travel; `None` if they are none. RFC 9051 §6.2.2.
    pub fn decode_base64(&self) -> Option<Self> {
        // Written at its full length at once, so that no copy is left behind by growing.
        let mut decoded = Zeroizing::new(vec![0; self.0.len() / 4 * 3 + 3]);
        let size = STANDARD.decode_slice(self.expose(), &mut decoded).ok()?;
        decoded.truncate(size);
        Some(Self(decoded))
    }
}

/// Looks at every byte whatever differs.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let differences =
            self.0.iter().zip(other.0.iter()).fold(0, |differences, (one, two)| differences | (one ^ two));
        self.0.len() == other.0.len() && differences == 0
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        Secret::new(text.into()).decode_base64().map(|secret| secret.expose().to_vec())
    }

    #[test]
    fn base64_is_read_with_padding_only() {
        assert_eq!(decoded("AHRlc3QAdGVzdA==").as_deref(), Some(b"\0test\0test".as_slice()));
        assert_eq!(decoded("").as_deref(), Some(b"".as_slice()));
        assert_eq!(decoded("AHRlc3QAdGVzdA"), None);
        assert_eq!(decoded("*"), None);
    }

    #[test]
    fn equal_is_what_has_equal_bytes() {
        let secret = |text: &str| Secret::new(text.into());
        assert!(secret("abc") == secret("abc"));
        assert!(secret("abc") != secret("abd"));
        assert!(secret("abc") != secret("ab"));
    }
}
