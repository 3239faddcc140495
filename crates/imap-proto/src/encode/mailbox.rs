//! What mailboxes there are, and what is in one.

use super::text::{line_end, list_of, mailbox_name, nil, number, plain};
use crate::{Encoding, MailboxName, ObjectId, SpecialUse, StatusItem};

/// What LIST says of a mailbox. RFC 9051 §7.3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListAttribute {
    /// `\NonExistent`
    NonExistent,
    /// `\Noselect`
    NoSelect,
    /// `\Noinferiors`
    NoInferiors,
    /// `\HasChildren`
    HasChildren,
    /// `\HasNoChildren`
    HasNoChildren,
    /// `\Marked`
    Marked,
    /// `\Unmarked`
    Unmarked,
    /// `\Subscribed`
    Subscribed,
    /// `\Remote`
    Remote,
    /// What it is for.
    Use(SpecialUse),
}

/// A line of LIST. RFC 9051 §7.3.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListResponse {
    /// What is said of it.
    pub attributes: Vec<ListAttribute>,
    /// What separates the levels of its name; ASCII. `None`: the name is flat.
    pub delimiter: Option<char>,
    /// Its name.
    pub mailbox: MailboxName,
    /// `CHILDINFO ("SUBSCRIBED")`: something below it is subscribed, though it does not match itself.
    pub child_subscribed: bool,
    /// `OLDNAME`: what it was called, or what the client called it.
    pub old_name: Option<MailboxName>,
}

/// A value of STATUS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusValue {
    /// Of any item that is a number.
    Number(StatusItem, u64),
    /// `MAILBOXID`
    MailboxId(ObjectId),
    /// `APPENDLIMIT` where there is none.
    NoAppendLimit,
}

impl ListAttribute {
    /// Its name, with the backslash.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NonExistent => "\\NonExistent",
            Self::NoSelect => "\\Noselect",
            Self::NoInferiors => "\\Noinferiors",
            Self::HasChildren => "\\HasChildren",
            Self::HasNoChildren => "\\HasNoChildren",
            Self::Marked => "\\Marked",
            Self::Unmarked => "\\Unmarked",
            Self::Subscribed => "\\Subscribed",
            Self::Remote => "\\Remote",
            Self::Use(special_use) => special_use.as_str(),
        }
    }
}

/// `* LIST (…) "/" name …`
pub fn list(out: &mut Vec<u8>, response: &ListResponse, encoding: Encoding) {
    list_line(out, "LIST", response, encoding);
    if response.child_subscribed || response.old_name.is_some() {
        plain(out, " (");
        if response.child_subscribed {
            plain(out, "\"CHILDINFO\" (\"SUBSCRIBED\")");
        }
        if let Some(old_name) = &response.old_name {
            plain(out, if response.child_subscribed { " \"OLDNAME\" (" } else { "\"OLDNAME\" (" });
            mailbox_name(out, old_name, encoding);
            out.push(b')');
        }
        out.push(b')');
    }
    line_end(out);
}

/// `* LSUB (…) "/" name`, of IMAP4rev1. Extended data has no place there.
pub fn lsub(out: &mut Vec<u8>, response: &ListResponse, encoding: Encoding) {
    list_line(out, "LSUB", response, encoding);
    line_end(out);
}

fn list_line(out: &mut Vec<u8>, word: &str, response: &ListResponse, encoding: Encoding) {
    plain(out, "* ");
    plain(out, word);
    out.push(b' ');
    list_of(out, response.attributes.iter().map(|attribute| attribute.as_str()), plain);
    out.push(b' ');
    delimiter(out, response.delimiter);
    out.push(b' ');
    mailbox_name(out, &response.mailbox, encoding);
}

/// A hierarchy delimiter in quotes, or `NIL`.
pub(super) fn delimiter(out: &mut Vec<u8>, delimiter: Option<char>) {
    match delimiter {
        Some(delimiter) => super::text::quoted(out, delimiter.encode_utf8(&mut [0; 4])),
        None => nil(out),
    }
}

/// `* STATUS name (MESSAGES 1 …)`
pub fn mailbox_status(out: &mut Vec<u8>, mailbox: &MailboxName, values: &[StatusValue], encoding: Encoding) {
    plain(out, "* STATUS ");
    mailbox_name(out, mailbox, encoding);
    out.push(b' ');
    list_of(out, values, |out, value| match value {
        StatusValue::Number(item, value) => {
            plain(out, item.as_str());
            out.push(b' ');
            number(out, *value);
        }
        StatusValue::MailboxId(id) => {
            plain(out, "MAILBOXID (");
            plain(out, id.as_str());
            out.push(b')');
        }
        StatusValue::NoAppendLimit => plain(out, "APPENDLIMIT NIL"),
    });
    line_end(out);
}

/// `* FLAGS (\Seen …)`: which flags there are.
pub fn flags<'a>(out: &mut Vec<u8>, names: impl IntoIterator<Item = &'a str>) {
    plain(out, "* FLAGS ");
    list_of(out, names, plain);
    line_end(out);
}

/// `* n EXISTS`
pub fn exists(out: &mut Vec<u8>, count: u32) {
    numbered(out, count, "EXISTS");
}

/// `* n RECENT`, of IMAP4rev1.
pub fn recent(out: &mut Vec<u8>, count: u32) {
    numbered(out, count, "RECENT");
}

/// `* n EXPUNGE`: the message of this sequence number is gone.
pub fn expunge(out: &mut Vec<u8>, sequence: u32) {
    numbered(out, sequence, "EXPUNGE");
}

fn numbered(out: &mut Vec<u8>, value: u32, word: &str) {
    plain(out, "* ");
    number(out, value.into());
    out.push(b' ');
    plain(out, word);
    line_end(out);
}
