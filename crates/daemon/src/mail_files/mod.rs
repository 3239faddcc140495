//! Mail in files, as other programs keep it: mbox, Maildir++, one message a file.

pub(crate) mod dates;
pub(crate) mod maildir;
pub(crate) mod mbox;
pub(crate) mod names;
pub(crate) mod source;

use postroom_mailbox::Flags;
use postroom_types::Timestamp;

/// A message in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailFile {
    /// Its bytes, with CRLF at line ends; `None` when it is larger than a mailbox takes.
    pub(crate) message: Option<Vec<u8>>,
    /// Its flags.
    pub(crate) flags: Flags,
    /// Its keywords.
    pub(crate) keywords: Vec<String>,
    /// When it came.
    pub(crate) received_at: Option<Timestamp>,
    /// Which one it is, for people.
    pub(crate) name: String,
}

/// `text` with CRLF at line ends, unless it has a CRLF already: then its bytes are what they are.
pub(crate) fn with_crlf(text: Vec<u8>) -> Vec<u8> {
    if text.windows(2).any(|pair| pair == b"\r\n") {
        return text;
    }
    let mut lines = Vec::with_capacity(text.len() + text.len() / 32);
    for byte in text {
        if byte == b'\n' {
            lines.push(b'\r');
        }
        lines.push(byte);
    }
    lines
}

/// `message` with LF at line ends, if [`with_crlf`] brings it back; else as it is.
pub(crate) fn with_lf(message: &[u8]) -> Vec<u8> {
    let plain = (0..message.len()).all(|at| match message[at] {
        b'\n' => at > 0 && message[at - 1] == b'\r',
        b'\r' => message.get(at + 1) == Some(&b'\n'),
        _ => true,
    });
    if plain { message.iter().copied().filter(|byte| *byte != b'\r').collect() } else { message.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_go_there_and_back() {
        for message in ["a\r\n\r\nb\r\n", "a\r\rb\r\n", "a\r\n\nb", "", "\r\n", "a\r\r\n"] {
            assert_eq!(with_crlf(with_lf(message.as_bytes())), message.as_bytes(), "{message:?}");
        }
        assert_eq!(with_lf(b"a\r\nb\r\n"), b"a\nb\n");
        assert_eq!(with_crlf(b"a\nb\n".to_vec()), b"a\r\nb\r\n");
    }
}
