//! Charsets. The tables are mail-parser's and encoding_rs's.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Text in the charset that the message names; without one, or with one that nobody knows, it is guessed.
pub fn decode(bytes: &[u8], charset: Option<&[u8]>) -> String {
    let charset = charset.map(crate::lines::trim).unwrap_or_default();
    // `us-ascii` is not believed: most text that says so and has 8-bit bytes is UTF-8.
    let is_utf8 =
        [&b"utf-8"[..], b"utf8", b"us-ascii", b""].iter().any(|each| each.eq_ignore_ascii_case(charset));
    if is_utf8 {
        return unlabelled(bytes);
    }
    match charset_decoder(charset) {
        Some(decoder) => decoder(bytes),
        None => unlabelled(bytes),
    }
}

/// UTF-8 when it is that, else Windows-1252, which gives some letter for every byte.
///
/// A last character that was cut short makes no other charset of text that is UTF-8 otherwise.
pub fn unlabelled(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(_) => match charset_decoder(b"windows-1252") {
            Some(decoder) => decoder(bytes),
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_charset_counts_and_else_a_guess() {
        for (bytes, charset, text) in [
            (&b"gr\xfc\xdfe"[..], Some(&b"ISO-8859-1"[..]), "grüße"),
            ("grüße".as_bytes(), Some(b"us-ascii"), "grüße"),
            (b"gr\xfc\xdfe", None, "grüße"),
            (b"gr\xc3\xbc\xc3", None, "grü"),
            (b"\x83n\x83\x8D", Some(b"Shift_JIS"), "ハロ"),
            ("é".as_bytes(), Some(b"x-nobody-knows"), "é"),
        ] {
            assert_eq!(decode(bytes, charset), text);
        }
    }
}
