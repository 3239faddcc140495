//! What FETCH tells of messages.

use std::num::NonZeroU32;

use super::text::{
    astring, date_time, line_end, list_of, literal, literal_head, literal8, nil, number, number_set, plain,
};
use crate::{DateTime, Encoding, NumberSet, ObjectId, Section, SectionText};

/// `* VANISHED (EARLIER) set`. RFC 7162 §3.2.10. An empty set is not told.
pub fn vanished(out: &mut Vec<u8>, earlier: bool, uids: &NumberSet) {
    if uids.is_empty() {
        return;
    }
    plain(out, if earlier { "* VANISHED (EARLIER) " } else { "* VANISHED " });
    number_set(out, uids);
    line_end(out);
}

/// Writes `* n FETCH (…)`, item by item. RFC 9051 §7.5.2.
///
/// `finish` ends it; without an item nothing is written at all. What is dropped without `finish` is taken back, so that
/// the answer to an error begins a line of its own.
#[must_use]
pub struct FetchWriter<'a> {
    out: &'a mut Vec<u8>,
    begin: usize,
    encoding: Encoding,
    empty: bool,
    finished: bool,
}

impl Drop for FetchWriter<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.out.truncate(self.begin);
        }
    }
}

impl<'a> FetchWriter<'a> {
    /// Of the message of this sequence number.
    pub fn new(out: &'a mut Vec<u8>, sequence: u32, encoding: Encoding) -> Self {
        let begin = out.len();
        plain(out, "* ");
        number(out, sequence.into());
        plain(out, " FETCH (");
        Self { out, begin, encoding, empty: true, finished: false }
    }

    /// Ends the line.
    pub fn finish(mut self) {
        if !self.empty {
            plain(self.out, ")\r\n");
            self.finished = true;
        }
    }

    /// Bytes that it has so far.
    pub fn size_bytes(&self) -> usize {
        self.out.len() - self.begin
    }

    /// An item whose value is written by the caller: `ENVELOPE`, `BODYSTRUCTURE`.
    pub fn item(&mut self, name: &str) -> &mut Vec<u8> {
        let out = self.next();
        plain(out, name);
        out.push(b' ');
        out
    }

    /// Where the next item begins.
    fn next(&mut self) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b' ');
        }
        self.empty = false;
        self.out
    }

    /// `UID`
    pub fn uid(&mut self, uid: u32) {
        number(self.item("UID"), uid.into());
    }

    /// `FLAGS`; the names with the backslash of system flags.
    pub fn flags<'b>(&mut self, names: impl IntoIterator<Item = &'b str>) {
        list_of(self.item("FLAGS"), names, plain);
    }

    /// `INTERNALDATE`
    pub fn internal_date(&mut self, time: DateTime) {
        date_time(self.item("INTERNALDATE"), time);
    }

    /// The size in bytes.
    pub fn size(&mut self, size_bytes: u64) {
        number(self.item("RFC822.SIZE"), size_bytes);
    }

    /// `MODSEQ`
    pub fn mod_seq(&mut self, mod_seq: u64) {
        let out = self.item("MODSEQ");
        out.push(b'(');
        number(out, mod_seq);
        out.push(b')');
    }

    /// `EMAILID`
    pub fn email_id(&mut self, id: &ObjectId) {
        in_brackets(self.item("EMAILID"), id.as_str());
    }

    /// `THREADID`; `None` where there are no threads.
    pub fn thread_id(&mut self, id: Option<&ObjectId>) {
        match id {
            Some(id) => in_brackets(self.item("THREADID"), id.as_str()),
            None => nil(self.item("THREADID")),
        }
    }

    /// `SAVEDATE`; `None` where it is not known.
    pub fn save_date(&mut self, time: Option<DateTime>) {
        match time {
            Some(time) => date_time(self.item("SAVEDATE"), time),
            None => nil(self.item("SAVEDATE")),
        }
    }

    /// `PREVIEW`; `None` where it cannot be had now.
    pub fn preview(&mut self, text: Option<&str>) {
        let encoding = self.encoding;
        super::text::nstring(self.item("PREVIEW"), text.map(str::as_bytes), encoding);
    }

    /// `BODY[…]<offset>`; `offset` where a part of it was asked for. `None`: there is no such part.
    pub fn body_section(&mut self, asked: &Section, offset_bytes: Option<u64>, octets: Option<&[u8]>) {
        let out = self.body_section_name(asked, offset_bytes);
        match octets {
            Some(octets) => literal(out, octets),
            None => nil(out),
        }
    }

    /// The begin of `BODY[…]`: exactly `size_bytes` octets must follow, written to what is returned.
    pub fn body_section_head(
        &mut self,
        asked: &Section,
        offset_bytes: Option<u64>,
        size_bytes: u64,
    ) -> &mut Vec<u8> {
        let out = self.body_section_name(asked, offset_bytes);
        literal_head(out, size_bytes);
        out
    }

    fn body_section_name(&mut self, asked: &Section, offset_bytes: Option<u64>) -> &mut Vec<u8> {
        let encoding = self.encoding;
        let out = self.next();
        plain(out, "BODY");
        section(out, asked, encoding);
        origin(out, offset_bytes);
        out
    }

    /// One of the three oldest names of octets: the message, its header, its text. RFC 3501 §7.4.2.
    pub fn old_name(&mut self, name: &str, octets: &[u8]) {
        literal(self.item(name), octets);
    }

    /// `BINARY[…]<offset>`: as a literal8 where there is a NUL. `None`: there is no such part.
    pub fn binary(&mut self, part: &[NonZeroU32], offset_bytes: Option<u64>, octets: Option<&[u8]>) {
        let out = self.next();
        plain(out, "BINARY[");
        part_path(out, part);
        out.push(b']');
        origin(out, offset_bytes);
        match octets {
            Some(octets) if octets.contains(&0) => literal8(out, octets),
            Some(octets) => literal(out, octets),
            None => nil(out),
        }
    }

    /// `BINARY.SIZE[…]`
    pub fn binary_size(&mut self, part: &[NonZeroU32], size_bytes: u64) {
        let out = self.next();
        plain(out, "BINARY.SIZE[");
        part_path(out, part);
        plain(out, "] ");
        number(out, size_bytes);
    }

    /// A string in the form that this connection allows, for what [`FetchWriter::item`] writes.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }
}

/// `<offset>` where a part was asked for, and a space.
fn origin(out: &mut Vec<u8>, offset_bytes: Option<u64>) {
    if let Some(offset_bytes) = offset_bytes {
        out.push(b'<');
        number(out, offset_bytes);
        out.push(b'>');
    }
    out.push(b' ');
}

fn in_brackets(out: &mut Vec<u8>, text: &str) {
    out.push(b'(');
    plain(out, text);
    out.push(b')');
}

/// `[1.2.HEADER.FIELDS (From To)]`
pub fn section(out: &mut Vec<u8>, section: &Section, encoding: Encoding) {
    out.push(b'[');
    part_path(out, &section.part);
    if let Some(text) = &section.text {
        if !section.part.is_empty() {
            out.push(b'.');
        }
        let (word, names) = match text {
            SectionText::Header => ("HEADER", None),
            SectionText::HeaderFields(names) => ("HEADER.FIELDS ", Some(names)),
            SectionText::HeaderFieldsNot(names) => ("HEADER.FIELDS.NOT ", Some(names)),
            SectionText::Text => ("TEXT", None),
            SectionText::Mime => ("MIME", None),
        };
        plain(out, word);
        if let Some(names) = names {
            list_of(out, names, |out, name| astring(out, name.as_str().as_bytes(), encoding));
        }
    }
    out.push(b']');
}

fn part_path(out: &mut Vec<u8>, part: &[NonZeroU32]) {
    for (index, each) in part.iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        number(out, each.get().into());
    }
}
