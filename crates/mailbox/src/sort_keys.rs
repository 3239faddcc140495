//! What a message is sorted and threaded by, made when it came, so that no body is opened for it.

use postroom_mime::{Address, Ingested};

use crate::casemap::unicode_casemap;
use crate::message::MessageKey;
use crate::{MailError, limits};

/// What a message is sorted and threaded by (RFC 5256, RFC 5957). Texts are keys of `i;unicode-casemap`: their
/// bytes are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SortKeys {
    /// The base subject.
    pub subject: Vec<u8>,
    /// Whether the subject says that it is a reply or a forward.
    pub is_reply: bool,
    /// The local part of the first sender.
    pub from: Vec<u8>,
    /// The local part of the first recipient.
    pub to: Vec<u8>,
    /// The same of those who get a copy.
    pub cc: Vec<u8>,
    /// What is shown of the first sender.
    pub display_from: Vec<u8>,
    /// What is shown of the first recipient.
    pub display_to: Vec<u8>,
    /// Stands for its Message-ID; `None` when it has none.
    pub message: Option<MessageKey>,
    /// The same of the messages that it refers to, the oldest first: `References`, or the first of `In-Reply-To`.
    pub references: Vec<MessageKey>,
}

const IS_REPLY: u8 = 1;
const HAS_MESSAGE: u8 = 2;

impl SortKeys {
    pub(crate) fn of(message: &Ingested, key: impl Fn(&String) -> MessageKey) -> Self {
        let envelope = &message.envelope;
        let references = match &message.references[..] {
            [] => message.in_reply_to.iter().take(1).map(&key).collect(),
            references => references.iter().map(&key).collect(),
        };
        Self {
            subject: short(&message.base_subject),
            is_reply: message.is_reply,
            from: local_part(&envelope.from),
            to: local_part(&envelope.to),
            cc: local_part(&envelope.cc),
            display_from: display(&envelope.from),
            display_to: display(&envelope.to),
            message: message.message_id.as_ref().map(&key),
            references,
        }
    }

    /// A byte of marks, six texts with their lengths in two bytes, then keys of messages, its own first.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let marks = if self.is_reply { IS_REPLY } else { 0 } | self.message.map_or(0, |_| HAS_MESSAGE);
        let mut bytes = vec![marks];
        for text in [&self.subject, &self.from, &self.to, &self.cc, &self.display_from, &self.display_to] {
            let length = u16::try_from(text.len()).expect("at most `limits::SORT_KEY_BYTES_MAX`");
            bytes.extend(length.to_be_bytes());
            bytes.extend(text);
        }
        bytes.extend(self.message.iter().chain(&self.references).flatten());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, MailError> {
        Self::read(bytes).ok_or_else(|| MailError::damaged("what a message is sorted by"))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (&marks, mut rest) = bytes.split_first()?;
        let mut text = || {
            let (length, after) = rest.split_first_chunk()?;
            let (text, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            rest = after;
            Some(text.to_vec())
        };
        let (subject, from, to, cc) = (text()?, text()?, text()?, text()?);
        let (display_from, display_to) = (text()?, text()?);
        let (keys, []) = rest.as_chunks() else { return None };
        let (message, references) = match marks & HAS_MESSAGE {
            0 => (None, keys),
            _ => (Some(*keys.first()?), keys.get(1..)?),
        };
        Some(Self {
            subject,
            is_reply: marks & IS_REPLY != 0,
            from,
            to,
            cc,
            display_from,
            display_to,
            message,
            references: references.to_vec(),
        })
    }
}

/// `addr-mailbox` of the first address, or nothing. RFC 5256 §3.
fn local_part(addresses: &[Address]) -> Vec<u8> {
    let local = |address: &Address| {
        let address = &*address.address;
        short(address.rsplit_once('@').map_or(address, |(local, _)| local))
    };
    addresses.first().map(local).unwrap_or_default()
}

/// The name of the first address, or the address. RFC 5957 §3.
fn display(addresses: &[Address]) -> Vec<u8> {
    let shown = |address: &Address| {
        short(if address.display.is_empty() { &address.address } else { &address.display })
    };
    addresses.first().map(shown).unwrap_or_default()
}

fn short(text: &str) -> Vec<u8> {
    let mut key = unicode_casemap(text);
    key.truncate(limits::SORT_KEY_BYTES_MAX);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_they_were_written_and_damage_is_noticed() {
        let read = postroom_mime::ingest(
            b"From: \"Z\" <Ann@a.example>\r\nTo: bob@b.example\r\nSubject: Re: Tea\r\nMessage-ID: <1@a>\r\n\
              References: <2@a> <3@a>\r\n\r\n",
        );
        let keys = SortKeys::of(&read, |id| [id.as_bytes()[0]; 16]);
        assert_eq!(keys.from, b"ANN");
        assert_eq!(keys.display_from, b"Z");
        assert_eq!(keys.display_to, b"BOB@B.EXAMPLE");
        assert_eq!((&*keys.subject, keys.is_reply), (&b"TEA"[..], true));
        assert_eq!(keys.references, [[b'2'; 16], [b'3'; 16]]);
        let bytes = keys.to_bytes();
        assert_eq!(SortKeys::from_bytes(&bytes), Ok(keys));
        for end in 0..bytes.len() {
            let whole = bytes.len() - end;
            if whole != 16 && whole != 32 {
                assert!(SortKeys::from_bytes(&bytes[..end]).is_err(), "{end}");
            }
        }
    }
}
