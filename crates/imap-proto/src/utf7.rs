//! Modified UTF-7, in which IMAP4rev1 writes names of mailboxes. RFC 3501 §5.1.3.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 with `,` for `/` and without padding. Bits that are left over must be zero.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The text that `bytes` stand for; `None` if they are not well-formed.
///
/// Taken though they are not canonical: printable ASCII within base64, and two runs of base64 next to each other. They
/// mean one text only, and clients have sent them.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if !bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = std::str::from_utf8(bytes).ok()?;
    while let Some((plain, shifted)) = rest.split_once('&') {
        text.push_str(plain);
        let (run, after) = shifted.split_once('-')?;
        if run.is_empty() {
            text.push('&');
        } else {
            decode_run(run, &mut text)?;
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn decode_run(run: &str, text: &mut String) -> Option<()> {
    let decoded = BASE64.decode(run).ok()?;
    let (units, rest) = decoded.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    for unit in char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit))) {
        text.push(unit.ok()?);
    }
    Some(())
}

/// `text` in modified UTF-7, in its canonical form.
pub fn encode(text: &str) -> Cow<'_, str> {
    let is_plain = |each: char| (' '..='~').contains(&each) && each != '&';
    if text.chars().all(is_plain) {
        return text.into();
    }
    let mut encoded = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '&' {
            encoded.push_str("&-");
            rest = &rest[1..];
            continue;
        }
        let printable = (' '..='~').contains(&first);
        let end = rest.find(|each: char| each == '&' || (' '..='~').contains(&each) != printable);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        if printable {
            encoded.push_str(run);
        } else {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            encoded.push('&');
            BASE64.encode_string(units, &mut encoded);
            encoded.push('-');
        }
        rest = after;
    }
    encoded.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(encoded: &str, text: &str) {
        assert_eq!(decode(encoded.as_bytes()).as_deref(), Some(text));
        assert_eq!(encode(text), encoded);
    }

    #[test]
    fn names_go_there_and_back() {
        check("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語");
        check("INBOX", "INBOX");
        check("R&-D", "R&D");
        check("&-&-", "&&");
        check("Entw&APw-rfe", "Entwürfe");
        check("&2D3eAA-", "😀");
        check("&AOk-&-&AOk-", "é&é");
        check("", "");
    }

    #[test]
    fn what_is_not_canonical_is_read_when_it_is_clear() {
        assert_eq!(decode(b"&U,BTFw-&ZeVnLIqe-").as_deref(), Some("台北日本語"));
        assert_eq!(decode(b"&AGE-").as_deref(), Some("a"));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for bad in [
            "&Jjo",   // no end
            "&Jjo!",  // no end
            "R&D",    // `&` not written as `&-`
            "&AOl-",  // a bit is left over
            "&AA-",   // half a unit
            "&2D0-",  // half of a pair
            "&3gA-",  // the other half
            "&A/8-",  // `/` is `,` here
            "&AOk=-", // padding
            "é",      // not ASCII
            "a\tb",   // a control character
        ] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_goes_there_and_back(text in "\\PC{0,12}|[a-c&é日😀 -]{0,20}") {
            let encoded = encode(&text).into_owned();
            prop_assert!(encoded.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(decode(encoded.as_bytes()), Some(text));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(text) = decode(&bytes) {
                prop_assert_eq!(decode(encode(&text).as_bytes()), Some(text));
            }
        }
    }
}
