//! Strings, numbers, times and lists.

use crate::{DateTime, Encoding, MailboxName, NumberSet};

/// Longest quoted string that is written; longer text goes into a literal.
const QUOTED_BYTES_MAX: usize = 4096;

/// A decimal number.
pub fn number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// `NIL`
pub fn nil(out: &mut Vec<u8>) {
    out.extend_from_slice(b"NIL");
}

/// A string: quoted where that is safe, else a literal. RFC 9051 §4.3.
///
/// Quoted is ASCII without NUL, CR and LF; UTF-8 too where the client has enabled it.
pub fn string(out: &mut Vec<u8>, bytes: &[u8], encoding: Encoding) {
    if can_be_quoted(bytes, encoding) { in_quotes(out, bytes) } else { literal(out, bytes) }
}

/// A string, or `NIL`.
pub fn nstring(out: &mut Vec<u8>, bytes: Option<&[u8]>, encoding: Encoding) {
    match bytes {
        Some(bytes) => string(out, bytes, encoding),
        None => nil(out),
    }
}

/// An atom where that is safe, else a string.
pub fn astring(out: &mut Vec<u8>, bytes: &[u8], encoding: Encoding) {
    let is_nil = bytes.eq_ignore_ascii_case(b"NIL");
    if !bytes.is_empty() && !is_nil && bytes.iter().all(|byte| crate::parse::is_astring_char(*byte)) {
        out.extend_from_slice(bytes);
    } else {
        string(out, bytes, encoding);
    }
}

/// A quoted string of what must be one; what cannot stand in it becomes `?`.
pub fn quoted(out: &mut Vec<u8>, text: &str) {
    let safe: Vec<u8> = text
        .bytes()
        .map(|byte| if matches!(byte, 1..=9 | 11..=12 | 14..=126) { byte } else { b'?' })
        .collect();
    in_quotes(out, &safe);
}

fn can_be_quoted(bytes: &[u8], encoding: Encoding) -> bool {
    let ascii = bytes.iter().all(|byte| matches!(byte, 1..=9 | 11..=12 | 14..=127));
    if bytes.len() > QUOTED_BYTES_MAX || ascii {
        return bytes.len() <= QUOTED_BYTES_MAX;
    }
    let no_line = !bytes.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
    encoding == Encoding::Utf8 && no_line && std::str::from_utf8(bytes).is_ok()
}

fn in_quotes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// A literal.
pub fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    literal_head(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A literal8, which may hold NUL. RFC 9051 §4.3.
pub fn literal8(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'~');
    literal(out, bytes);
}

/// The begin of a literal; its octets follow.
pub(super) fn literal_head(out: &mut Vec<u8>, size_bytes: u64) {
    out.push(b'{');
    number(out, size_bytes);
    out.extend_from_slice(b"}\r\n");
}

/// A name of a mailbox.
pub fn mailbox_name(out: &mut Vec<u8>, name: &MailboxName, encoding: Encoding) {
    astring(out, name.encode(encoding).as_bytes(), encoding);
}

/// Numbers as a set of runs: `1:3,5`. An empty set has no form; nothing is written.
pub fn number_set(out: &mut Vec<u8>, set: &NumberSet) {
    for (index, range) in set.ranges().iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        run(out, *range.start(), *range.end());
    }
}

/// `first:last`, or a single number.
pub(super) fn run(out: &mut Vec<u8>, first: u32, last: u32) {
    number(out, first.into());
    if last != first {
        out.push(b':');
        number(out, last.into());
    }
}

/// `" 1-Feb-1994 21:52:25 -0800"`
pub fn date_time(out: &mut Vec<u8>, time: DateTime) {
    let (date, (hour, minute, second)) = (time.date(), time.clock());
    out.push(b'"');
    if date.day() < 10 {
        out.push(b' ');
    }
    number(out, date.day().into());
    out.push(b'-');
    out.extend_from_slice(date.month_name().as_bytes());
    out.push(b'-');
    padded(out, date.year().into(), 4);
    for (separator, count) in [(b' ', hour), (b':', minute), (b':', second)] {
        out.push(separator);
        padded(out, count, 2);
    }
    out.extend_from_slice(if time.zone_minutes() < 0 { b" -" } else { b" +" });
    let zone = time.zone_minutes().unsigned_abs();
    padded(out, u32::from(zone / 60 * 100 + zone % 60), 4);
    out.push(b'"');
}

fn padded(out: &mut Vec<u8>, value: u32, digits: u32) {
    for power in (0..digits).rev() {
        if value < 10u32.pow(power) && power > 0 {
            out.push(b'0');
        } else {
            return number(out, value.into());
        }
    }
}

/// `(a b c)`: each written by `each`, with spaces between.
pub fn list_of<T>(
    out: &mut Vec<u8>,
    all: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'(');
    let begin = out.len();
    for one in all {
        if out.len() > begin {
            out.push(b' ');
        }
        each(out, one);
    }
    out.push(b')');
}

/// Text as it is.
pub(super) fn plain(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// The end of a line.
pub(super) fn line_end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\r\n");
}
