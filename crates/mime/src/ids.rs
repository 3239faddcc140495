//! Message ids. Spec: RFC 5322 §3.6.4.

use crate::headers::{first_fields, unfold};
use crate::limits;
use crate::lines::{is_space, trim};

/// What the header says about the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids {
    /// Of `References`.
    pub references: Vec<String>,
    /// Of `In-Reply-To`.
    pub in_reply_to: Vec<String>,
}

/// Reads a header block. The first field of a name counts.
pub fn of_header(header: &[u8]) -> Ids {
    let mut ids = Ids::default();
    let read = |value| ids_in(&unfold(value, limits::HEADER_BYTES_MAX));
    for field in first_fields(header) {
        if ids.references.is_empty() && field.is("references") {
            ids.references = read(field.value);
        } else if ids.in_reply_to.is_empty() && field.is("in-reply-to") {
            ids.in_reply_to = read(field.value);
        }
    }
    ids
}

/// The id of a `Message-ID` field; what is not in angle brackets counts as a whole.
pub fn message_id(value: &[u8]) -> Option<String> {
    ids_in(value).into_iter().next().or_else(|| id(trim(value)))
}

/// The ids in angle brackets, without them: the first one and the last ones when there are too many.
fn ids_in(value: &[u8]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some(start) = memchr::memchr(b'<', rest) {
        rest = &rest[start + 1..];
        let Some(end) = memchr::memchr2(b'<', b'>', rest) else { break };
        let inner = &rest[..end];
        if rest[end] == b'>'
            && let Some(id) = id(inner)
        {
            if ids.len() == limits::REFERENCES_MAX {
                ids.remove(1);
            }
            ids.push(id);
        }
        rest = &rest[end..];
    }
    ids
}

/// An id without the spaces in it, which come from folding at bad places.
fn id(text: &[u8]) -> Option<String> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !is_space(*byte) && *byte != 0).collect();
    let fits = !text.is_empty() && text.len() <= limits::ID_BYTES_MAX;
    fits.then(|| String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_angle_brackets() {
        assert_eq!(ids_in(b"<a@b> text <c@\t d> <> <e<f@g>"), ["a@b", "c@d", "f@g"]);
        assert_eq!(message_id(b" a@b "), Some("a@b".into()));
        assert_eq!(message_id(b"  "), None);
    }

    #[test]
    fn the_first_and_the_last_references_are_kept() {
        let many: String = (0..100).map(|n| format!("<{n}@x>\r\n ")).collect();
        let ids = of_header(format!("References: {many}\r\n\r\n").as_bytes()).references;
        assert_eq!(ids.len(), limits::REFERENCES_MAX);
        assert_eq!((ids[0].as_str(), ids[1].as_str(), ids[31].as_str()), ("0@x", "69@x", "99@x"));
    }
}
