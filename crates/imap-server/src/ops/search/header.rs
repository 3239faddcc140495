//! SEARCH HEADER: the one key that needs the message itself.

use postroom_imap_proto::HeaderName;
use postroom_mailbox::structure;
use postroom_mime::{SectionSpan, SectionText, header_values};
use postroom_types::fold;

use super::matching::Candidate;
use crate::failure::Failure;
use crate::session::Session;

/// The header of a message; empty when the message is gone.
pub(super) async fn read(session: &Session, candidate: &Candidate) -> Result<Vec<u8>, Failure> {
    let (organization, mailbox) = (session.user()?.organization, session.selected_shelf()?.key());
    let Some(shown) = &candidate.shown else { return Ok(Vec::new()) };
    let Some(span) = structure(&shown.structure)?.section(&[], SectionText::Header) else {
        return Ok(Vec::new());
    };
    let content = candidate.item.content;
    let part = session.imap.mailboxes.body_part(organization, mailbox, content, span.start..span.end);
    let Some(part) = part.await? else { return Ok(Vec::new()) };
    let at = |place: u64| place.saturating_sub(part.offset);
    Ok(SectionSpan { start: at(span.start), end: at(span.end) }.of(&part.bytes).to_vec())
}

/// Whether a field `name` of `header` has `wanted` in its text, whatever the case; an empty one asks whether it is there.
pub(super) fn has(header: &[u8], name: &HeaderName, wanted: &str) -> bool {
    header_values(header, name.as_str()).iter().any(|value| contains(value, wanted))
}

fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (fold(text), fold(wanted));
    String::from_utf8_lossy(text.as_bytes()).contains(&*String::from_utf8_lossy(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_field_is_searched_and_not_its_name() {
        let header =
            b"List-Id: <tea.example>\r\nSubject: one\r\n two =?utf-8?q?=C3=84pfel?=\r\nX-Empty:\r\n\r\n";
        for (name, wanted, found) in [
            ("list-id", "TEA", true),
            ("List-Id", "list", false),
            ("List-Id", "", true),
            ("X-Empty", "", true),
            ("X-None", "", false),
            ("Subject", "one two", true),
            ("Subject", "\u{e4}PFEL", true),
            ("Subject", "two\r\n", false),
        ] {
            let name = HeaderName::new(name).expect("a name");
            assert_eq!(has(header, &name, wanted), found, "{name:?} {wanted}");
        }
    }
}
