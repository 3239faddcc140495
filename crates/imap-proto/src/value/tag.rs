//! The tag of a command.

use std::fmt;

/// What a client calls its command by.
///
/// Shape: 1 to 255 bytes, each an `ASTRING-CHAR` but `+`. RFC 9051 §9, `tag`; the length is ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag(Box<str>);

impl Tag {
    /// Longest tag, in bytes. A longer one is malformed.
    pub const BYTES_MAX: usize = 255;

    /// The tag of these bytes, if they are one.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let allowed = |byte: &u8| *byte != b'+' && crate::parse::is_astring_char(*byte);
        if bytes.is_empty() || bytes.len() > Self::BYTES_MAX || !bytes.iter().all(allowed) {
            return None;
        }
        Some(Self(std::str::from_utf8(bytes).ok()?.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
