//! OK, NO, BAD and their kin.

use super::Code;
use super::text::{line_end, plain};
use crate::Tag;

/// The condition of a status response. RFC 9051 §7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// `OK`
    Ok,
    /// `NO`: it failed.
    No,
    /// `BAD`: it was not understood.
    Bad,
    /// `PREAUTH`: greeting of who is logged in already. Untagged only.
    PreAuth,
    /// `BYE`: the connection ends. Untagged only.
    Bye,
}

impl Status {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::PreAuth => "PREAUTH",
            Self::Bye => "BYE",
        }
    }
}

/// The end of a command: `a1 OK [CODE] text`.
pub fn tagged(out: &mut Vec<u8>, tag: &Tag, status: Status, code: Option<&Code>, text: &str) {
    plain(out, tag.as_str());
    line(out, status, code, text);
}

/// `* OK [CODE] text`
pub fn untagged(out: &mut Vec<u8>, status: Status, code: Option<&Code>, text: &str) {
    out.push(b'*');
    line(out, status, code, text);
}

/// `+ text`: go on. For SASL, `text` is base64.
pub fn continuation(out: &mut Vec<u8>, text: &str) {
    plain(out, "+ ");
    human(out, text);
    line_end(out);
}

fn line(out: &mut Vec<u8>, status: Status, code: Option<&Code>, text: &str) {
    out.push(b' ');
    plain(out, status.as_str());
    out.push(b' ');
    if let Some(code) = code {
        out.push(b'[');
        code.write(out);
        plain(out, "] ");
    }
    // RFC 9051 §9, `resp-text`: there is always text, and without a code it does not look like one.
    let text = if text.is_empty() { status.as_str() } else { text };
    let text = if code.is_none() { text.trim_start_matches('[') } else { text };
    human(out, text);
    line_end(out);
}

/// Text that people read, in one line of ASCII.
fn human(out: &mut Vec<u8>, text: &str) {
    out.extend(text.chars().map(|each| match u8::try_from(each) {
        Ok(byte @ (b' '..=b'~')) => byte,
        Ok(b'\r' | b'\n' | b'\t') => b' ',
        Ok(_) | Err(_) => b'?',
    }));
}
