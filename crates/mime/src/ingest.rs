//! Reading a message, once.

use postroom_types::Timestamp;

use crate::body_text;
use crate::date::{self, SentDate};
use crate::envelope::Envelope;
use crate::ids;
use crate::structure::{Content, Part, SectionText, Structure};
use crate::text::subject;

/// Everything that lists, sorting and threading need of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingested {
    /// Who, to whom, about what.
    pub envelope: Envelope,
    /// The parts and where they are.
    pub structure: Structure,
    /// The beginning of the text; empty when there is none. RFC 8970.
    pub preview: String,
    /// `Message-ID`, without its angle brackets.
    pub message_id: Option<String>,
    /// `References`, oldest first, without angle brackets: the first and the last `limits::REFERENCES_MAX - 1`.
    pub references: Vec<String>,
    /// `In-Reply-To`, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// The subject without what replies and forwards add, in its own case. RFC 5256 §2.1.
    pub base_subject: String,
    /// Whether the subject says that it is a reply or a forward. RFC 5256 §2.1.
    pub is_reply: bool,
    /// `Date`, when it is one.
    pub sent_at: Option<Timestamp>,
    /// The day of `Date` as written, without its zone; there exactly when `sent_at` is.
    pub sent_date: Option<SentDate>,
    /// Whether a list shows a paper clip: something is attached that is no part of the text, of its pictures or of a
    /// signature.
    pub has_attachment: bool,
}

/// Reads a message. Never fails and never panics; what is no message is text.
///
/// Takes time and memory that grow as the message does, whatever is in it (see `limits`).
pub fn ingest(message: &[u8]) -> Ingested {
    let structure = Structure::of_message(message);
    let header = structure.section(&[], SectionText::Header).map(|span| span.of(message)).unwrap_or_default();
    let envelope = Envelope::of_header(header);
    let ids = ids::of_header(header);
    let sent = envelope.date().and_then(date::read);
    let (base_subject, is_reply) = subject::read(&envelope.subject);
    Ingested {
        preview: body_text::preview(message, &structure),
        message_id: envelope.message_id().and_then(ids::message_id),
        references: ids.references,
        in_reply_to: ids.in_reply_to,
        base_subject,
        is_reply,
        sent_at: sent.map(|(at, _)| at),
        sent_date: sent.map(|(_, day)| day),
        has_attachment: has_attachment(&structure),
        envelope,
        structure,
    }
}

fn has_attachment(structure: &Structure) -> bool {
    // Inside an attached message nothing is looked at: the message itself is the attachment.
    structure.parts().iter().any(|part| match part.content {
        Content::Multipart => false,
        Content::Message { .. } => part.header_start > 0,
        Content::Text { .. } => {
            part.is_attached() || (part.file_name().is_some() && !part.is("text", "html"))
        }
        Content::Other => part.is_attached() || !(is_of_the_text(part)),
    })
}

/// Pictures that HTML shows, signatures, and control parts of reports.
fn is_of_the_text(part: &Part) -> bool {
    let is_image = part.media_type.eq_ignore_ascii_case("image");
    let is_inline = part.id.is_some()
        || part
            .disposition
            .as_ref()
            .is_some_and(|disposition| disposition.kind.eq_ignore_ascii_case("inline"));
    let is_control = [
        ("application", "pgp-signature"),
        ("application", "pkcs7-signature"),
        ("application", "x-pkcs7-signature"),
        ("application", "pgp-encrypted"),
        ("message", "delivery-status"),
        ("message", "disposition-notification"),
    ];
    (is_image && is_inline) || is_control.iter().any(|(media_type, subtype)| part.is(media_type, subtype))
}
