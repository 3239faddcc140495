//! Ids of blobs.

use std::fmt;

use crate::seal::Secret;

/// The id of a blob: BLAKE3 of its sealed bytes, keyed by the organization, so that it says nothing of what is in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 32]);

impl BlobId {
    /// Of `sealed`, under the organization's key for ids.
    pub fn of(key: &Secret, sealed: &[u8]) -> Self {
        Self(*blake3::keyed_hash(key.expose(), sealed).as_bytes())
    }

    /// The id that a row has; `None` when these are not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As a row has it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first byte.
    pub(super) fn shelf(self) -> u8 {
        self.0[0]
    }

    /// The id that `name` is; `None` when it is no id.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let (pairs, odd) = name.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !odd.is_empty() {
            return None;
        }
        let mut id = [0; 32];
        for (byte, pair) in id.iter_mut().zip(pairs) {
            let digit = |digit: u8| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            };
            *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Some(Self(id))
    }
}

/// 64 hexadecimal digits, in lower case.
impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_nothing_else_is_one() {
        let id = BlobId::of(&Secret::new([1; 32]), b"bytes");
        assert_eq!(BlobId::from_name(&id.to_string()), Some(id));
        assert_ne!(BlobId::of(&Secret::new([2; 32]), b"bytes"), id);
        for name in ["", "ab", &"A".repeat(64), &"0".repeat(63), &"0".repeat(65), &format!("{id}.new")] {
            assert_eq!(BlobId::from_name(name), None, "{name}");
        }
    }
}
