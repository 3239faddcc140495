//! New messages.

use crate::value::{DateTime, Flag, MailboxName, Numbers, SeqNumber};

/// `APPEND`; several messages are added together or not at all. RFC 9051 §6.3.12, RFC 3502.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Where to.
    pub mailbox: MailboxName,
    /// At least one.
    pub messages: Vec<AppendMessage>,
}

/// `REPLACE`: a new message in the place of another one. RFC 8508.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// What `number` is.
    pub numbers: Numbers,
    /// Which message goes.
    pub number: SeqNumber,
    /// Where the new one goes.
    pub mailbox: MailboxName,
    /// The new one.
    pub message: AppendMessage,
}

/// A message to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendMessage {
    /// Its flags.
    pub flags: Vec<Flag>,
    /// Its internal date; `None`: now.
    pub received_at: Option<DateTime>,
    /// Its octets.
    pub data: AppendData,
}

/// How the octets of a message came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendData {
    /// A literal.
    Literal(Vec<u8>),
    /// A literal8, which may hold NUL. RFC 9051 §6.3.12.
    Literal8(Vec<u8>),
    /// `UTF8 (~{…}…)`: headers may be UTF-8. RFC 6855 §4.
    Utf8(Vec<u8>),
    /// `CATENATE (…)`; never empty. RFC 4469.
    Catenate(Vec<CatenatePart>),
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatenatePart {
    /// `TEXT`: these octets.
    Text(Vec<u8>),
    /// `URL`: what an IMAP URL, as sent, names.
    Url(Box<str>),
}
