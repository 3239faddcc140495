//! Keys packed into 41 bytes, exactly: equal keys are equal ids, device ids without case.
//!
//! ```text
//! byte 0       how the user id is packed
//! bytes 1-16   user id: the UUID's or resource id's 16 bytes, or a number for any other id
//! bytes 17-40  device id: 32 codes of 6 bits, 0 after its end
//! ```

use crate::limits::DEVICE_ID_CHARACTERS_MAX;

/// A packed user id with the byte that tells how.
pub(super) type PackedUser = (u8, [u8; 16]);

/// A device id of up to 32 letters and digits in 6 bits each.
pub(super) type PackedDevice = [u8; 24];

const UUID: u8 = 1;
const RESOURCE: u8 = 2;
const NUMBER: u8 = 3;

/// What an override is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 41]);

impl Key {
    pub(super) fn new((shape, user): PackedUser, device: PackedDevice) -> Self {
        let mut bytes = [0; 41];
        bytes[0] = shape;
        bytes[1..17].copy_from_slice(&user);
        bytes[17..].copy_from_slice(&device);
        Self(bytes)
    }

    pub(super) fn with_number(number: u32, device: PackedDevice) -> Self {
        let mut user = [0; 16];
        user[..4].copy_from_slice(&number.to_le_bytes());
        Self::new((NUMBER, user), device)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Packs a device id; `None` when it is not 1 to 32 letters and digits.
pub(super) fn pack_device(device_id: &str) -> Option<PackedDevice> {
    let characters = device_id.as_bytes();
    if characters.is_empty() || characters.len() > DEVICE_ID_CHARACTERS_MAX {
        return None;
    }
    let mut packed = [0; 24];
    for (place, group) in packed.chunks_exact_mut(3).zip(characters.chunks(4)) {
        let mut bits = 0;
        for (position, character) in group.iter().enumerate() {
            let code = match character {
                b'0'..=b'9' => character - b'0' + 1,
                b'A'..=b'Z' => character - b'A' + 11,
                b'a'..=b'z' => character - b'a' + 11,
                _ => return None,
            };
            bits |= u32::from(code) << (18 - 6 * position);
        }
        place.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    Some(packed)
}

/// Packs a user id of a shape that Postroom mints: lower-case UUID, or `r-` and 32 hex digits.
pub(super) fn pack_user(user_id: &str) -> Option<PackedUser> {
    let characters = user_id.as_bytes();
    match characters.len() {
        36 if [8, 13, 18, 23].iter().all(|&hyphen| characters[hyphen] == b'-') => {
            let digits = [0..8, 9..13, 14..18, 19..23, 24..36].into_iter().flat_map(|part| &characters[part]);
            Some((UUID, pack_hex(digits)?))
        }
        34 if characters.starts_with(b"r-") => Some((RESOURCE, pack_hex(characters[2..].iter())?)),
        _ => None,
    }
}

/// 32 lower-case hex digits as bytes.
fn pack_hex<'a>(digits: impl Iterator<Item = &'a u8>) -> Option<[u8; 16]> {
    let mut packed = [0; 16];
    for (position, digit) in digits.enumerate() {
        let nibble = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        packed[position / 2] |= if position % 2 == 0 { nibble << 4 } else { nibble };
    }
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_ids_pack_exactly_and_without_case() {
        assert_eq!(pack_device("AbC1"), pack_device("aBc1"));
        let distinct =
            ["a", "a0", "0a", "aa", "aaaa", "aaaaa", "0", "00", "z", &"z".repeat(32), &"z".repeat(31)];
        for (index, one) in distinct.iter().enumerate() {
            for other in &distinct[..index] {
                assert_ne!(pack_device(one), pack_device(other), "{one} {other}");
            }
        }
        for bad in ["", "a-b", "\u{e9}", &"a".repeat(33)] {
            assert_eq!(pack_device(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_minted_shapes_pack() {
        let packs = |id: &str| pack_user(id).is_some();
        assert!(packs("01234567-89ab-4def-8123-456789abcdef"));
        assert!(packs("r-0123456789abcdef0123456789abcdef"));
        // A packed id must give back the very same text, so capitals and other hyphens stay text.
        assert!(!packs("01234567-89AB-4def-8123-456789abcdef"));
        assert!(!packs("0123456789ab-4def-8123-456789abcdef-"));
        assert!(!packs("S-1-1-12-1234567890-123456789-123456789-1234"));
        let hex = "0123456789abcdef0123456789abcdef";
        assert_ne!(pack_user("01234567-89ab-cdef-0123-456789abcdef"), pack_user(&format!("r-{hex}")));
    }
}
