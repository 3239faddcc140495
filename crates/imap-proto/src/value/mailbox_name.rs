//! Names of mailboxes (folders), decoded.

use super::Encoding;
use crate::utf7;

/// The name of a mailbox in the sense of IMAP: a folder, with its path.
///
/// Shape: Unicode without control characters, in the form the client sent it; `INBOX` in any case is `INBOX`
/// (RFC 9051 §5.1). It may be empty, and has no length limit but those of the [`crate::Decoder`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName(Box<str>);

impl MailboxName {
    /// The name of this text, if it holds no control character.
    pub fn new(text: &str) -> Option<Self> {
        // RFC 6855 §3: nor what separates lines and paragraphs.
        if text.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')) {
            return None;
        }
        Some(Self(if text.eq_ignore_ascii_case("INBOX") { "INBOX".into() } else { text.into() }))
    }

    /// The name that these bytes stand for on the wire.
    pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<Self> {
        match encoding {
            Encoding::SevenBit => Self::new(&utf7::decode(bytes)?),
            Encoding::Utf8 => Self::new(std::str::from_utf8(bytes).ok()?),
        }
    }

    /// The bytes on the wire, without quotes.
    pub fn encode(&self, encoding: Encoding) -> std::borrow::Cow<'_, str> {
        match encoding {
            Encoding::SevenBit => utf7::encode(&self.0),
            Encoding::Utf8 => (&*self.0).into(),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `INBOX`.
    pub fn is_inbox(&self) -> bool {
        &*self.0 == "INBOX"
    }
}
