//! Device properties folded for comparison, without allocating.

use crate::limits::DEVICE_PROPERTY_CHARACTERS_MAX as CHARACTERS_MAX;

/// The value of a condition that stands for a property that is not reported.
const NONE: &str = "$NONE";

/// Whether a condition's value stands for "not reported". It is compared without case, as every value is.
pub(super) fn is_none_value(value: &str) -> bool {
    value.eq_ignore_ascii_case(NONE)
}

/// The reported property; an empty text is none.
pub(super) fn reported(property: Option<&str>) -> Option<&str> {
    property.filter(|text| !text.is_empty())
}

/// A character folded to one Latin-1 byte; `None` for what Latin-1 does not have.
///
/// The letters of Latin-1 that have both cases there fold to the small one: A-Z, À-Ö, Ø-Þ. (`ß`, `ÿ` and `µ`
/// have no capital in Latin-1; `×` is no letter.)
fn fold(character: char) -> Option<u8> {
    let byte = u8::try_from(u32::from(character)).ok()?;
    Some(match byte {
        b'A'..=b'Z' | 0xC0..=0xD6 | 0xD8..=0xDE => byte + 0x20,
        _ => byte,
    })
}

/// The folded beginning of a reported property: as much of it as a rule's value could be a prefix of.
pub(super) struct Folded {
    bytes: [u8; CHARACTERS_MAX],
    length: usize,
}

impl Folded {
    /// Folds the first `length_max` characters of `property`, the length of the longest value, or those before the first
    /// that no value can hold.
    pub(super) fn of(property: &str, length_max: usize) -> Self {
        let mut folded = Self { bytes: [0; CHARACTERS_MAX], length: 0 };
        let characters = property.chars().take(length_max).map_while(fold);
        for (place, byte) in folded.bytes.iter_mut().zip(characters) {
            *place = byte;
            folded.length += 1;
        }
        folded
    }

    /// The bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The first bytes of a folded text as a number: where those of two texts differ they have the order of the texts.
pub(super) fn head(folded: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    let length = folded.len().min(bytes.len());
    bytes[..length].copy_from_slice(&folded[..length]);
    u128::from_be_bytes(bytes)
}

/// A rule's value, folded; `None` when it is empty, too long or holds a character that Latin-1 does not have.
pub(super) fn fold_value(value: &str) -> Option<Box<[u8]>> {
    let folded: Option<Vec<u8>> = value.chars().map(fold).collect();
    folded.filter(|bytes| !bytes.is_empty() && bytes.len() <= CHARACTERS_MAX).map(Vec::into_boxed_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_letters_fold_as_unicode_folds_them() {
        for byte in 0..=u8::MAX {
            let mut lower = char::from(byte).to_lowercase();
            let (expected, rest) = (lower.next().unwrap(), lower.next());
            assert_eq!(
                (fold(byte.into()), rest),
                (u8::try_from(u32::from(expected)).ok(), None),
                "{byte:#x}"
            );
        }
    }

    #[test]
    fn folding_stops_where_no_value_can_follow() {
        assert_eq!(Folded::of("iPhone\u{100}X", CHARACTERS_MAX).as_bytes(), b"iphone");
        assert_eq!(Folded::of("iPhone", 3).as_bytes(), b"iph");
        assert_eq!(Folded::of(&"A".repeat(300), usize::MAX).as_bytes(), [b'a'; 256]);
        assert_eq!(fold_value("\u{100}"), None);
        assert_eq!(fold_value(""), None);
        assert_eq!(fold_value(&"a".repeat(257)), None);
        assert_eq!(fold_value("CAF\u{c9}").as_deref(), Some(b"caf\xe9".as_slice()));
    }
}
