//! IMAP's forms of text. Spec: RFC 9051 §4.3 and §9 (`string`, `nstring`).

use crate::limits;

/// A quoted string, or a literal where a quoted string cannot hold it: 8-bit text, line ends, or great length.
///
/// NUL is left out: neither form can hold it.
pub fn push_string(out: &mut Vec<u8>, text: &[u8]) {
    let quotable = text.len() <= limits::QUOTED_BYTES_MAX
        && text.iter().all(|byte| matches!(byte, 1..=127) && !matches!(byte, b'\r' | b'\n'));
    if quotable {
        out.push(b'"');
        for &byte in text {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
        return;
    }
    let length = text.iter().filter(|byte| **byte != 0).count();
    out.extend_from_slice(format!("{{{length}}}\r\n").as_bytes());
    out.extend(text.iter().filter(|byte| **byte != 0));
}

/// The string at the beginning of `text`, as [`push_string`] writes it; `None` for `NIL` and whatever is none.
pub fn first_string(text: &[u8]) -> Option<Vec<u8>> {
    if let Some(literal) = text.strip_prefix(b"{") {
        let end = memchr::memchr(b'}', literal)?;
        let length: usize = std::str::from_utf8(&literal[..end]).ok()?.parse().ok()?;
        return literal[end + 1..].strip_prefix(b"\r\n")?.get(..length).map(<[u8]>::to_vec);
    }
    let mut string = Vec::new();
    let mut bytes = text.strip_prefix(b"\"")?.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => return Some(string),
            b'\\' => string.push(*bytes.next()?),
            _ => string.push(byte),
        }
    }
    None
}

/// [`push_string`], or `NIL`.
pub fn push_nstring(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_string(out, text),
        None => out.extend_from_slice(b"NIL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        push_string(&mut out, text);
        out
    }

    #[test]
    fn text_is_quoted_when_it_can_be() {
        assert_eq!(string(b"a \"b\" \\"), b"\"a \\\"b\\\" \\\\\"");
        assert_eq!(string(b""), b"\"\"");
        assert_eq!(string("é\0".as_bytes()), "{2}\r\né".as_bytes());
        assert_eq!(string(b"a\r\nb"), b"{4}\r\na\r\nb");
        assert!(string(&[b'x'; 1_001]).starts_with(b"{1001}\r\n"));
    }

    #[test]
    fn strings_are_read_back() {
        for text in [&b"a \"b\" \\"[..], b"", "é".as_bytes(), b"a\r\nb", &[b'x'; 1_001]] {
            let mut out = string(text);
            out.extend_from_slice(b" \"more\"");
            assert_eq!(first_string(&out).as_deref(), Some(text));
        }
        for none in [&b"NIL"[..], b"", b"\"open", b"\"open\\", b"{3}\r\nab", b"{3}ab", b"{x}\r\n", b"{3"] {
            assert_eq!(first_string(none), None);
        }
    }
}
