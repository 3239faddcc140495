//! What the full-text index sees of a message.

use crate::body_text::text_of;
use crate::envelope::{Address, Envelope};
use crate::limits;
use crate::structure::{Content, Structure};

/// Decoded text by field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// The subject.
    pub subject: String,
    /// Display names and addresses of `From`, an address a line.
    pub from: String,
    /// The same of `To`.
    pub to: String,
    /// The same of `Cc`.
    pub cc: String,
    /// The same of `Bcc`.
    pub bcc: String,
    /// The text parts, those of messages inside too, in the order of the message. HTML is there as plain text. What is
    /// attached and text is text; what has an encoding that nobody knows is not there.
    pub body: String,
}

/// The text of `message`, whose structure was read at ingest.
///
/// At most `limits::SEARCH_TEXT_BYTES_MAX` bytes of body; the rest is cut at a character.
pub fn search_text(message: &[u8], structure: &Structure) -> SearchText {
    let header = structure.section(&[], crate::SectionText::Header).map(|span| span.of(message));
    let envelope = Envelope::of_header(header.unwrap_or_default());
    SearchText {
        subject: envelope.subject,
        from: addresses(&envelope.from),
        to: addresses(&envelope.to),
        cc: addresses(&envelope.cc),
        bcc: addresses(&envelope.bcc),
        body: body(message, structure),
    }
}

fn addresses(list: &[Address]) -> String {
    let line = |each: &Address| match each.display.as_str() {
        "" => each.address.clone(),
        display => format!("{display} {}", each.address),
    };
    list.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn body(message: &[u8], structure: &Structure) -> String {
    let mut text = String::new();
    let mut unread = limits::SEARCH_BYTES_READ_MAX;
    for part in structure.parts().iter().filter(|part| matches!(part.content, Content::Text { .. })) {
        let room = limits::SEARCH_TEXT_BYTES_MAX.saturating_sub(text.len());
        if room == 0 || unread == 0 {
            break;
        }
        let more = text_of(message, part, unread);
        unread = unread.saturating_sub(part.body_of(message).len());
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&more[..more.floor_char_boundary(room)]);
    }
    text.truncate(text.floor_char_boundary(limits::SEARCH_TEXT_BYTES_MAX));
    text
}
