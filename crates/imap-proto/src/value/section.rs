//! Parts of a message that FETCH names.

use std::num::{NonZeroU32, NonZeroU64};

/// Numbers of nested body parts, outermost first; empty: the message itself. RFC 9051 §6.4.5.1.
pub type PartPath = Box<[NonZeroU32]>;

/// What stands between the brackets of `BODY[…]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Section {
    /// Of which part.
    pub part: PartPath,
    /// What of it; `None`: all of it.
    pub text: Option<SectionText>,
}

/// A piece of a message or a part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SectionText {
    /// `HEADER`
    Header,
    /// `HEADER.FIELDS (…)`: these only.
    HeaderFields(Box<[HeaderName]>),
    /// `HEADER.FIELDS.NOT (…)`: all but these.
    HeaderFieldsNot(Box<[HeaderName]>),
    /// `TEXT`
    Text,
    /// `MIME`; the part is then never empty.
    Mime,
}

/// Name of a header field, as sent: printable ASCII without a colon. RFC 5322 §2.2.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HeaderName(Box<str>);

impl HeaderName {
    /// The name of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b':';
        (!text.is_empty() && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `<offset.size>`: a range of octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Partial {
    /// The first octet, from 0.
    pub offset_bytes: u64,
    /// How many at most.
    pub size_bytes: NonZeroU64,
}
