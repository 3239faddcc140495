//! The text that people read in a message.

use crate::decode::decode_part;
use crate::limits;
use crate::structure::{Content, Part, Structure};
use crate::text::{charset, html};

/// The preview of a message: the beginning of its best text. Spec: RFC 8970 §3.1.
///
/// Plain text before HTML; quoted lines are left out unless there is nothing else; white space is one space.
pub fn preview(message: &[u8], structure: &Structure) -> String {
    let candidates = |subtype: &'static str| {
        let parts = structure.parts().iter();
        parts.filter(move |part| part.is("text", subtype) && !part.is_attached())
    };
    for part in candidates("plain").chain(candidates("html")).take(limits::DEPTH_MAX) {
        let text = text_of(message, part, limits::PREVIEW_BYTES_READ_MAX);
        let unquoted = collapse(text.lines().filter(|line| !line.starts_with('>')));
        let preview = if unquoted.is_empty() { collapse(text.lines()) } else { unquoted };
        if !preview.is_empty() {
            return preview;
        }
    }
    String::new()
}

/// The first words of `lines`, with one space between them.
fn collapse<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut preview = String::new();
    let mut room = limits::PREVIEW_CHARACTERS_MAX;
    let invisible =
        |each: char| each.is_control() || matches!(each, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}');
    for word in lines.flat_map(str::split_whitespace) {
        let mut word = word.chars().filter(|each| !invisible(*each)).peekable();
        if word.peek().is_none() {
            continue;
        }
        if !preview.is_empty() {
            // A space with nothing behind it would be of no use.
            if room < 2 {
                break;
            }
            preview.push(' ');
            room -= 1;
        }
        for each in word.take(room) {
            preview.push(each);
            room -= 1;
        }
        if room == 0 {
            break;
        }
    }
    preview
}

/// The text of a text part, of which at most `bytes_max` raw bytes are read. HTML becomes plain text.
pub fn text_of(message: &[u8], part: &Part, bytes_max: usize) -> String {
    if !matches!(part.content, Content::Text { .. }) {
        return String::new();
    }
    let body = part.body_of(message);
    let Ok(bytes) = decode_part(&body[..body.len().min(bytes_max)], &part.encoding) else {
        return String::new();
    };
    let text = charset::decode(&bytes, part.parameter("charset").as_deref().map(str::as_bytes));
    if part.is("text", "html") { html::to_text(&text) } else { text }
}
