//! Real messages, damaged as chance has it.

use super::{Chance, Sample, with_crlf};

/// Words that mean something to a reader of messages.
const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\n\n",
    b"--",
    b"\n--",
    b"\0",
    b"\xff\xfe",
    b"\xc3",
    b"(",
    b")",
    b"<",
    b">",
    b"\"",
    b"\\",
    b";",
    b":",
    b",",
    b"@",
    b"=?utf-8?b?w7w=?=",
    b"=?x?q?",
    b"?=",
    b"=\n",
    b"&#x",
    b"<!--",
    b"<style>",
    b"[",
    b"]",
    b"\nContent-Type: multipart/mixed; boundary=a\n\n--a\n",
    b"\n--a--\n",
    b"\nContent-Type: message/rfc822\n\n",
    b"\nContent-Type: multipart/digest; boundary=\"\"\n",
    b"\nContent-Transfer-Encoding: base64\n",
    b"\nContent-Disposition: attachment; filename*0*=utf-8''%",
    b"\nTo: a:b,c:d;;<@x,@y:z@w>\n",
    b"\nDate: 31 Feb 1 99:99 +9999\n",
    b"\nReferences: <",
    b"\nSubject: [a][b] re[fwd: (fwd)\n",
    b"\nContent-Type: text/html; charset=iso-2022-jp\n\n\x1b$B",
];

/// `sample` with one to six damages, some of them pieces of `others`.
pub fn damaged(sample: &Sample, others: &[&Sample], chance: &mut Chance) -> Vec<u8> {
    let mut message = sample.bytes.clone();
    if chance.below(2) == 0 {
        message = with_crlf(&message);
    }
    for _ in 0..=chance.below(6) {
        let at = chance.below(message.len());
        let end = (at + chance.below(200)).min(message.len());
        match chance.below(8) {
            0 if at < message.len() => message[at] = chance.next() as u8,
            1 if at < message.len() => message[at] ^= 1 << chance.below(8),
            2 => drop(message.drain(at..end)),
            3 => {
                let piece = message[at..end].to_vec();
                let to = chance.below(message.len());
                message.splice(to..to, piece);
            }
            4 => message.truncate(at),
            5 => {
                let other = others[chance.below(others.len())];
                let from = chance.below(other.bytes.len());
                let piece = other.bytes[from..(from + chance.below(2_000)).min(other.bytes.len())].to_vec();
                message.splice(at..at, piece);
            }
            _ => {
                let word = WORDS[chance.below(WORDS.len())].to_vec();
                message.splice(at..at, word);
            }
        }
    }
    message
}
