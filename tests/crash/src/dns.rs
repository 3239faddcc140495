//! A name server for the proofs: it answers the texts that are published and knows no other name.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};

use crate::problem::{Context, Result};

/// Bytes of a question's head. RFC 1035 §4.1.1.
const HEAD_BYTES: usize = 12;
/// The type of texts. RFC 1035 §3.2.2.
const TXT: [u8; 2] = [0, 16];
/// Largest question, bytes; longer ones are cut, and then not understood.
const QUESTION_BYTES_MAX: usize = 1500;

type Texts = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// The server; it answers as long as the process lives.
pub struct NameServer {
    /// Where it listens.
    pub address: SocketAddr,
    texts: Texts,
}

impl NameServer {
    /// Starts it on a free port of the loopback interface.
    pub fn start() -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").context(|| "open a port for names".to_owned())?;
        let address = socket.local_addr().context(|| "see the port for names".to_owned())?;
        let texts = Texts::default();
        let published = Arc::clone(&texts);
        std::thread::spawn(move || {
            let mut question = [0; QUESTION_BYTES_MAX];
            while let Ok((size, peer)) = socket.recv_from(&mut question) {
                let texts = published.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(answer) = answer(&question[..size], &texts)
                    && let Err(error) = socket.send_to(&answer, peer)
                {
                    eprintln!("an answer of the name server was not sent: {error}");
                }
            }
        });
        Ok(Self { address, texts })
    }

    /// Publishes all of `texts` at the name `name`, at once.
    pub fn publish(&self, name: &str, texts: &[String]) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).insert(name, texts.to_vec());
    }

    /// The setting that makes a node ask it.
    pub fn setting(&self) -> String {
        format!("dns.resolvers={}", self.address)
    }
}

/// The answer to one question; `None` for what is none. RFC 1035 §4.1.
fn answer(question: &[u8], texts: &BTreeMap<String, Vec<String>>) -> Option<Vec<u8>> {
    let (name, end) = name(question)?;
    let asked = question.get(end..end + 4)?;
    let found: &[String] = match texts.get(&name) {
        Some(texts) if asked[..2] == TXT => texts,
        _ => &[],
    };
    let mut answer = question.get(..2)?.to_vec();
    // An answer, to a recursive question, by one who recurses; "no such name" when there is nothing.
    let code = if found.is_empty() { 3 } else { 0 };
    answer.extend([0x81, 0x80 | code, 0, 1]);
    answer.extend(u16::try_from(found.len()).ok()?.to_be_bytes());
    answer.extend([0; 4]);
    answer.extend(&question[HEAD_BYTES..end + 4]);
    for text in found {
        let length = u8::try_from(text.len()).ok()?;
        // The name is the one at byte 12; the class is Internet; it is good for no time at all.
        answer.extend([0xc0, 0x0c, TXT[0], TXT[1], 0, 1, 0, 0, 0, 0]);
        answer.extend((u16::from(length) + 1).to_be_bytes());
        answer.push(length);
        answer.extend(text.as_bytes());
    }
    Some(answer)
}

/// The name that is asked for, and where it ends.
fn name(question: &[u8]) -> Option<(String, usize)> {
    let (mut at, mut labels) = (HEAD_BYTES, Vec::new());
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        labels.push(String::from_utf8_lossy(question.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_published_are_answered() {
        let question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01A\x02bc\x00\x00\x10\x00\x01";
        let texts = [("a.bc".to_owned(), vec!["t1".to_owned(), "t2".to_owned()])].into();
        let answered = answer(question, &texts).unwrap_or_default();
        assert_eq!(answered[..8], [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2]);
        assert!(answered.ends_with(b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00\x03\x02t2"));
        let nothing = answer(question, &BTreeMap::new()).unwrap_or_default();
        assert_eq!(nothing[2..8], [0x81, 0x83, 0, 1, 0, 0]);
        assert_eq!(answer(&question[..14], &texts), None);
    }
}
