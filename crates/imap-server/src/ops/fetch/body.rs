//! What FETCH tells from the bytes of a message.

use postroom_imap_proto::command::FetchItem;
use postroom_imap_proto::encode::{Code, FetchWriter};
use postroom_imap_proto::{Partial, Section, SectionText};
use postroom_mailbox::{Item, Shown, structure};
use postroom_mime::{SectionText as What, Structure, decode_part, header_fields};

use crate::failure::Failure;
use crate::session::Session;

/// The bytes of `item`; `None` when it is gone.
pub(super) async fn read(session: &Session, item: &Item) -> Result<Option<Vec<u8>>, Failure> {
    let organization = session.user()?.organization;
    Ok(session.imap.mailboxes.body(organization, session.selected_shelf()?.key(), item.content).await?)
}

/// Writes what the bytes tell of `asked`, if they do.
pub(super) fn cell(
    line: &mut FetchWriter<'_>,
    asked: &FetchItem,
    message: &[u8],
    shown: &Shown,
) -> Result<(), Failure> {
    let parts = || structure(&shown.structure);
    match asked {
        FetchItem::Rfc822 => line.old_name("RFC822", message),
        FetchItem::Rfc822Header => {
            line.old_name("RFC822.HEADER", span(&parts()?, &[], What::Header, message))
        }
        FetchItem::Rfc822Text => line.old_name("RFC822.TEXT", span(&parts()?, &[], What::Text, message)),
        FetchItem::BodySection { section, partial, .. } => {
            let octets = section_octets(&parts()?, section, message);
            let octets = octets.as_deref().map(|octets| cut(octets, *partial));
            line.body_section(section, partial.map(|partial| partial.offset_bytes), octets);
        }
        FetchItem::Binary { part, partial, .. } => {
            let octets = binary(&parts()?, part, message)?;
            let octets = octets.as_deref().map(|octets| cut(octets, *partial));
            line.binary(part, partial.map(|partial| partial.offset_bytes), octets);
        }
        FetchItem::BinarySize(part) => {
            let octets = binary(&parts()?, part, message)?;
            line.binary_size(part, octets.map_or(0, |octets| octets.len() as u64));
        }
        _ => {}
    }
    Ok(())
}

fn numbers(part: &[std::num::NonZeroU32]) -> Vec<u32> {
    part.iter().map(|number| number.get()).collect()
}

fn span<'m>(parts: &Structure, path: &[u32], what: What, message: &'m [u8]) -> &'m [u8] {
    parts.section(path, what).map(|span| span.of(message)).unwrap_or_default()
}

/// What a `BODY[…]` means; `None` when there is no such part.
fn section_octets<'m>(
    parts: &Structure,
    section: &Section,
    message: &'m [u8],
) -> Option<std::borrow::Cow<'m, [u8]>> {
    let path = numbers(&section.part);
    let of = |what| parts.section(&path, what).map(|span| span.of(message));
    let fields = |names: &[postroom_imap_proto::HeaderName], not| {
        let names: Vec<&str> = names.iter().map(postroom_imap_proto::HeaderName::as_str).collect();
        of(What::Header).map(|header| header_fields(header, &names, not).into())
    };
    match &section.text {
        None => of(What::Whole).map(Into::into),
        Some(SectionText::Header) => of(What::Header).map(Into::into),
        Some(SectionText::Text) => of(What::Text).map(Into::into),
        Some(SectionText::Mime) => of(What::Mime).map(Into::into),
        Some(SectionText::HeaderFields(names)) => fields(names, false),
        Some(SectionText::HeaderFieldsNot(names)) => fields(names, true),
    }
}

/// A part without its transfer encoding (RFC 9051 §6.4.5); `None` when there is no such part.
fn binary(
    parts: &Structure,
    part: &[std::num::NonZeroU32],
    message: &[u8],
) -> Result<Option<Vec<u8>>, Failure> {
    let path = numbers(part);
    let (Some(known), Some(span)) = (parts.part(&path), parts.section(&path, What::Whole)) else {
        return Ok(None);
    };
    // The whole message, and a part that has parts, is not encoded itself.
    let encoding = if path.is_empty() { "binary" } else { &known.encoding };
    let decoded = decode_part(span.of(message), encoding);
    decoded.map(Some).map_err(|_| Failure::no(Code::UnknownCte, "The part has an encoding that nobody knows"))
}

/// The octets that `partial` asks for; nothing when it begins behind the end.
fn cut(octets: &[u8], partial: Option<Partial>) -> &[u8] {
    let Some(partial) = partial else { return octets };
    let start = usize::try_from(partial.offset_bytes).unwrap_or(usize::MAX).min(octets.len());
    let size = usize::try_from(partial.size_bytes.get()).unwrap_or(usize::MAX);
    &octets[start..octets.len().min(start.saturating_add(size))]
}
