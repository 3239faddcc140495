//! The one pass over a message that finds its parts.
//!
//! It takes time and memory that grow as the message does: every line is looked at once, and a line that could be a
//! boundary is looked up in a table. It does not recurse. Spec: RFC 2046 §5.1.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::parameters::{decoded, split, token};
use super::{Content, Disposition, Part, Structure};
use crate::envelope::Envelope;
use crate::headers::{begins_header, first_fields, unfold};
use crate::limits;
use crate::lines::{self, before_line_end, line_end, trim_end, without_end};

/// A container whose end has not been seen.
struct Open {
    part: usize,
    /// What separates its parts; `None` for a message, and for a multipart whose last boundary is behind us.
    boundary: Option<Vec<u8>>,
    /// A part of it is a message unless it says otherwise. RFC 2046 §5.1.5.
    digest: bool,
}

/// A boundary line.
struct Delimiter {
    start: usize,
    end: usize,
    /// Index into `open`.
    owner: usize,
    closes: bool,
}

struct Scan<'a> {
    message: &'a [u8],
    parts: Vec<Part>,
    open: Vec<Open>,
    /// Boundaries of `open`, each with the indexes of its owners, the innermost last.
    boundaries: HashMap<Vec<u8>, Vec<usize>>,
    /// Finds the start of a line that could be a boundary.
    dashes: Finder<'static>,
    /// Bytes that the envelopes to come may take.
    envelopes_room: usize,
    /// The part without parts inside that is being read.
    leaf: Option<usize>,
}

/// See [`Structure::of_message`].
pub fn scan(message: &[u8]) -> Structure {
    let mut scan = Scan {
        message,
        parts: Vec::new(),
        open: Vec::new(),
        boundaries: HashMap::new(),
        dashes: Finder::new(b"\n--"),
        envelopes_room: limits::ENVELOPES_BYTES_MAX,
        leaf: None,
    };
    let mut header_start = Some(0);
    while let Some(start) = header_start {
        header_start = scan.part(start);
    }
    for part in &mut scan.parts {
        finish(part, message);
    }
    Structure { parts: scan.parts }
}

impl Scan<'_> {
    /// Reads the part whose header begins at `header_start`. Returns where the next one's begins.
    fn part(&mut self, header_start: usize) -> Option<usize> {
        let (body_start, mut delimiter) = self.header(header_start);
        let digest = self.open.last().is_some_and(|open| open.digest);
        let header = &self.message[header_start..body_start];
        let mut part = describe(header, digest);
        part.header_start = header_start as u64;
        part.body_start = body_start as u64;
        part.end = body_start as u64;
        let index = self.parts.len();
        if let Some(above) = index.checked_sub(1)
            && matches!(self.parts[above].content, Content::Message { .. })
            && self.open.last().is_some_and(|open| open.part == above)
        {
            self.set_envelope(above, header);
        }
        let is_container = matches!(part.content, Content::Multipart | Content::Message { .. });
        let has_room = self.open.len() < limits::DEPTH_MAX && index + 1 < limits::PARTS_MAX;
        if is_container && !has_room {
            make_opaque(&mut part);
        }
        let boundary = decoded(&part.parameters, "boundary").map(String::into_bytes);
        let digest = part.is("multipart", "digest");
        let content = part.content.clone();
        self.parts.push(part);
        match content {
            Content::Message { .. } if has_room => {
                self.open.push(Open { part: index, boundary: None, digest: false });
                // A boundary behind the header is found again from there, as the end of the message inside.
                return Some(body_start);
            }
            Content::Multipart if has_room => {
                // RFC 2046 §5.1.1: it does not end in a space.
                let boundary = boundary.map(|text| trim_end(&text).to_vec()).filter(|text| !text.is_empty());
                if let Some(text) = &boundary {
                    self.boundaries.entry(text.clone()).or_default().push(self.open.len());
                }
                self.open.push(Open { part: index, boundary, digest });
            }
            _ => self.leaf = Some(index),
        }
        let mut from = body_start;
        loop {
            let Some(found) = delimiter.take().or_else(|| self.next_delimiter(from)) else {
                self.close_above(0, self.message.len());
                return None;
            };
            from = found.end;
            if !found.closes && self.parts.len() >= limits::PARTS_MAX {
                if let Some(leaf) = self.leaf.filter(|leaf| self.parts[*leaf].content != Content::Other) {
                    make_opaque(&mut self.parts[leaf]);
                }
                continue;
            }
            self.close_above(found.owner + 1, before_line_end(self.message, found.start));
            if !found.closes {
                return Some(found.end);
            }
            self.forget_boundary(found.owner);
        }
    }

    /// Gives the embedded message of part `index`, whose header is `header`, its envelope.
    fn set_envelope(&mut self, index: usize, header: &[u8]) {
        let room = self.envelopes_room;
        let read =
            (room > 0).then(|| Envelope::of_header(header).to_imap()).filter(|read| read.len() <= room);
        self.envelopes_room = read.as_ref().map_or(0, |read| room - read.len());
        if let Content::Message { envelope, .. } = &mut self.parts[index].content {
            *envelope = read.unwrap_or_else(|| Envelope::default().to_imap());
        }
    }

    /// Where the body behind a header begins, and the boundary line there if the header ends with one.
    ///
    /// A header ends at an empty line. What does not even begin like a header is all body.
    fn header(&self, start: usize) -> (usize, Option<Delimiter>) {
        let mut line_start = start;
        while line_start < self.message.len() {
            let end = line_end(self.message, line_start);
            let line = &self.message[line_start..end];
            if without_end(line).is_empty() {
                return (end, None);
            }
            if let Some(delimiter) = self.delimiter_at(line_start) {
                return (line_start, Some(delimiter));
            }
            if line_start == start && !begins_header(line) {
                return (start, None);
            }
            line_start = end;
        }
        (self.message.len(), None)
    }

    /// The next boundary line at or behind `from`, which is the start of a line.
    fn next_delimiter(&self, from: usize) -> Option<Delimiter> {
        if self.boundaries.is_empty() {
            return None;
        }
        if let Some(delimiter) = self.delimiter_at(from) {
            return Some(delimiter);
        }
        self.dashes.find_iter(&self.message[from..]).find_map(|found| self.delimiter_at(from + found + 1))
    }

    /// `"--" boundary ["--"] *LWSP-char` on the line at `start`, the innermost one that fits. RFC 2046 §5.1.1.
    fn delimiter_at(&self, start: usize) -> Option<Delimiter> {
        self.message.get(start..)?.strip_prefix(b"--")?;
        let end = line_end(self.message, start);
        let text = trim_end(&self.message[start + 2..end]);
        if text.is_empty() || text.len() > limits::PARAMETER_BYTES_MAX + 2 {
            return None;
        }
        let owner = |text: &[u8]| self.boundaries.get(text).and_then(|owners| owners.last().copied());
        let opens = owner(text).map(|owner| (owner, false));
        let closes = || Some((owner(trim_end(text.strip_suffix(b"--")?))?, true));
        let (owner, closes) = opens.or_else(closes)?;
        Some(Delimiter { start, end, owner, closes })
    }

    /// The boundary of `open[index]`, the innermost one with it, separates nothing any more.
    fn forget_boundary(&mut self, index: usize) {
        let Some(boundary) = self.open[index].boundary.take() else { return };
        if let Some(owners) = self.boundaries.get_mut(&boundary) {
            owners.retain(|owner| *owner != index);
            if owners.is_empty() {
                self.boundaries.remove(&boundary);
            }
        }
    }

    /// Ends, at `end`, the part that is being read and all containers from index `keep` of `open` on.
    fn close_above(&mut self, keep: usize, mut end: usize) {
        let below = self.parts.len() - 1;
        for index in keep..self.open.len() {
            self.forget_boundary(index);
        }
        let containers = self.open.drain(keep..).rev().map(|open| open.part);
        for index in self.leaf.take().into_iter().chain(containers) {
            let part = &mut self.parts[index];
            // The line end before a boundary may be the empty line of a header: it is the header's then, and what is
            // around the part ends behind it, too.
            end = end.max(part.body_start as usize);
            part.end = end as u64;
            part.below = (below - index) as u32;
        }
    }
}

/// A container that is not looked into.
fn make_opaque(part: &mut Part) {
    part.content = Content::Other;
    part.media_type = "application".into();
    part.subtype = "octet-stream".into();
    part.parameters.clear();
}

/// What is known only when the part's end is: lines, and that a multipart has no parts.
fn finish(part: &mut Part, message: &[u8]) {
    if part.content == Content::Multipart && part.below == 0 {
        // IMAP's grammar has no multipart without parts; people see it as text anyway.
        part.content = Content::Text { lines: 0 };
        part.media_type = "text".into();
        part.subtype = "plain".into();
        part.parameters.clear();
    }
    let counted = lines::count(part.body_of(message));
    match &mut part.content {
        Content::Text { lines } | Content::Message { lines, .. } => *lines = counted,
        Content::Multipart | Content::Other => {}
    }
}

/// What a header says about its part; offsets are not set.
fn describe(header: &[u8], digest: bool) -> Part {
    let mut fields = ContentFields::default();
    for field in first_fields(header) {
        let Some(name) = field.name.get(..8).filter(|name| name.eq_ignore_ascii_case(b"content-")) else {
            continue;
        };
        let place = match field.name[name.len()..].to_ascii_lowercase().as_slice() {
            b"type" => &mut fields.kind,
            b"transfer-encoding" => &mut fields.encoding,
            b"disposition" => &mut fields.disposition,
            b"language" => &mut fields.language,
            b"id" => &mut fields.id,
            b"description" => &mut fields.description,
            b"md5" => &mut fields.md5,
            b"location" => &mut fields.location,
            _ => continue,
        };
        if place.is_none() {
            // A type may have many parameters; all of them together stay below the header's own limit.
            *place = Some(unfold(field.value, limits::HEADER_BYTES_MAX));
        }
    }
    fields.part(digest)
}

/// The fields `Content-…`, unfolded.
#[derive(Default)]
struct ContentFields {
    kind: Option<Vec<u8>>,
    encoding: Option<Vec<u8>>,
    disposition: Option<Vec<u8>>,
    language: Option<Vec<u8>>,
    id: Option<Vec<u8>>,
    description: Option<Vec<u8>>,
    md5: Option<Vec<u8>>,
    location: Option<Vec<u8>>,
}

impl ContentFields {
    fn part(self, digest: bool) -> Part {
        let (media_type, subtype, parameters) =
            self.kind.as_deref().and_then(media_type).unwrap_or_else(|| {
                if digest {
                    return ("message".into(), "rfc822".into(), Vec::new());
                }
                // RFC 2045 §5.2: what is there without a type.
                let charset = super::Parameter { name: "charset".into(), value: b"us-ascii".to_vec() };
                ("text".into(), "plain".into(), vec![charset])
            });
        let short = |text: Option<Vec<u8>>| {
            text.map(|mut text| {
                text.truncate(limits::FIELD_BYTES_MAX);
                text
            })
        };
        let mut part = Part {
            content: Content::Other,
            media_type,
            subtype,
            parameters,
            id: short(self.id),
            description: short(self.description),
            // Some write parameters behind it.
            encoding: self.encoding.and_then(|text| token(&split(&text).0)).unwrap_or_else(|| "7bit".into()),
            md5: short(self.md5),
            disposition: self.disposition.as_deref().and_then(disposition),
            language: self.language.as_deref().map(languages).unwrap_or_default(),
            location: short(self.location),
            header_start: 0,
            body_start: 0,
            end: 0,
            below: 0,
        };
        part.content = match part.media_type.to_ascii_lowercase().as_str() {
            "text" => Content::Text { lines: 0 },
            "multipart" => Content::Multipart,
            "message" if part.is("message", "rfc822") || part.is("message", "global") => {
                Content::Message { lines: 0, envelope: Vec::new() }
            }
            _ => Content::Other,
        };
        part
    }
}

/// `type "/" subtype *(";" parameter)`; `None` when that is not what it says. RFC 2045 §5.1.
fn media_type(field: &[u8]) -> Option<(String, String, Vec<super::Parameter>)> {
    let (value, parameters) = split(field);
    let slash = memchr::memchr(b'/', &value)?;
    Some((token(&value[..slash])?, token(&value[slash + 1..])?, parameters))
}

fn disposition(field: &[u8]) -> Option<Disposition> {
    let (value, parameters) = split(field);
    Some(Disposition { kind: token(&value)?, parameters })
}

/// `1#Language-tag`. RFC 3282.
fn languages(field: &[u8]) -> Vec<String> {
    field.split(|byte| *byte == b',').take(limits::LANGUAGES_MAX).filter_map(token).collect()
}
