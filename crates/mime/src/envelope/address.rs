//! Addresses of a header as they stand in it: quoting and comments gone, encoded words left as they are.

use crate::limits;
use crate::lines::is_space;

/// One entry of a list of addresses, in the order and with the group marks of RFC 9051 §7.5.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An address.
    Mailbox(RawAddress),
    /// What follows belongs to the group with this name.
    GroupStart(Vec<u8>),
    /// The group is over.
    GroupEnd,
}

/// An address. Without an `@` the whole is the local part and `host` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawAddress {
    /// The display name, or the comment behind an address without one; empty when there is none.
    pub name: Vec<u8>,
    /// The route of RFC 5322 §4.4 (`@a,@b`); empty when there is none.
    pub route: Vec<u8>,
    /// The local part.
    pub local: Vec<u8>,
    /// The domain.
    pub host: Vec<u8>,
}

/// Reads a list of addresses. Whatever the text is, the answer is what comes closest to it.
///
/// ABNF: `address-list`, `group`, `mailbox`. Spec: RFC 5322 §3.4, the old forms of §4.4, and what people write:
/// missing commas' neighbours, unclosed brackets, quotes and comments, names without quotes.
pub fn entries(value: &[u8]) -> Vec<Entry> {
    let mut reader = Reader { rest: value, list: Vec::new(), mailboxes: 0, in_group: false };
    let mut draft = Draft::default();
    while let Some(&byte) = reader.rest.first() {
        if reader.mailboxes == limits::ADDRESSES_MAX {
            break;
        }
        match byte {
            b'(' => {
                let comment = reader.comment();
                if !comment.is_empty() {
                    draft.comment = comment;
                }
            }
            b'"' => {
                let quoted = reader.quoted();
                draft.word(&quoted);
            }
            b'<' => draft.angle = Some(reader.angle()),
            b',' => {
                reader.skip();
                reader.take(&mut draft);
            }
            b';' => {
                reader.skip();
                reader.take(&mut draft);
                reader.end_group();
            }
            b':' if draft.angle.is_none() && draft.has_text() && !reader.in_group => {
                reader.skip();
                reader.in_group = true;
                reader.list.push(Entry::GroupStart(std::mem::take(&mut draft).phrase));
            }
            b'[' => {
                let literal = reader.until(b']');
                draft.glue(&literal);
            }
            _ if is_space(byte) => {
                reader.skip();
                draft.space = true;
            }
            b'@' | b'.' => {
                reader.skip();
                draft.special(byte);
            }
            _ => {
                let atom = reader.atom();
                draft.word(atom);
            }
        }
    }
    reader.take(&mut draft);
    reader.end_group();
    reader.list
}

struct Reader<'a> {
    rest: &'a [u8],
    list: Vec<Entry>,
    mailboxes: usize,
    in_group: bool,
}

/// The address that is being read. `phrase` is it as a name, `spec` as `local@host`: the same words, spaced otherwise.
#[derive(Default)]
struct Draft {
    phrase: Vec<u8>,
    spec: Vec<u8>,
    /// Where the last `@` outside quotes stands in `spec`.
    at: Option<usize>,
    space: bool,
    comment: Vec<u8>,
    angle: Option<RawAddress>,
    /// A word was there, be it an empty quoted string.
    has_word: bool,
}

impl Draft {
    fn has_text(&self) -> bool {
        !self.phrase.is_empty() || self.has_word
    }

    fn word(&mut self, word: &[u8]) {
        if self.space && !self.phrase.is_empty() {
            self.phrase.push(b' ');
        }
        self.has_word = true;
        self.glue(word);
    }

    fn special(&mut self, byte: u8) {
        // `John Q. Public` keeps its space before what follows, `a @ b` loses both.
        if byte == b'@' {
            self.at = Some(self.spec.len());
        }
        self.glue(&[byte]);
    }

    fn glue(&mut self, text: &[u8]) {
        self.space = false;
        let room = limits::FIELD_BYTES_MAX.saturating_sub(self.phrase.len());
        self.phrase.extend_from_slice(&text[..text.len().min(room)]);
        let room = limits::FIELD_BYTES_MAX.saturating_sub(self.spec.len());
        self.spec.extend_from_slice(&text[..text.len().min(room)]);
    }

    fn finish(self) -> Option<RawAddress> {
        if let Some(mut address) = self.angle {
            address.name = if self.phrase.is_empty() { self.comment } else { self.phrase };
            return Some(address);
        }
        if !self.has_text() {
            return None;
        }
        let at = self.at.filter(|at| *at < self.spec.len());
        Some(match at {
            Some(at) => RawAddress {
                name: self.comment,
                route: Vec::new(),
                local: self.spec[..at].to_vec(),
                host: self.spec[at + 1..].to_vec(),
            },
            // Words that are no address: kept as they were written.
            None => RawAddress { name: self.comment, local: self.phrase, ..RawAddress::default() },
        })
    }
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = &self.rest[1..];
    }

    fn take(&mut self, draft: &mut Draft) {
        if let Some(address) = std::mem::take(draft).finish() {
            self.list.push(Entry::Mailbox(address));
            self.mailboxes += 1;
        }
    }

    fn end_group(&mut self) {
        if std::mem::take(&mut self.in_group) {
            self.list.push(Entry::GroupEnd);
        }
    }

    fn atom(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| is_space(*byte) || b"(\"<,;:[@.".contains(byte));
        // A `>` or `]` that closes nothing is part of a word; a `:` that begins no group is one by itself.
        let (atom, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()).max(1));
        self.rest = rest;
        atom
    }

    /// The text of a quoted string, without its quotes and backslashes; it ends at the closing quote or at the end.
    fn quoted(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut bytes = self.rest.iter().enumerate().skip(1);
        while let Some((index, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = &self.rest[index + 1..];
                    return text;
                }
                b'\\' => text.extend(bytes.next().map(|(_, byte)| *byte)),
                _ => text.push(byte),
            }
        }
        self.rest = &[];
        text
    }

    /// The text of a comment; comments inside it keep their brackets.
    fn comment(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 1;
        let mut bytes = self.rest.iter().enumerate().skip(1);
        while let Some((index, &byte)) = bytes.next() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = &self.rest[index + 1..];
                return crate::lines::trim(&text).to_vec();
            }
            if byte == b'\\' {
                text.extend(bytes.next().map(|(_, byte)| *byte));
            } else {
                text.push(byte);
            }
        }
        self.rest = &[];
        text
    }

    /// From the opening byte up to and with `close`.
    fn until(&mut self, close: u8) -> Vec<u8> {
        let end = self.rest.iter().position(|byte| *byte == close).map_or(self.rest.len(), |found| found + 1);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text.to_vec()
    }

    /// `"<" [route ":"] local "@" host ">"`; a bracket that is not closed ends before the next comma.
    fn angle(&mut self) -> RawAddress {
        self.skip();
        let mut draft = Draft::default();
        let mut route = Vec::new();
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'>' => {
                    self.skip();
                    break;
                }
                b'(' => drop(self.comment()),
                b'"' => {
                    let quoted = self.quoted();
                    draft.glue(&quoted);
                }
                b'[' => {
                    let literal = self.until(b']');
                    draft.glue(&literal);
                }
                b':' if route.is_empty() && draft.spec.starts_with(b"@") => {
                    self.skip();
                    route = std::mem::take(&mut draft).spec;
                }
                b',' if !draft.spec.starts_with(b"@") => break,
                b'@' => {
                    self.skip();
                    draft.special(b'@');
                }
                _ => {
                    self.skip();
                    if !is_space(byte) {
                        draft.glue(&[byte]);
                    }
                }
            }
        }
        let (local, host) = match draft.at {
            Some(at) if at < draft.spec.len() => (draft.spec[..at].to_vec(), draft.spec[at + 1..].to_vec()),
            _ => (draft.spec, Vec::new()),
        };
        RawAddress { name: Vec::new(), route, local, host }
    }
}
