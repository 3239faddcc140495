//! What a list of messages shows: who, to whom, about what.

pub mod address;
mod imap;

use crate::date::{self, SentDate};
use crate::headers::{Fields, first_fields, unfold};
use crate::imap::first_string;
use crate::limits;
use crate::text::words;
use address::{Entry, RawAddress};

/// An address, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The display name; empty when there is none.
    pub display: String,
    /// `local@host`, the local part quoted where it has to be; only the local part when there is no `@`.
    pub address: String,
}

/// The fields of a header that IMAP's ENVELOPE has, decoded for sorting and searching.
///
/// Members of groups stand in the lists like any other address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// `Subject`, decoded, on one line.
    pub subject: String,
    /// `From`.
    pub from: Vec<Address>,
    /// `Sender`; empty when there is none.
    pub sender: Vec<Address>,
    /// `Reply-To`; empty when there is none.
    pub reply_to: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`.
    pub bcc: Vec<Address>,
    raw: Raw,
}

/// The same, as it stands in the message; `None` for a field that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Raw {
    date: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    from: Vec<Entry>,
    sender: Vec<Entry>,
    reply_to: Vec<Entry>,
    to: Vec<Entry>,
    cc: Vec<Entry>,
    bcc: Vec<Entry>,
    in_reply_to: Option<Vec<u8>>,
    message_id: Option<Vec<u8>>,
}

impl Envelope {
    /// Reads a header block, with or without its empty line.
    pub fn of_header(header: &[u8]) -> Envelope {
        let raw = Raw::read(first_fields(header));
        Envelope {
            subject: raw.subject.as_deref().map(words::decode).unwrap_or_default(),
            from: decoded(&raw.from),
            sender: decoded(&raw.sender),
            reply_to: decoded(&raw.reply_to),
            to: decoded(&raw.to),
            cc: decoded(&raw.cc),
            bcc: decoded(&raw.bcc),
            raw,
        }
    }

    /// IMAP's ENVELOPE, a list in parentheses: encoded words as they stand in the message, folding gone. Spec: RFC 9051
    /// §7.5.2.
    ///
    /// An address without a domain has an empty host (`""`), since `NIL` there means the start of a group.
    pub fn to_imap(&self) -> Vec<u8> {
        imap::envelope(&self.raw)
    }

    /// The day of `Date` as written, without its zone, from an ENVELOPE that [`Envelope::to_imap`] wrote. RFC 9051 §6.4.4
    /// (`SENTON` and its like).
    pub fn sent_date(envelope: &[u8]) -> Option<SentDate> {
        let date = first_string(envelope.strip_prefix(b"(")?)?;
        date::read(&date).map(|(_, day)| day)
    }

    /// The `Date` field as it stands in the message.
    pub(crate) fn date(&self) -> Option<&[u8]> {
        self.raw.date.as_deref()
    }

    /// The `Message-ID` field as it stands in the message.
    pub(crate) fn message_id(&self) -> Option<&[u8]> {
        self.raw.message_id.as_deref()
    }
}

impl Raw {
    /// Of a field that is there twice, the first counts; lists of recipients are put together.
    fn read(fields: Fields<'_>) -> Raw {
        let mut raw = Raw::default();
        for field in fields {
            let text = || Some(unfold(field.value, limits::FIELD_BYTES_MAX));
            let list = || address::entries(&unfold(field.value, limits::HEADER_BYTES_MAX));
            match field.name.to_ascii_lowercase().as_slice() {
                b"date" if raw.date.is_none() => raw.date = text(),
                b"subject" if raw.subject.is_none() => raw.subject = text(),
                b"in-reply-to" if raw.in_reply_to.is_none() => raw.in_reply_to = text(),
                b"message-id" if raw.message_id.is_none() => raw.message_id = text(),
                b"from" if raw.from.is_empty() => raw.from = list(),
                b"sender" if raw.sender.is_empty() => raw.sender = list(),
                b"reply-to" if raw.reply_to.is_empty() => raw.reply_to = list(),
                b"to" => add(&mut raw.to, list),
                b"cc" => add(&mut raw.cc, list),
                b"bcc" => add(&mut raw.bcc, list),
                _ => {}
            }
        }
        raw
    }
}

fn add(entries: &mut Vec<Entry>, more: impl Fn() -> Vec<Entry>) {
    // A message with a thousand fields `To` is read in time, too: what is full is not read on.
    if entries.len() < limits::ADDRESSES_MAX {
        entries.append(&mut more());
    }
}

fn decoded(entries: &[Entry]) -> Vec<Address> {
    let mailboxes = entries.iter().filter_map(|entry| match entry {
        Entry::Mailbox(address) => Some(address),
        Entry::GroupStart(_) | Entry::GroupEnd => None,
    });
    mailboxes
        .take(limits::ADDRESSES_MAX)
        .map(|raw| Address { display: words::decode(&raw.name), address: spec(raw) })
        .collect()
}

/// `local@host`. A local part that is no dot-atom is quoted. RFC 5322 §3.4.1.
fn spec(address: &RawAddress) -> String {
    let local = words::unlabelled(&address.local);
    if address.host.is_empty() {
        return local;
    }
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || byte >= 128 || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let local = if local.bytes().all(plain) && !local.is_empty() {
        local
    } else {
        format!("\"{}\"", local.replace('\\', "\\\\").replace('"', "\\\""))
    };
    format!("{local}@{}", words::unlabelled(&address.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_that_a_message_says_is_the_one_of_its_own_zone() {
        let day = |header: &[u8]| {
            Envelope::sent_date(&Envelope::of_header(header).to_imap())
                .map(|day| (day.year, day.month, day.day))
        };
        assert_eq!(day(b"Date: Sun, 1 Nov 2026 23:30:00 -0800\r\n\r\n"), Some((2026, 11, 1)));
        assert_eq!(day(b"Date: Mon, 2 Nov 2026 00:30:00 +0900 (\"JST\")\r\n\r\n"), Some((2026, 11, 2)));
        assert_eq!(day(b"Date: soon\r\n\r\n"), None);
        assert_eq!(day(b"Subject: none\r\n\r\n"), None);
        assert_eq!(Envelope::sent_date(b""), None);
    }
}
