//! What a FETCH reads, as the audit is told (WB §13.2): what lists show, a message, or an attachment of it.

use std::num::NonZeroU32;

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::command::FetchItem;
use postroom_imap_proto::{Section, SectionText};
use postroom_mailbox::{Uid, structure};
use postroom_mime::Part;

use super::Row;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::session::Session;

/// What an item of a FETCH reads of a message.
enum Reads<'a> {
    /// What lists show.
    Summary,
    /// Its text.
    Message,
    /// This part, which may be an attachment.
    Part(&'a [NonZeroU32]),
}

impl<'a> Reads<'a> {
    fn of(item: &'a FetchItem) -> Self {
        match item {
            FetchItem::Rfc822 | FetchItem::Rfc822Text => Self::Message,
            FetchItem::BodySection { section, .. } => Self::of_section(section),
            FetchItem::Binary { part, .. } if part.is_empty() => Self::Message,
            FetchItem::Binary { part, .. } => Self::Part(part),
            _ => Self::Summary,
        }
    }

    fn of_section(section: &'a Section) -> Self {
        match section.text {
            None | Some(SectionText::Text) if section.part.is_empty() => Self::Message,
            None | Some(SectionText::Text) => Self::Part(&section.part),
            Some(_) => Self::Summary,
        }
    }
}

/// Notes what is about to be told of `rows`: of each message the most that is read, and each attachment.
pub(super) fn note(session: &Session, items: &[FetchItem], rows: &[Row]) -> Result<(), Failure> {
    let reads: Vec<Reads<'_>> = items.iter().map(Reads::of).collect();
    let whole = reads.iter().any(|reads| matches!(reads, Reads::Message));
    let parts: Vec<&[NonZeroU32]> = reads
        .iter()
        .filter_map(|reads| if let Reads::Part(part) = reads { Some(*part) } else { None })
        .collect();
    let mut read: Vec<Uid> = Vec::new();
    let mut summed_up: Vec<Uid> = Vec::new();
    for row in rows {
        let is_read = note_parts(session, row, &parts)? || whole;
        if is_read { &mut read } else { &mut summed_up }.push(row.item.uid);
    }
    session.note_selected(Deed::messages(MailboxAction::Read, read));
    session.note_selected(Deed::messages(MailboxAction::ReadSummary, summed_up));
    Ok(())
}

/// Notes the attachments among `parts` of a message; answers whether one of them is its text.
fn note_parts(session: &Session, row: &Row, parts: &[&[NonZeroU32]]) -> Result<bool, Failure> {
    let Some(shown) = row.shown.as_ref().filter(|_| !parts.is_empty()) else { return Ok(false) };
    let known = structure(&shown.structure)?;
    let mut reads_text = false;
    for part in parts {
        let numbers: Vec<u32> = part.iter().map(|number| number.get()).collect();
        if known.part(&numbers).is_some_and(is_attachment) {
            let name: Vec<String> = numbers.iter().map(u32::to_string).collect();
            session.note_selected(Deed::attachment(row.item.uid, &name.join(".")));
        } else {
            reads_text = true;
        }
    }
    Ok(reads_text)
}

/// Whether clients show a part as an attachment, or as a picture in the text.
fn is_attachment(part: &Part) -> bool {
    let is_text = ["text", "multipart"].iter().any(|kind| part.media_type.eq_ignore_ascii_case(kind));
    !is_text || part.is_attached()
}
