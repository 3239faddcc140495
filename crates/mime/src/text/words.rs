//! Encoded words of headers. Spec: RFC 2047.

use super::charset;
pub use super::charset::unlabelled;
use crate::decode::{base64, quoted_printable_word};
use crate::lines::is_space;

/// An encoded word that was found, its text not yet put into characters.
struct Word<'a> {
    charset: &'a [u8],
    bytes: Vec<u8>,
    /// Bytes of the value that it takes.
    length: usize,
}

/// An unfolded value as text. Spaces between encoded words are not text (RFC 2047 §6.2); what is no encoded word stays.
///
/// Words side by side in one charset are put together before their bytes become characters, since senders split
/// characters between them.
pub fn decode(value: &[u8]) -> String {
    let mut text = String::new();
    let mut pending: Option<(&[u8], Vec<u8>)> = None;
    let mut plain_start = 0;
    let mut index = 0;
    while let Some(found) = memchr::memmem::find(&value[index..], b"=?") {
        let start = index + found;
        let Some(word) = word_at(&value[start..]) else {
            index = start + 2;
            continue;
        };
        let between = &value[plain_start..start];
        let joined = pending.is_some() && between.iter().all(|byte| is_space(*byte));
        match &mut pending {
            Some((charset, bytes)) if joined && charset.eq_ignore_ascii_case(word.charset) => {
                bytes.extend_from_slice(&word.bytes);
            }
            _ => {
                flush(&mut text, &mut pending);
                if !joined {
                    text.push_str(&unlabelled(between));
                }
                pending = Some((word.charset, word.bytes));
            }
        }
        index = start + word.length;
        plain_start = index;
    }
    flush(&mut text, &mut pending);
    text.push_str(&unlabelled(&value[plain_start..]));
    text.retain(|each| each != '\0');
    text
}

fn flush(text: &mut String, pending: &mut Option<(&[u8], Vec<u8>)>) {
    if let Some((charset, bytes)) = pending.take() {
        // A decoded line end must not make two lines of one.
        let decoded = charset::decode(&bytes, Some(charset));
        text.extend(decoded.chars().map(|each| if each.is_control() { ' ' } else { each }));
    }
}

/// `"=?" charset ["*" language] "?" ("B" / "Q") "?" text "?="` at the beginning of `value`. RFC 2047 §2, RFC 2231 §5.
///
/// Looks no further than the next three question marks, so a value is gone through in time that grows as it does.
fn word_at(value: &[u8]) -> Option<Word<'_>> {
    let rest = &value[2..];
    let mark = memchr::memchr(b'?', rest)?;
    let charset = rest[..mark].split(|byte| *byte == b'*').next()?;
    let (&encoding, rest) = rest[mark + 1..].split_first()?;
    let rest = rest.strip_prefix(b"?")?;
    let end = memchr::memchr(b'?', rest)?;
    if charset.is_empty() || charset.iter().any(|byte| is_space(*byte)) || rest.get(end + 1) != Some(&b'=') {
        return None;
    }
    let bytes = match encoding {
        b'b' | b'B' => base64(&rest[..end]),
        b'q' | b'Q' => quoted_printable_word(&rest[..end]),
        _ => return None,
    };
    Some(Word { charset, bytes, length: value.len() - rest.len() + end + 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_2047() {
        for (value, text) in [
            ("=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"),
            ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
            (
                "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
                "If you can read this you understand the example.",
            ),
            ("=?ISO-8859-1?Q?a?=", "a"),
            ("=?ISO-8859-1?Q?a?= b", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a_b?=", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
            ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        ] {
            assert_eq!(decode(value.as_bytes()), text, "{value}");
        }
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for value in ["", "=?", "=?a?b", "=?a?x?b?=", "=?utf-8?q?b", "=?u f?q?b?=", "1 =? 2 ?= 3", "=??q?b?="]
        {
            assert_eq!(decode(value.as_bytes()), value);
        }
    }

    #[test]
    fn a_character_split_between_words_is_one() {
        assert_eq!(decode(b"=?utf-8?q?=C3?= =?UTF-8?b?vA==?= x"), "ü x");
        assert_eq!(decode(b"=?utf-8?q?a=0D=0Ab?="), "a  b");
    }
}
