//! What the server says of itself.

use super::mailbox::delimiter;
use super::text::{line_end, list_of, nil, nstring, plain, string};
use crate::{Encoding, MailboxName};

/// A namespace: what its names begin with, and what separates their levels. RFC 9051 §7.3.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Such as `Other Users/`.
    pub prefix: MailboxName,
    /// `None`: its names are flat.
    pub delimiter: Option<char>,
}

/// `* CAPABILITY IMAP4rev1 …`
pub fn capability<'a>(out: &mut Vec<u8>, names: impl IntoIterator<Item = &'a str>) {
    words(out, "* CAPABILITY", names);
}

/// `* ENABLED …`: what this ENABLE has turned on; may be nothing.
pub fn enabled<'a>(out: &mut Vec<u8>, names: impl IntoIterator<Item = &'a str>) {
    words(out, "* ENABLED", names);
}

fn words<'a>(out: &mut Vec<u8>, begin: &str, names: impl IntoIterator<Item = &'a str>) {
    plain(out, begin);
    for name in names {
        out.push(b' ');
        plain(out, name);
    }
    line_end(out);
}

/// `* NAMESPACE personal others shared`; an empty list is `NIL`.
pub fn namespace(
    out: &mut Vec<u8>,
    personal: &[Namespace],
    others: &[Namespace],
    shared: &[Namespace],
    encoding: Encoding,
) {
    plain(out, "* NAMESPACE");
    for all in [personal, others, shared] {
        out.push(b' ');
        if all.is_empty() {
            nil(out);
            continue;
        }
        out.push(b'(');
        for each in all {
            out.push(b'(');
            string(out, each.prefix.encode(encoding).as_bytes(), encoding);
            out.push(b' ');
            delimiter(out, each.delimiter);
            out.push(b')');
        }
        out.push(b')');
    }
    line_end(out);
}

/// `* ID ("name" "value" …)`, or `NIL`. RFC 2971.
pub fn id<'a>(
    out: &mut Vec<u8>,
    pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    encoding: Encoding,
) {
    plain(out, "* ID ");
    let begin = out.len();
    list_of(out, pairs, |out, (name, value)| {
        string(out, name.as_bytes(), encoding);
        out.push(b' ');
        nstring(out, value.map(str::as_bytes), encoding);
    });
    if out[begin..] == *b"()" {
        out.truncate(begin);
        nil(out);
    }
    line_end(out);
}
