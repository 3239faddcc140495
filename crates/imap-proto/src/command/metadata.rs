//! Annotations.

use crate::value::EntryName;

/// Options of GETMETADATA. RFC 5464 §4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MetadataOptions {
    /// `MAXSIZE`: values with more bytes are left out.
    pub size_bytes_max: Option<u32>,
    /// `DEPTH`
    pub depth: MetadataDepth,
}

/// How far below the named entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetadataDepth {
    /// `0`: the entries themselves.
    #[default]
    Zero,
    /// `1`: and their children.
    One,
    /// `infinity`: and everything below.
    Infinity,
}

/// An entry and the octets it gets; `None` takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryValue {
    /// Its name.
    pub name: EntryName,
    /// Its value.
    pub value: Option<Vec<u8>>,
}
