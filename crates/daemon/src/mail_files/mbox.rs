//! mbox: messages one after the other, each behind a line that begins with `From ` (RFC 4155).
//!
//! Behind an empty line, a line begins a message that also names a sender and a date as other programs write it. Lines of
//! a message that begin with `From ` have a `>` more (the form "mboxrd"), but not every program gives them one. Flags stand in header fields that are not
//! the message's own: `Status`, `X-Status`, `X-Keywords`; they are put in front, always all three and in this order, and
//! only those are taken away again. In a file of another program, which puts them where it likes, all fields of these
//! names are.

use std::io::{self, BufRead, Read as _, Write};

use postroom_mailbox::{Flags, limits};
use postroom_types::Timestamp;

use super::{MailFile, dates, with_crlf};

/// Fields that are not the message's own.
const OURS: [&str; 3] = ["status", "x-status", "x-keywords"];
/// Letters of `Status` and `X-Status`.
const LETTERS: [(char, Flags); 5] = [
    ('R', Flags::SEEN),
    ('A', Flags::ANSWERED),
    ('F', Flags::FLAGGED),
    ('D', Flags::DELETED),
    ('T', Flags::DRAFT),
];

/// Bytes of a line that are read at once: a longer one comes in pieces, so that a file without lines fits in memory.
const PIECE_BYTES: u64 = 64 * 1024;

/// Adds a line to `line`, or the next piece of one; answers how many bytes.
fn read_piece(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    file.take(PIECE_BYTES).read_until(b'\n', line)
}

/// Reads the messages of `file` one by one.
pub(crate) struct Reader<R> {
    file: R,
    /// The line that begins the next message, once it was read.
    begun: Option<String>,
    count: u64,
}

impl<R: BufRead> Reader<R> {
    /// `NotMbox` as an error of kind `InvalidData` when it does not begin as one.
    pub(crate) fn new(mut file: R) -> io::Result<Self> {
        let mut line = Vec::new();
        while read_piece(&mut file, &mut line)? > 0 && line.iter().all(u8::is_ascii_whitespace) {
            line.clear();
        }
        let begun = match line.is_empty() {
            true => None,
            false if line.starts_with(b"From ") => Some(String::from_utf8_lossy(&line).into_owned()),
            false => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "it does not begin with a From_ line",
                ));
            }
        };
        Ok(Self { file, begun, count: 0 })
    }

    /// The next message; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<MailFile>> {
        let Some(begun) = self.begun.take() else { return Ok(None) };
        self.count += 1;
        let (mut text, mut line, mut is_large, mut after_blank) = (Vec::new(), Vec::new(), false, false);
        let mut at_begin = true;
        loop {
            line.clear();
            if read_piece(&mut self.file, &mut line)? == 0 {
                break;
            }
            let begins = std::mem::replace(&mut at_begin, line.ends_with(b"\n"));
            if after_blank && line.starts_with(b"From ") {
                let line = String::from_utf8_lossy(&line);
                if dates::of_from_line(&line).is_some() {
                    self.begun = Some(line.into_owned());
                    break;
                }
            }
            after_blank = begins && matches!(line.as_slice(), b"\n" | b"\r\n");
            let quotes = line.iter().take_while(|byte| **byte == b'>').count();
            let is_quoted = begins && quotes > 0 && line[quotes..].starts_with(b"From ");
            is_large |= text.len() + line.len() > limits::MESSAGE_BYTES_MAX;
            if !is_large {
                text.extend_from_slice(if is_quoted { &line[1..] } else { &line });
            }
        }
        // The empty line before the next message, or the end.
        if text.ends_with(b"\r\n\r\n") {
            text.truncate(text.len() - 2);
        } else if text.ends_with(b"\n\n") || text == b"\n" {
            text.truncate(text.len() - 1);
        }
        let (flags, keywords, text) = without_ours(&text);
        let message = with_crlf(text);
        let received_at = dates::of_from_line(&begun).or_else(|| dates::of_headers(&message));
        let name = format!("message {}", self.count);
        let message = (!is_large && message.len() <= limits::MESSAGE_BYTES_MAX).then_some(message);
        Ok(Some(MailFile { message, flags, keywords, received_at, name }))
    }
}

/// Whether the fields in front are those that [`write()`] puts there: others of their names are then the message's own.
fn is_written_here(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    OURS.iter().all(|ours| lines.next().is_some_and(|line| is_field(line, ours)))
}

fn is_field(line: &[u8], name: &str) -> bool {
    let (begin, rest) = line.split_at_checked(name.len()).unwrap_or_default();
    begin.eq_ignore_ascii_case(name.as_bytes()) && rest.starts_with(b":")
}

/// Takes the fields away that are not the message's own.
fn without_ours(text: &[u8]) -> (Flags, Vec<String>, Vec<u8>) {
    let (mut flags, mut keywords, mut kept) = (Flags::NONE, Vec::new(), Vec::with_capacity(text.len()));
    let mut left = if is_written_here(text) { OURS.len() } else { usize::MAX };
    let (mut at, mut is_ours) = (0, false);
    while at < text.len() && left > 0 {
        let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| at + end + 1);
        let line = &text[at..end];
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
        at = end;
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let line = String::from_utf8_lossy(line);
            let field = line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim()));
            let field = field.filter(|(name, _)| OURS.contains(&name.as_str()));
            is_ours = field.is_some();
            left -= usize::from(is_ours);
            match field {
                Some((name, value)) if name == "x-keywords" => {
                    keywords.extend(value.split_ascii_whitespace().map(str::to_owned));
                }
                Some((_, value)) => {
                    let known = LETTERS.iter().filter(|(letter, _)| value.contains(*letter));
                    flags = known.fold(flags, |flags, (_, flag)| flags.with(*flag));
                }
                None => {}
            }
        }
        if !is_ours {
            kept.extend_from_slice(line);
        }
    }
    kept.extend_from_slice(&text[at..]);
    (flags, keywords, kept)
}

/// Writes one message.
pub(crate) fn write(
    file: &mut dyn Write,
    message: &[u8],
    flags: Flags,
    keywords: &[&str],
    received_at: Timestamp,
) -> io::Result<()> {
    writeln!(file, "{}", dates::from_line(received_at))?;
    let letters = |from: usize, to: usize| -> String {
        LETTERS[from..to]
            .iter()
            .filter(|(_, flag)| flags.contains(*flag))
            .map(|(letter, _)| *letter)
            .collect()
    };
    writeln!(file, "Status: {}O", letters(0, 1))?;
    writeln!(file, "X-Status: {}", letters(1, LETTERS.len()))?;
    writeln!(file, "X-Keywords: {}", keywords.join(" "))?;
    let text = super::with_lf(message);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        if line[quotes..].starts_with(b"From ") {
            file.write_all(b">")?;
        }
        file.write_all(line)?;
    }
    file.write_all(if text.ends_with(b"\n") { b"\n" } else { b"\n\n" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> Vec<MailFile> {
        let (mut reader, mut all) = (Reader::new(file).unwrap(), Vec::new());
        while let Some(found) = reader.next().unwrap() {
            all.push(found);
        }
        all
    }

    #[test]
    fn messages_go_there_and_back() {
        let messages = [
            "Subject: one\r\n\r\nFrom here\r\n>From there\r\n\r\nFrom below\r\n",
            "Subject: two\r\n\r\n\r\n\r\n",
            "Subject: three\r\n\r\n",
        ];
        let (mut file, at) = (Vec::new(), Timestamp::from_seconds(1_795_292_700));
        let flags = Flags::SEEN.with(Flags::DRAFT).with(Flags::FLAGGED);
        for message in messages {
            write(&mut file, message.as_bytes(), flags, &["Work", "$Forwarded"], at).unwrap();
        }
        let found = read(&file);
        assert_eq!(found.len(), messages.len());
        for (found, message) in found.into_iter().zip(messages) {
            assert_eq!(String::from_utf8(found.message.unwrap()).unwrap(), message);
            assert_eq!((found.flags, found.received_at), (flags, Some(at)));
            assert_eq!(found.keywords, ["Work", "$Forwarded"]);
        }
    }

    #[test]
    fn a_messages_own_status_is_its_own_and_that_of_other_programs_is_not() {
        let message = "Status: Received\r\nX-Status: FAD\r\n folded\r\nX-Keywords: mine\r\n\r\nbody\r\n";
        let (mut file, at) = (Vec::new(), Timestamp::from_seconds(1_795_292_700));
        write(&mut file, message.as_bytes(), Flags::DELETED, &[], at).unwrap();
        let found = read(&file).remove(0);
        assert_eq!(String::from_utf8(found.message.unwrap()).unwrap(), message);
        assert_eq!((found.flags, found.keywords), (Flags::DELETED, Vec::new()));

        let other = b"From a Sat Nov 21 20:25:00 2026\nX-Keywords: Work\nSubject: s\nStatus: RO\n\nbody\n\n";
        let found = read(other).remove(0);
        assert_eq!(String::from_utf8(found.message.unwrap()).unwrap(), "Subject: s\r\n\r\nbody\r\n");
        assert_eq!((found.flags, found.keywords), (Flags::SEEN, vec!["Work".to_owned()]));
    }

    #[test]
    fn a_line_that_only_begins_like_one_is_in_the_message() {
        let begin = "From bob@example.com Sat Nov 21 20:25:00 2026\n";
        let first = format!("Subject: one\n\nHello\n{begin}\nFrom my point of view\n\nFrom \n");
        let file = format!("{begin}{first}\n{begin}Subject: two\n\n\n");
        let found: Vec<_> = read(file.as_bytes()).into_iter().map(|found| found.message.unwrap()).collect();
        let wanted = [first, "Subject: two\n\n".to_owned()].map(|text| with_crlf(text.into_bytes()));
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_line_longer_than_a_piece_is_one_line() {
        let long = |bytes: usize| format!("{}From here\r\n", "x".repeat(bytes));
        let piece = usize::try_from(PIECE_BYTES).unwrap();
        let message = format!("Subject: s\r\n\r\n\r\n{}{}", long(piece), long(3 * piece - 1));
        let (mut file, at) = (Vec::new(), Timestamp::from_seconds(1_795_292_700));
        let too_large = vec![b'x'; limits::MESSAGE_BYTES_MAX + 1];
        for message in [message.as_bytes(), &too_large, b"Subject: last\r\n\r\n"] {
            write(&mut file, message, Flags::NONE, &[], at).unwrap();
        }
        let found: Vec<Option<Vec<u8>>> = read(&file).into_iter().map(|found| found.message).collect();
        assert_eq!(found, [Some(message.into_bytes()), None, Some(b"Subject: last\r\n\r\n".to_vec())]);
    }

    #[test]
    fn what_is_no_mbox_is_refused_and_an_empty_one_is_empty() {
        assert!(Reader::new(&b"Subject: x\n\n"[..]).is_err());
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\n\n"), []);
    }
}
