//! The canonical request: the one text that signer and verifier make of the same request.
//!
//! ```text
//! canonical-request = method LF path LF query LF *( name ":" values LF ) LF signed-headers LF payload-digest
//! ```
//!
//! Spec: SigV4, "Create a canonical request".

use std::borrow::Cow;
use std::ops::Range;

use aws_lc_rs::digest;

use crate::refusal::quoted;
use crate::{DateTime, Head, Refusal};

/// Appends the canonical request to `out`.
///
/// `signed_headers`: the list as it was sent, known to be sorted and in lower case. `payload_digest`: in
/// hexadecimal. A query's own `X-Amz-Signature` is left out.
pub(crate) fn append_request(
    out: &mut Vec<u8>,
    head: &Head<'_>,
    signed_headers: &str,
    payload_digest: &[u8],
) -> Result<(), Refusal> {
    out.extend_from_slice(head.method.as_bytes());
    out.push(b'\n');
    append_path(out, head.path);
    out.push(b'\n');
    append_query(out, head.query);
    out.push(b'\n');
    for name in signed_headers.as_bytes().split(|&byte| byte == b';') {
        append_header(out, head, name)?;
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload_digest);
    Ok(())
}

/// The text whose HMAC is the signature. Spec: SigV4, "Create a string to sign".
pub(crate) fn string_to_sign(signed_at: &DateTime, scope: &str, canonical_request: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(b"AWS4-HMAC-SHA256\n");
    out.extend_from_slice(signed_at.as_str().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(scope.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(&hex(digest::digest(&digest::SHA256, canonical_request).as_ref()));
    out
}

/// Lower-case hexadecimal of a SHA-256 digest or HMAC; bytes beyond the 32nd are not looked at.
pub(crate) fn hex(bytes: &[u8]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'0'; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

/// The path with dot segments and doubled slashes removed, and what was percent-encoded for the wire encoded once
/// more: the rule of every service but S3.
fn append_path(out: &mut Vec<u8>, path: &str) {
    if path == "/" {
        out.push(b'/');
        return;
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    for segment in &segments {
        out.push(b'/');
        segment.bytes().for_each(|byte| push_encoded(out, byte));
    }
    // RFC 3986 §5.2.4: a path that ends in a dot segment ends in a slash.
    let is_directory = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    if segments.is_empty() || is_directory {
        out.push(b'/');
    }
}

/// The parameters of a raw query, names and values still encoded. Empty ones (`a&&b`) are skipped.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
}

/// The parameters in one normal encoding, sorted by name and then value as they are encoded.
fn append_query(out: &mut Vec<u8>, query: &str) {
    if query.is_empty() {
        return;
    }
    let mut encoded = Vec::with_capacity(query.len() + query.len() / 8);
    let mut places: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (name, value) in parameters(query).filter(|(name, _)| *name != "X-Amz-Signature") {
        let name_from = encoded.len();
        append_recoded(&mut encoded, name);
        let value_from = encoded.len();
        append_recoded(&mut encoded, value);
        places.push((name_from..value_from, value_from..encoded.len()));
    }
    places.sort_unstable_by(|(name, value), (other_name, other_value)| {
        (&encoded[name.clone()], &encoded[value.clone()])
            .cmp(&(&encoded[other_name.clone()], &encoded[other_value.clone()]))
    });
    for (index, (name, value)) in places.into_iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(&encoded[name]);
        out.push(b'=');
        out.extend_from_slice(&encoded[value]);
    }
}

/// Appends an encoded name or value in the normal encoding: decoded, then all but the unreserved characters encoded.
fn append_recoded(out: &mut Vec<u8>, text: &str) {
    for byte in decoded_bytes(text) {
        push_encoded(out, byte);
    }
}

/// The bytes that a query's name or value stands for. `+` is a space; a `%` without two digits is itself.
fn decoded_bytes(text: &str) -> impl Iterator<Item = u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *bytes.get(at)?;
        at += 1;
        match byte {
            b'+' => Some(b' '),
            b'%' => match (digit(at), digit(at + 1)) {
                (Some(high), Some(low)) => {
                    at += 2;
                    // Two hexadecimal digits fit a byte.
                    Some((high << 4 | low) as u8)
                }
                _ => Some(b'%'),
            },
            other => Some(other),
        }
    })
}

/// The text that a query's value stands for; `None` if it is not UTF-8.
pub(crate) fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    String::from_utf8(decoded_bytes(text).collect()).ok().map(Cow::Owned)
}

/// RFC 3986 §2.3: unreserved characters stay, everything else becomes `%XY`.
fn push_encoded(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        out.push(byte);
    } else {
        out.extend_from_slice(&[b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

/// One line for one header name: all its values in the order in which they came, joined by commas.
fn append_header(out: &mut Vec<u8>, head: &Head<'_>, name: &[u8]) -> Result<(), Refusal> {
    let mut values = head.values(name);
    let Some(first) = values.next() else {
        return Err(Refusal::SignedHeaderAbsent { name: quoted(&String::from_utf8_lossy(name)) });
    };
    out.extend_from_slice(name);
    out.push(b':');
    append_folded(out, first);
    for value in values {
        out.push(b',');
        append_folded(out, value);
    }
    out.push(b'\n');
    Ok(())
}

/// A header value without white space at its ends, and with one space for every run of it inside.
///
/// SDKs differ on tabs: botocore, Java and JavaScript fold them, Go and Rust leave them. No SDK sends one in a header
/// that it signs, so the majority is followed. Line ends count as white space too, so that no value can forge a line.
fn append_folded(out: &mut Vec<u8>, value: &[u8]) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    // Most values have no white space at all. All bytes are looked at, many at once.
    if !value.iter().fold(false, |found, byte| found | is_space(byte)) {
        out.extend_from_slice(value);
        return;
    }
    for (index, word) in value.split(is_space).filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}
