//! Our compact form of a structure, as stored beside a message.
//!
//! ```text
//! version (1) | count of parts | part …
//! part: content (1) | below | header_start | header length | body length | [lines] | [envelope]
//!       | type | subtype | parameters | id? | description? | encoding | md5? | disposition? | languages | location?
//! ```
//!
//! Numbers are LEB128, text is its length and its bytes, `?` is 0 or the length plus one. A part's header start is an
//! offset of the message.

use super::{Content, Disposition, Parameter, Part, Structure};
use crate::error::StructureError;
use crate::limits;

const VERSION: u8 = 1;

/// See [`Structure::to_bytes`].
pub fn write(structure: &Structure) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_number(&mut out, structure.parts.len() as u64);
    for part in &structure.parts {
        out.push(match part.content {
            Content::Other => 0,
            Content::Text { .. } => 1,
            Content::Multipart => 2,
            Content::Message { .. } => 3,
        });
        put_number(&mut out, u64::from(part.below));
        put_number(&mut out, part.header_start);
        put_number(&mut out, part.body_start - part.header_start);
        put_number(&mut out, part.end - part.body_start);
        match &part.content {
            Content::Text { lines } => put_number(&mut out, *lines),
            Content::Message { lines, envelope } => {
                put_number(&mut out, *lines);
                put_text(&mut out, envelope);
            }
            Content::Other | Content::Multipart => {}
        }
        put_text(&mut out, part.media_type.as_bytes());
        put_text(&mut out, part.subtype.as_bytes());
        put_parameters(&mut out, &part.parameters);
        put_optional(&mut out, part.id.as_deref());
        put_optional(&mut out, part.description.as_deref());
        put_text(&mut out, part.encoding.as_bytes());
        put_optional(&mut out, part.md5.as_deref());
        put_optional(&mut out, part.disposition.as_ref().map(|each| each.kind.as_bytes()));
        if let Some(disposition) = &part.disposition {
            put_parameters(&mut out, &disposition.parameters);
        }
        put_number(&mut out, part.language.len() as u64);
        for language in &part.language {
            put_text(&mut out, language.as_bytes());
        }
        put_optional(&mut out, part.location.as_deref());
    }
    out
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text);
}

fn put_optional(out: &mut Vec<u8>, text: Option<&[u8]>) {
    put_number(out, text.map_or(0, |text| text.len() as u64 + 1));
    out.extend_from_slice(text.unwrap_or_default());
}

fn put_parameters(out: &mut Vec<u8>, parameters: &[Parameter]) {
    put_number(out, parameters.len() as u64);
    for parameter in parameters {
        put_text(out, parameter.name.as_bytes());
        put_text(out, &parameter.value);
    }
}

type Result<T> = std::result::Result<T, StructureError>;

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// See [`Structure::from_bytes`].
pub fn read(bytes: &[u8]) -> Result<Structure> {
    let mut reader = Reader { bytes, offset: 0 };
    match reader.byte()? {
        VERSION => {}
        version => return Err(StructureError::UnknownVersion(version)),
    }
    let count = reader.count(limits::PARTS_MAX)?;
    let mut parts: Vec<Part> = Vec::with_capacity(count);
    // The containers that the next part is in, by index.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..count {
        let part = reader.part()?;
        while open.last().is_some_and(|&container| index > container + parts[container].below as usize) {
            open.pop();
        }
        let inside = open.last().map(|&container: &usize| &parts[container]);
        let last = index + part.below as usize;
        let fits = match inside {
            Some(outer) => {
                let outer_index = open[open.len() - 1];
                let message_inside = matches!(outer.content, Content::Message { .. });
                outer.body_start <= part.header_start
                    && part.end <= outer.end
                    && last <= outer_index + outer.below as usize
                    // A message holds exactly one.
                    && (!message_inside || (index == outer_index + 1 && part.below + 1 == outer.below))
            }
            None => index == 0 && last + 1 == count,
        };
        let is_container = matches!(part.content, Content::Multipart | Content::Message { .. });
        if !fits || is_container != (part.below > 0) {
            return Err(reader.malformed());
        }
        if is_container {
            if open.len() == limits::DEPTH_MAX {
                return Err(StructureError::OverLimit { offset: reader.offset });
            }
            open.push(index);
        }
        parts.push(part);
    }
    if parts.is_empty() || reader.offset != bytes.len() {
        return Err(reader.malformed());
    }
    Ok(Structure { parts })
}

impl Reader<'_> {
    fn malformed(&self) -> StructureError {
        StructureError::Malformed { offset: self.offset }
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = *self.bytes.get(self.offset).ok_or_else(|| self.malformed())?;
        self.offset += 1;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.malformed())
    }

    fn count(&mut self, most: usize) -> Result<usize> {
        let number = self.number()?;
        match usize::try_from(number) {
            Ok(count) if count <= most => Ok(count),
            _ => Err(StructureError::OverLimit { offset: self.offset }),
        }
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        let found = self.bytes.get(self.offset..).and_then(|rest| rest.get(..length));
        let text = found.ok_or_else(|| self.malformed())?.to_vec();
        self.offset += length;
        Ok(text)
    }

    fn text(&mut self, most: usize) -> Result<Vec<u8>> {
        let length = self.count(most)?;
        self.bytes(length)
    }

    fn optional(&mut self, most: usize) -> Result<Option<Vec<u8>>> {
        match self.count(most + 1)? {
            0 => Ok(None),
            length => Ok(Some(self.bytes(length - 1)?)),
        }
    }

    fn utf8(&self, text: Vec<u8>) -> Result<String> {
        String::from_utf8(text).map_err(|_| self.malformed())
    }

    fn token(&mut self) -> Result<String> {
        let text = self.text(limits::TOKEN_BYTES_MAX)?;
        self.utf8(text)
    }

    fn parameters(&mut self) -> Result<Vec<Parameter>> {
        let count = self.count(limits::PARAMETERS_MAX)?;
        let parameter =
            |_| Ok(Parameter { name: self.token()?, value: self.text(limits::PARAMETER_BYTES_MAX)? });
        (0..count).map(parameter).collect()
    }

    fn part(&mut self) -> Result<Part> {
        let kind = self.byte()?;
        let below = self.count(limits::PARTS_MAX)? as u32;
        let header_start = self.number()?;
        // Below 2^63 each, so that only adding could overflow.
        let plus = |reader: &mut Self, start: u64| {
            let length = reader.number()?;
            start.checked_add(length).ok_or_else(|| reader.malformed())
        };
        let body_start = plus(self, header_start)?;
        let end = plus(self, body_start)?;
        let content = match kind {
            0 => Content::Other,
            1 => Content::Text { lines: self.number()? },
            2 => Content::Multipart,
            3 => {
                Content::Message { lines: self.number()?, envelope: self.text(limits::ENVELOPES_BYTES_MAX)? }
            }
            _ => return Err(self.malformed()),
        };
        Ok(Part {
            content,
            media_type: self.token()?,
            subtype: self.token()?,
            parameters: self.parameters()?,
            id: self.optional(limits::FIELD_BYTES_MAX)?,
            description: self.optional(limits::FIELD_BYTES_MAX)?,
            encoding: self.token()?,
            md5: self.optional(limits::FIELD_BYTES_MAX)?,
            disposition: self.disposition()?,
            language: {
                let count = self.count(limits::LANGUAGES_MAX)?;
                (0..count).map(|_| self.token()).collect::<Result<_>>()?
            },
            location: self.optional(limits::FIELD_BYTES_MAX)?,
            header_start,
            body_start,
            end,
            below,
        })
    }

    fn disposition(&mut self) -> Result<Option<Disposition>> {
        let Some(kind) = self.optional(limits::TOKEN_BYTES_MAX)? else { return Ok(None) };
        Ok(Some(Disposition { kind: self.utf8(kind)?, parameters: self.parameters()? }))
    }
}
