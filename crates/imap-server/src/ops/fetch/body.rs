//! What FETCH tells from the bytes of a message.

use std::borrow::Cow;
use std::ops::Range;

use postroom_imap_proto::command::FetchItem;
use postroom_imap_proto::encode::{Code, FetchWriter};
use postroom_imap_proto::{HeaderName, Partial, Section, SectionText};
use postroom_mailbox::{BodyPart, Item, Shown, structure};
use postroom_mime::{SectionSpan, SectionText as What, Structure, decode_part, header_fields};

use crate::failure::Failure;
use crate::session::Session;

/// The bytes of a message that a FETCH needs.
pub(super) struct Message(BodyPart);

/// The bytes of `item` that `asked` need; `None` when it is gone.
pub(super) async fn read(
    session: &Session,
    item: &Item,
    shown: Option<&Shown>,
    asked: &[FetchItem],
) -> Result<Option<Message>, Failure> {
    let organization = session.user()?.organization;
    let Some(shown) = shown else { return Ok(None) };
    let range = needed(&structure(&shown.structure)?, asked);
    let mailbox = session.selected_shelf()?.key();
    let part = session.imap.mailboxes.body_part(organization, mailbox, item.content, range);
    Ok(part.await?.map(Message))
}

/// The bytes between the first and the last one that `asked` need.
fn needed(parts: &Structure, asked: &[FetchItem]) -> Range<u64> {
    let spans = asked.iter().filter_map(|asked| match asked {
        FetchItem::Rfc822 => parts.section(&[], What::Whole),
        FetchItem::Rfc822Header => parts.section(&[], What::Header),
        FetchItem::Rfc822Text => parts.section(&[], What::Text),
        FetchItem::BodySection { section, partial, .. } => {
            let span = parts.section(&numbers(&section.part), what(section))?;
            Some(if is_fields(section) { span } else { cut_span(span, *partial) })
        }
        FetchItem::Binary { part, .. } | FetchItem::BinarySize(part) => {
            parts.section(&numbers(part), What::Whole)
        }
        _ => None,
    });
    spans
        .filter(|span| !span.is_empty())
        .map(|span| span.start..span.end)
        .reduce(|all, span| all.start.min(span.start)..all.end.max(span.end))
        .unwrap_or(0..0)
}

impl Message {
    /// The bytes of `span`, which [`needed`] has counted in.
    fn of(&self, span: SectionSpan) -> Result<&[u8], Failure> {
        if span.is_empty() {
            return Ok(&[]);
        }
        let at = |place: u64| usize::try_from(place.checked_sub(self.0.offset)?).ok();
        let bytes = at(span.start).zip(at(span.end)).and_then(|(start, end)| self.0.bytes.get(start..end));
        bytes.ok_or_else(|| Failure::no(Code::Corruption, "Something stored is damaged"))
    }

    fn section(&self, parts: &Structure, what: What) -> Result<&[u8], Failure> {
        parts.section(&[], what).map_or(Ok(&[][..]), |span| self.of(span))
    }
}

/// Writes what the bytes tell of `asked`, if they do.
pub(super) fn cell(
    line: &mut FetchWriter<'_>,
    asked: &FetchItem,
    message: &Message,
    shown: &Shown,
) -> Result<(), Failure> {
    let parts = || structure(&shown.structure);
    match asked {
        FetchItem::Rfc822 => line.old_name("RFC822", message.section(&parts()?, What::Whole)?),
        FetchItem::Rfc822Header => line.old_name("RFC822.HEADER", message.section(&parts()?, What::Header)?),
        FetchItem::Rfc822Text => line.old_name("RFC822.TEXT", message.section(&parts()?, What::Text)?),
        FetchItem::BodySection { section, partial, .. } => {
            let octets = section_octets(&parts()?, section, *partial, message)?;
            line.body_section(section, partial.map(|partial| partial.offset_bytes), octets.as_deref());
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

/// What of a part `section` is about.
fn what(section: &Section) -> What {
    match &section.text {
        None => What::Whole,
        Some(SectionText::Header | SectionText::HeaderFields(_) | SectionText::HeaderFieldsNot(_)) => {
            What::Header
        }
        Some(SectionText::Text) => What::Text,
        Some(SectionText::Mime) => What::Mime,
    }
}

/// Whether `section` is some fields of a header, which have to be looked for.
fn is_fields(section: &Section) -> bool {
    matches!(&section.text, Some(SectionText::HeaderFields(_) | SectionText::HeaderFieldsNot(_)))
}

/// What a `BODY[…]<…>` means; `None` when there is no such part.
fn section_octets<'m>(
    parts: &Structure,
    section: &Section,
    partial: Option<Partial>,
    message: &'m Message,
) -> Result<Option<Cow<'m, [u8]>>, Failure> {
    let Some(span) = parts.section(&numbers(&section.part), what(section)) else { return Ok(None) };
    let fields = |names: &[HeaderName], not| -> Result<Option<Cow<'m, [u8]>>, Failure> {
        let names: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
        let fields = header_fields(message.of(span)?, &names, not);
        Ok(Some(cut(&fields, partial).to_vec().into()))
    };
    match &section.text {
        Some(SectionText::HeaderFields(names)) => fields(names, false),
        Some(SectionText::HeaderFieldsNot(names)) => fields(names, true),
        None | Some(SectionText::Header | SectionText::Text | SectionText::Mime) => {
            Ok(Some(message.of(cut_span(span, partial))?.into()))
        }
    }
}

/// A part without its transfer encoding (RFC 9051 §6.4.5); `None` when there is no such part.
fn binary(
    parts: &Structure,
    part: &[std::num::NonZeroU32],
    message: &Message,
) -> Result<Option<Vec<u8>>, Failure> {
    let path = numbers(part);
    let (Some(known), Some(span)) = (parts.part(&path), parts.section(&path, What::Whole)) else {
        return Ok(None);
    };
    // The whole message, and a part that has parts, is not encoded itself.
    let encoding = if path.is_empty() { "binary" } else { &known.encoding };
    let decoded = decode_part(message.of(span)?, encoding);
    decoded.map(Some).map_err(|_| Failure::no(Code::UnknownCte, "The part has an encoding that nobody knows"))
}

/// The octets that `partial` asks for; nothing when it begins behind the end.
fn cut(octets: &[u8], partial: Option<Partial>) -> &[u8] {
    let cut = cut_span(SectionSpan { start: 0, end: octets.len() as u64 }, partial);
    cut.of(octets)
}

/// The same of a span.
fn cut_span(span: SectionSpan, partial: Option<Partial>) -> SectionSpan {
    let Some(partial) = partial else { return span };
    let start = span.start.saturating_add(partial.offset_bytes).min(span.end);
    let end = start.saturating_add(partial.size_bytes.get()).min(span.end);
    SectionSpan { start, end }
}
