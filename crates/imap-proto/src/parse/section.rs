//! Parts of a message that FETCH names.

use super::cursor::{Cursor, Parsed};
use crate::{HeaderName, PartPath, Partial, Section, SectionText};

/// `"[" [section-msgtext / (section-part ["." section-text])] "]"`: RFC 9051 §9, `section`.
pub(super) fn section(cursor: &mut Cursor<'_>) -> Parsed<Section> {
    cursor.byte(b'[', "[")?;
    let (part, more) = part(cursor)?;
    let text = if more || (part.is_empty() && cursor.peek() != Some(b']')) {
        Some(section_text(cursor, !part.is_empty())?)
    } else {
        None
    };
    cursor.byte(b']', "]")?;
    Ok(Section { part, text })
}

/// `section-binary = "[" [section-part] "]"`: RFC 9051 §9.
pub(super) fn binary_section(cursor: &mut Cursor<'_>) -> Parsed<PartPath> {
    cursor.byte(b'[', "[")?;
    let (part, more) = part(cursor)?;
    if more {
        return cursor.expected("the number of a part");
    }
    cursor.byte(b']', "]")?;
    Ok(part)
}

/// `[nz-number *("." nz-number)]`, and whether a `.` follows.
fn part(cursor: &mut Cursor<'_>) -> Parsed<(PartPath, bool)> {
    let mut numbers = Vec::new();
    while cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        numbers.push(cursor.element(Cursor::nz_number)?);
        if !cursor.eat(b'.') {
            return Ok((numbers.into(), false));
        }
    }
    let more = !numbers.is_empty();
    Ok((numbers.into(), more))
}

fn section_text(cursor: &mut Cursor<'_>, of_part: bool) -> Parsed<SectionText> {
    Ok(match cursor.word("HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME")?.as_str() {
        "HEADER" => SectionText::Header,
        "HEADER.FIELDS" => SectionText::HeaderFields(header_names(cursor)?),
        "HEADER.FIELDS.NOT" => SectionText::HeaderFieldsNot(header_names(cursor)?),
        "TEXT" => SectionText::Text,
        "MIME" if of_part => SectionText::Mime,
        _ => return cursor.expected("HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or, of a part, MIME"),
    })
}

/// `SP header-list`
fn header_names(cursor: &mut Cursor<'_>) -> Parsed<Box<[HeaderName]>> {
    cursor.space()?;
    Ok(cursor.list(false, header_name)?.into())
}

/// `header-fld-name = astring`
pub(super) fn header_name(cursor: &mut Cursor<'_>) -> Parsed<HeaderName> {
    let name = cursor.text("the name of a header field")?;
    cursor.require(HeaderName::new(&name), "the name of a header field")
}

/// `["<" number64 "." nz-number64 ">"]`
pub(super) fn partial(cursor: &mut Cursor<'_>) -> Parsed<Option<Partial>> {
    if !cursor.eat(b'<') {
        return Ok(None);
    }
    let offset_bytes = cursor.number64()?;
    cursor.byte(b'.', ".")?;
    let size_bytes = cursor.nz_number64()?;
    cursor.byte(b'>', ">")?;
    Ok(Some(Partial { offset_bytes, size_bytes }))
}
