//! Part specifiers. Spec: RFC 9051 §6.4.5.1.

use super::{Content, Structure};

/// What of a message or part is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionText {
    /// `BODY[]`: the whole message; `BODY[1]`: the body of a part.
    Whole,
    /// `HEADER`: the header of the message, or of the message inside a part.
    Header,
    /// `TEXT`: the same message's body.
    Text,
    /// `MIME`: the header of a part.
    Mime,
}

/// Bytes of a message, from `start` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionSpan {
    /// The first byte.
    pub start: u64,
    /// The byte behind the last one.
    pub end: u64,
}

impl SectionSpan {
    /// How many bytes.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// These bytes of `message`; nothing when it does not have them.
    pub fn of<'a>(&self, message: &'a [u8]) -> &'a [u8] {
        super::slice(message, self.start, self.end)
    }
}

/// See [`Structure::section`].
pub fn section(structure: &Structure, path: &[u32], what: SectionText) -> Option<SectionSpan> {
    let index = walk(structure, path)?;
    let part = &structure.parts[index];
    let span = |start, end| Some(SectionSpan { start, end });
    if path.is_empty() {
        return match what {
            SectionText::Whole => span(part.header_start, part.end),
            SectionText::Header => span(part.header_start, part.body_start),
            SectionText::Text => span(part.body_start, part.end),
            SectionText::Mime => None,
        };
    }
    match what {
        SectionText::Whole => span(part.body_start, part.end),
        SectionText::Mime => span(part.header_start, part.body_start),
        SectionText::Header | SectionText::Text => {
            let inner = &structure.parts[inner_message(structure, index)?];
            match what {
                SectionText::Header => span(inner.header_start, inner.body_start),
                _ => span(inner.body_start, inner.end),
            }
        }
    }
}

/// The part that `path` names.
pub fn walk(structure: &Structure, path: &[u32]) -> Option<usize> {
    // Whether `index` is a message, the whole one or one inside a part, and not a numbered part of one.
    let (mut index, mut is_message) = (0, true);
    for &number in path {
        if !is_message && let Some(inner) = inner_message(structure, index) {
            (index, is_message) = (inner, true);
        }
        if structure.parts[index].content == Content::Multipart {
            let before = usize::try_from(number.checked_sub(1)?).ok()?;
            index = structure.children(index).nth(before)?;
        } else if !is_message || number != 1 {
            return None;
        }
        // Part 1 of a message that is no multipart is the message's own body: `index` stays.
        is_message = false;
    }
    Some(index)
}

/// The message inside part `index`, if that holds one.
fn inner_message(structure: &Structure, index: usize) -> Option<usize> {
    matches!(structure.parts[index].content, Content::Message { .. }).then_some(index + 1)
}
