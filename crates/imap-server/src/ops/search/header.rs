//! SEARCH HEADER: the one key that needs the message itself.

use postroom_imap_proto::HeaderName;
use postroom_mailbox::structure;
use postroom_mime::{SectionText, header_fields};
use postroom_types::fold;

use super::matching::Candidate;
use crate::failure::Failure;
use crate::session::Session;

/// The header of a message; empty when the message is gone.
pub(super) async fn read(session: &Session, candidate: &Candidate) -> Result<Vec<u8>, Failure> {
    let (organization, mailbox) = (session.user()?.organization, session.selected_shelf()?.key());
    let body = session.imap.mailboxes.body(organization, mailbox, candidate.item.content);
    let (Some(message), Some(shown)) = (body.await?, &candidate.shown) else { return Ok(Vec::new()) };
    let span = structure(&shown.structure)?.section(&[], SectionText::Header);
    Ok(span.map(|span| span.of(&message).to_vec()).unwrap_or_default())
}

/// Whether a field `name` of `header` has `wanted` in it, whatever the case; an empty text asks whether it is there.
pub(super) fn has(header: &[u8], name: &HeaderName, wanted: &str) -> bool {
    let fields = header_fields(header, &[name.as_str()], false);
    fields.contains(&b':') && (wanted.is_empty() || contains(&fields, wanted))
}

fn contains(text: &[u8], wanted: &str) -> bool {
    let (text, wanted) = (fold(&String::from_utf8_lossy(text)), fold(wanted));
    let text = String::from_utf8_lossy(text.as_bytes());
    text.contains(&*String::from_utf8_lossy(wanted.as_bytes()))
}
