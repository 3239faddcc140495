//! The tree of a message's parts, with where each begins and ends.

mod bytes;
mod imap;
mod parameters;
mod scan;
mod section;

use std::ops::Range;

pub use parameters::Parameter;
pub use section::{SectionSpan, SectionText};

/// The tree of a message's parts, the message itself first, each part before those inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// Never empty: the message itself is part 0.
    parts: Vec<Part>,
}

/// One part of a message, or the message itself. All offsets are bytes of the message as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What the part holds.
    pub content: Content,
    /// `text` of `text/plain`, in the case of the message.
    pub media_type: String,
    /// `plain` of `text/plain`, in the case of the message.
    pub subtype: String,
    /// Parameters of `Content-Type`, as they stand in the message but for quoting.
    pub parameters: Vec<Parameter>,
    /// `Content-ID`, as it stands in the message.
    pub id: Option<Vec<u8>>,
    /// `Content-Description`, as it stands in the message.
    pub description: Option<Vec<u8>>,
    /// `Content-Transfer-Encoding`; `7bit` when the message does not say.
    pub encoding: String,
    /// `Content-MD5`, as it stands in the message.
    pub md5: Option<Vec<u8>>,
    /// `Content-Disposition`.
    pub disposition: Option<Disposition>,
    /// `Content-Language`.
    pub language: Vec<String>,
    /// `Content-Location`, as it stands in the message.
    pub location: Option<Vec<u8>>,
    /// Where the part's header begins.
    pub header_start: u64,
    /// Where its body begins: behind the empty line.
    pub body_start: u64,
    /// Where its body ends: before the line end that belongs to the boundary behind it.
    pub end: u64,
    /// How many parts there are inside it, at any depth; they follow it.
    pub(crate) below: u32,
}

/// What a part holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, with the number of its lines.
    Text {
        /// Lines of the body as it is in the message.
        lines: u64,
    },
    /// A message; its own part follows. RFC 2046 §5.2.1, RFC 6532 §3.7 (`message/global`).
    Message {
        /// Lines of the body as it is in the message.
        lines: u64,
        /// IMAP's ENVELOPE of the message inside.
        envelope: Vec<u8>,
    },
    /// Other parts, at least one. RFC 2046 §5.1.
    Multipart,
    /// Anything else.
    Other,
}

/// How a part wants to be shown. RFC 2183.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// `attachment`, `inline` …, in the case of the message.
    pub kind: String,
    /// Its parameters, as they stand in the message but for quoting.
    pub parameters: Vec<Parameter>,
}

impl Structure {
    /// Reads a message. Whatever the bytes are, there is an answer; see `limits` for what is left out of it.
    pub fn of_message(message: &[u8]) -> Structure {
        scan::scan(message)
    }

    /// All parts: the message first, each part before those inside it.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The message itself.
    pub fn root(&self) -> &Part {
        &self.parts[0]
    }

    /// The parts directly inside part `index`.
    pub fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.parts.get(index).map_or(0, |part| index + 1 + part.below as usize);
        let mut next = index + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = child + 1 + self.parts[child].below as usize;
                child
            })
        })
    }

    /// IMAP's BODY (`extensible`: BODYSTRUCTURE), a list in parentheses. Spec: RFC 9051 §7.5.2.
    pub fn body(&self, extensible: bool) -> Vec<u8> {
        imap::body(self, extensible)
    }

    /// Which bytes of the message a `BODY[…]` means; `None` when there is no such part. Spec: RFC 9051 §6.4.5.1.
    ///
    /// `path`: the numbers of the part specifier, none for the message itself.
    pub fn section(&self, path: &[u32], what: SectionText) -> Option<SectionSpan> {
        section::section(self, path, what)
    }

    /// The part that the numbers of a part specifier name, as in [`Structure::section`]; no numbers: the message.
    pub fn part(&self, path: &[u32]) -> Option<&Part> {
        Some(&self.parts[section::walk(self, path)?])
    }

    /// Our own compact form of it, which [`Structure::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::write(self)
    }

    /// Reads what [`Structure::to_bytes`] wrote. Everything is checked, as if the bytes came from a stranger.
    pub fn from_bytes(bytes: &[u8]) -> Result<Structure, crate::StructureError> {
        bytes::read(bytes)
    }
}

impl Part {
    /// Whether this is `media_type/subtype`; case does not matter.
    pub fn is(&self, media_type: &str, subtype: &str) -> bool {
        self.media_type.eq_ignore_ascii_case(media_type) && self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// A parameter of `Content-Type`, decoded: RFC 2231 continuations and charsets, and the encoded words that people
    /// write instead.
    pub fn parameter(&self, name: &str) -> Option<String> {
        parameters::decoded(&self.parameters, name)
    }

    /// The name of a file, decoded: of `Content-Disposition`, else of `Content-Type`.
    pub fn file_name(&self) -> Option<String> {
        let disposed =
            self.disposition.as_ref().and_then(|each| parameters::decoded(&each.parameters, "filename"));
        disposed.or_else(|| self.parameter("name")).filter(|name| !name.is_empty())
    }

    /// Whether its `Content-Disposition` is `attachment`.
    pub fn is_attached(&self) -> bool {
        self.disposition.as_ref().is_some_and(|each| each.kind.eq_ignore_ascii_case("attachment"))
    }

    /// Its body in the bytes of the message; empty when `message` is not the one that it was read from.
    pub fn body_of<'a>(&self, message: &'a [u8]) -> &'a [u8] {
        slice(message, self.body_start, self.end)
    }
}

/// `message[start..end]`, or nothing when it has no such bytes.
fn slice(message: &[u8], start: u64, end: u64) -> &[u8] {
    let range =
        usize::try_from(start).ok().zip(usize::try_from(end).ok()).map(|(start, end)| Range { start, end });
    range.and_then(|range| message.get(range)).unwrap_or_default()
}
