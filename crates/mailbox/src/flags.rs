//! Flags of an item: the five of IMAP and up to 120 keywords of its mailbox, as bits.

/// A set of flags and keywords.
///
/// Stored as two BIGINTs. Bits 0 to 4 are IMAP's system flags (RFC 9051 §2.3.2), from bit 8 on keyword `n` of the
/// mailbox is bit `8 + n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags(u128);

/// The bit of keyword 0.
const FIRST_KEYWORD: u32 = 8;

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// Read.
    pub const SEEN: Self = Self(1);
    /// Answered.
    pub const ANSWERED: Self = Self(1 << 1);
    /// Flagged for attention.
    pub const FLAGGED: Self = Self(1 << 2);
    /// Marked to be expunged.
    pub const DELETED: Self = Self(1 << 3);
    /// Not finished.
    pub const DRAFT: Self = Self(1 << 4);
    /// The flags that are no keywords.
    pub const SYSTEM: Self = Self(0x1f);

    /// All keywords, and what has no name yet.
    pub const KEYWORDS: Self = Self(!0xff);
    /// Every flag and keyword.
    pub const ALL: Self = Self(Self::SYSTEM.0 | Self::KEYWORDS.0);

    /// The keyword `number` of the mailbox, below `limits::KEYWORDS_MAX`.
    pub fn keyword(number: u8) -> Self {
        1_u128.checked_shl(FIRST_KEYWORD + u32::from(number)).map_or(Self::NONE, Self)
    }

    /// The numbers of the keywords in the set, rising.
    pub fn keywords(self) -> impl Iterator<Item = u8> {
        let mut left = self.0 >> FIRST_KEYWORD;
        std::iter::from_fn(move || {
            let number = u8::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
            left &= left - 1;
            Some(number)
        })
    }

    /// Whether every flag of `other` is in the set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags of either.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The flags that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The flags that are in `other`, too.
    #[must_use]
    pub fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// As the columns `flags` and `more_flags`.
    pub(crate) fn columns(self) -> (i64, i64) {
        let [low, high] = [self.0, self.0 >> 64].map(|bits| {
            let bytes = bits.to_le_bytes();
            i64::from_le_bytes(*bytes.first_chunk().expect("16 bytes hold 8"))
        });
        (low, high)
    }

    /// From the columns.
    pub(crate) fn from_columns(low: i64, high: i64) -> Self {
        Self(u128::from(low.cast_unsigned()) | u128::from(high.cast_unsigned()) << 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::KEYWORDS_MAX;

    #[test]
    fn every_flag_survives_its_columns() {
        let keywords = (0..KEYWORDS_MAX).map(Flags::keyword);
        let all = [Flags::SEEN, Flags::ANSWERED, Flags::FLAGGED, Flags::DELETED, Flags::DRAFT];
        let mut union = Flags::NONE;
        for flag in all.into_iter().chain(keywords) {
            assert!(!flag.is_empty() && !union.contains(flag), "each has a bit of its own");
            union = union.with(flag);
            let (low, high) = flag.columns();
            assert_eq!(Flags::from_columns(low, high), flag);
        }
        assert_eq!(union.keywords().count(), usize::from(KEYWORDS_MAX));
        assert_eq!(union.without(Flags::SYSTEM).keywords().count(), usize::from(KEYWORDS_MAX));
        assert_eq!(union.among(Flags::KEYWORDS), union.without(Flags::SYSTEM));
        assert!(Flags::ALL.contains(union) && Flags::KEYWORDS.among(Flags::SYSTEM).is_empty());
        assert!(Flags::keyword(KEYWORDS_MAX).is_empty(), "beyond the last bit there is none");
    }
}
