//! Ids that Postroom mints, and the short key of an organization.

use std::fmt;

use crate::{Constrained, DirectoryId, OrganizationId, ResourceId};

/// Short integer id of an organization: the first column of every organization table's key.
///
/// Allocated once for all cells, never reused. 0 stands for the directory itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationKey(pub i64);

/// Id of a user, group or resource.
///
/// Shape: a minted lower-case UUID, a Windows-like `S-1-1-…` kept on import, or `r-` and 32 hex digits.
/// Source: WB §0.3.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(Box<str>);

impl EntityId {
    /// A user's or group's id from 16 random bytes.
    pub fn mint(random: [u8; 16]) -> Self {
        Self(uuid(random).into())
    }
    /// A resource's id from 16 random bytes.
    pub fn mint_resource(random: [u8; 16]) -> Self {
        Self(ResourceId::mint(random).as_str().into())
    }
    /// The id as the store or an importer has it.
    pub fn from_store(text: String) -> Self {
        Self(text.into_boxed_str())
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OrganizationId {
    /// `m-` and 32 hex digits, from 16 random bytes.
    pub fn mint(random: [u8; 16]) -> Self {
        Self::from_store(format!("m-{}", hex(&random)))
    }
}

impl ResourceId {
    /// `r-` and 32 hex digits, from 16 random bytes.
    pub fn mint(random: [u8; 16]) -> Self {
        Self::from_store(format!("r-{}", hex(&random)))
    }
}

impl DirectoryId {
    /// `d-` and 10 hex digits, from 5 random bytes.
    pub fn mint(random: [u8; 5]) -> Self {
        Self::from_store(format!("d-{}", hex(&random)))
    }
}

/// Lower-case hex of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)].map(char::from)));
    text
}

/// The digit of a number below 16.
fn digit(nibble: u8) -> u8 {
    b"0123456789abcdef"[usize::from(nibble)]
}

/// A version 4 UUID (RFC 9562 §5.4) from 16 random bytes, lower case with hyphens.
pub fn uuid(mut random: [u8; 16]) -> String {
    random[6] = (random[6] & 0x0f) | 0x40;
    random[8] = (random[8] & 0x3f) | 0x80;
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in random.into_iter().enumerate() {
        at += usize::from(matches!(index, 4 | 6 | 8 | 10));
        (text[at], text[at + 1]) = (digit(byte >> 4), digit(byte & 15));
        at += 2;
    }
    std::str::from_utf8(&text).expect("digits and hyphens").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_ids_have_the_model_shape() {
        assert!(OrganizationId::parse(&OrganizationId::mint([0xab; 16])).is_ok());
        assert!(ResourceId::parse(&ResourceId::mint([1; 16])).is_ok());
        assert!(DirectoryId::parse(&DirectoryId::mint([2; 5])).is_ok());
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
