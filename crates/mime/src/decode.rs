//! Content transfer encodings, undone leniently: what is damaged gives what can be made of it. Spec: RFC 2045 §6.

use crate::error::UnknownEncoding;
use crate::lines::{is_blank, line_end, without_end};

/// The bytes of a part's body without its content transfer encoding.
///
/// `encoding`: [`crate::Part::encoding`]; its case does not matter. Spec: RFC 9051 §6.4.5 (`BINARY`).
pub fn decode_part(bytes: &[u8], encoding: &str) -> Result<Vec<u8>, UnknownEncoding> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "" | "7bit" | "8bit" | "binary" => Ok(bytes.to_vec()),
        "base64" => Ok(base64(bytes)),
        "quoted-printable" => Ok(quoted_printable(bytes)),
        _ => Err(UnknownEncoding(encoding.to_owned())),
    }
}

/// Base64. Bytes outside the alphabet are skipped; `=` ends a group, and text joined behind it is read on. RFC 2045 §6.8.
pub fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut group = 0u32;
    let mut digits = 0;
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                push_group(&mut out, group, digits);
                (group, digits) = (0, 0);
                continue;
            }
            _ => continue,
        };
        group = group << 6 | u32::from(value);
        digits += 1;
        if digits == 4 {
            push_group(&mut out, group, digits);
            (group, digits) = (0, 0);
        }
    }
    push_group(&mut out, group, digits);
    out
}

/// The whole bytes of a group of `digits` digits; a single digit has none.
fn push_group(out: &mut Vec<u8>, group: u32, digits: u32) {
    if digits >= 2 {
        let bytes = (group << (6 * (4 - digits))).to_be_bytes();
        out.extend_from_slice(&bytes[1..digits as usize]);
    }
}

/// Quoted-printable. An `=` that begins nothing stays; spaces before a line end go. RFC 2045 §6.7.
pub fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        let content = without_end(line);
        let ending = &line[content.len()..];
        let kept = content.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
        let content = if ending.is_empty() { content } else { &content[..kept] };
        match content.strip_suffix(b"=") {
            // A soft line break, also at the very end.
            Some(content) => push_escaped(&mut out, content),
            None => {
                push_escaped(&mut out, content);
                out.extend_from_slice(ending);
            }
        }
        start = end;
    }
    out
}

/// The `Q` encoding of encoded words: like quoted-printable, with `_` for a space. RFC 2047 §4.2.
pub fn quoted_printable_word(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (index, piece) in text.split(|byte| *byte == b'_').enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        push_escaped(&mut out, piece);
    }
    out
}

fn push_escaped(out: &mut Vec<u8>, mut text: &[u8]) {
    while let Some(mark) = memchr::memchr(b'=', text) {
        out.extend_from_slice(&text[..mark]);
        text = &text[mark..];
        match text {
            [_, high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                text = &text[3..];
            }
            _ => {
                out.push(b'=');
                text = &text[1..];
            }
        }
    }
    out.extend_from_slice(text);
}

/// The value of a hexadecimal digit.
pub fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10) & 15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_whatever_stands_between() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("TQ==", b"M"),
            ("TWE=", b"Ma"),
            ("TWFu", b"Man"),
            ("TW\r\nFu\r\n", b"Man"),
            ("TW!Fu", b"Man"),
            ("TWE", b"Ma"),
            ("T", b""),
            ("TQ==TWE=", b"MMa"),
        ] {
            assert_eq!(base64(text.as_bytes()), bytes, "{text}");
        }
    }

    #[test]
    fn quoted_printable_undoes_breaks_and_escapes() {
        for (text, bytes) in [
            ("a=3Db=3d", &b"a=b="[..]),
            ("soft=\r\nbreak=  \nhere=", b"softbreakhere"),
            ("trailing \t\r\nspace ", b"trailing\r\nspace "),
            ("bad =XY =4", b"bad =XY =4"),
            ("=C3=BC", "ü".as_bytes()),
        ] {
            assert_eq!(quoted_printable(text.as_bytes()), bytes, "{text}");
        }
    }

    #[test]
    fn an_unknown_encoding_is_said() {
        assert_eq!(decode_part(b"x", " 8BIT "), Ok(b"x".to_vec()));
        assert_eq!(decode_part(b"x", "x-uuencode"), Err(UnknownEncoding("x-uuencode".into())));
    }
}
