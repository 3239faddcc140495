//! The fields of a header block, as they stand in it.

use crate::limits;
use crate::lines::{is_blank, line_end, trim, without_end};
use crate::text::words;

/// One field. Everything borrows from the block.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// What stands before the colon; empty for a line that is no field.
    pub name: &'a [u8],
    /// What stands behind the colon, folding included, without the last line end.
    pub value: &'a [u8],
    /// The whole field with its line ends.
    pub raw: &'a [u8],
}

impl Field<'_> {
    /// Whether this is the field `name`; case does not matter (RFC 5322 §1.2.2).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// Goes through the fields up to the empty line or the end.
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// All fields of `block`.
pub fn fields(block: &[u8]) -> Fields<'_> {
    Fields { rest: block }
}

/// The fields in the part of `block` that lists look at.
pub fn first_fields(block: &[u8]) -> Fields<'_> {
    fields(&block[..block.len().min(limits::HEADER_BYTES_MAX)])
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let mut end = line_end(self.rest, 0);
        if without_end(&self.rest[..end]).is_empty() {
            self.rest = &[];
            return None;
        }
        while self.rest.get(end).is_some_and(|byte| is_blank(*byte)) {
            end = line_end(self.rest, end);
        }
        let (raw, rest) = self.rest.split_at(end);
        self.rest = rest;
        let (name, value) = match name_length(raw) {
            Some((name, colon)) => (&raw[..name], without_end(&raw[colon + 1..])),
            None => (&raw[..0], &raw[..0]),
        };
        Some(Field { name, value, raw })
    }
}

/// Whether a line can begin a header block: it is a field or the line with which a mailbox file sets messages apart.
pub fn begins_header(line: &[u8]) -> bool {
    name_length(line).is_some() || line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// Length of the name at the beginning of `line`, and where the colon is.
///
/// `field-name *WSP ":"` with `field-name = 1*%d33-57 / %d59-126`. Spec: RFC 5322 §3.6.8 and §4.5.
fn name_length(line: &[u8]) -> Option<(usize, usize)> {
    let name = line.iter().position(|byte| !matches!(byte, 33..=57 | 59..=126))?;
    let colon = name + line[name..].iter().position(|byte| !is_blank(*byte))?;
    (name > 0 && line[colon] == b':').then_some((name, colon))
}

/// The value on one line: line ends that fold it are gone, and so are spaces around it. RFC 5322 §2.2.3.
///
/// A CR or LF that folds nothing, which no header may have, becomes a space, and NUL is gone: IMAP has no word for it.
/// The result has at most `bytes_max` bytes.
pub fn unfold(value: &[u8], bytes_max: usize) -> Vec<u8> {
    let value = trim(value);
    let mut text = Vec::with_capacity(value.len().min(bytes_max));
    let mut index = 0;
    while index < value.len() && text.len() < bytes_max {
        let byte = value[index];
        index += 1;
        match byte {
            b'\r' if value.get(index) == Some(&b'\n') => {}
            // `fields` makes sure that what follows a line end inside a value is a space or a tab.
            b'\n' if value.get(index).is_some_and(|next| is_blank(*next)) => {}
            b'\r' | b'\n' => text.push(b' '),
            0 => {}
            _ => text.push(byte),
        }
    }
    text
}

/// The header fields with (`not`: without) one of `names`, in their order and with their folding, and the empty line.
///
/// `header`: a header block, with or without its empty line. Lines that are no field are never in the answer.
/// Spec: RFC 9051 §6.4.5.1 (`HEADER.FIELDS`, `HEADER.FIELDS.NOT`).
pub fn header_fields<N: AsRef<[u8]>>(header: &[u8], names: &[N], not: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields(header).filter(|field| !field.name.is_empty()) {
        let named = names.iter().any(|name| name.as_ref().eq_ignore_ascii_case(field.name));
        if named != not {
            out.extend_from_slice(field.raw);
            if !field.raw.ends_with(b"\n") {
                out.extend_from_slice(b"\r\n");
            }
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// The values of the fields `name` of `header`, in their order, each on one line with its encoded words as text: what a
/// search for words in a header looks at. Spec: RFC 9051 §6.4.4 (`HEADER`).
pub fn header_values(header: &[u8], name: &str) -> Vec<String> {
    let named = fields(header).filter(|field| !field.name.is_empty() && field.is(name));
    named.map(|field| words::decode(&unfold(field.value, limits::HEADER_BYTES_MAX))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_on_one_line_and_as_people_read_them() {
        let header =
            b"Subject: =?utf-8?q?=C3=84pfel?=\r\n and\r\n\tpears\r\nX: 1\r\nsubject:\r\nno field\r\n";
        assert_eq!(header_values(header, "SUBJECT"), ["Äpfel and\tpears", ""]);
        assert_eq!(header_values(header, "Sub"), [""; 0]);
        assert_eq!(header_values(header, ""), [""; 0]);
    }

    fn names(block: &str) -> Vec<String> {
        fields(block.as_bytes()).map(|field| String::from_utf8_lossy(field.name).into_owned()).collect()
    }

    #[test]
    fn fields_end_at_the_empty_line_and_take_their_folding() {
        assert_eq!(names("A: 1\r\nB : 2\r\n\t3\r\nno field\r\nC:\r\n\r\nD: 4\r\n"), ["A", "B", "", "C"]);
        let folded = fields(b"B: 2\n  \n 3\nC: 1").next().expect("a field");
        assert_eq!(unfold(folded.value, 100), b"2   3");
    }

    #[test]
    fn unfolding_keeps_the_space_and_drops_the_line_end() {
        assert_eq!(unfold(b" a\r\n b\n\tc\r d\0e \r\n", 100), b"a b\tc  de");
        assert_eq!(unfold(b"abcdef", 3), b"abc");
    }

    #[test]
    fn fields_are_chosen_by_name_in_any_case() {
        let header = b"From: a\r\nTo: b,\r\n c\r\nfrom: d\r\ngarbage\r\nX: e";
        let names: [&str; 2] = ["FROM", "x"];
        assert_eq!(header_fields(header, &names, false), b"From: a\r\nfrom: d\r\nX: e\r\n\r\n");
        assert_eq!(header_fields(header, &names, true), b"To: b,\r\n c\r\n\r\n");
        assert_eq!(header_fields::<&str>(b"", &[], false), b"\r\n");
    }
}
