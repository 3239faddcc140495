//! Messages whose bytes follow from a number.

use serde::{Deserialize, Serialize};

/// Bytes that are told apart in a message; they are repeated up to its size.
const BLOCK_BYTES: usize = 3_000;
const LINE_CHARACTERS: usize = 76;

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Message {
    /// No other message has it.
    pub number: i64,
    /// Bytes of its text, without its header.
    pub size: usize,
}

impl Message {
    /// Its bytes in the run that `seed` names. Large ones stay a tenth of their size when they are compressed.
    pub fn bytes(self, seed: u64) -> Vec<u8> {
        let Self { number, size } = self;
        let mut bytes = format!(
            "Subject: {number} {size}\r\nMessage-ID: <{number}.{seed}@example.com>\r\nMIME-Version: 1.0\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        let mut block = [0; BLOCK_BYTES];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes()).update(&number.to_le_bytes()).finalize_xof().fill(&mut block);
        let block: Vec<u8> = block.iter().map(|byte| b'A' + byte % 26).collect();
        let lines: Vec<u8> =
            block.chunks(LINE_CHARACTERS).flat_map(|line| [line, b"\r\n".as_slice()].concat()).collect();
        let end = bytes.len() + size;
        while bytes.len() < end {
            let left = end - bytes.len();
            bytes.extend_from_slice(&lines[..lines.len().min(left)]);
        }
        bytes
    }

    /// The message whose bytes begin like these.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let line = bytes.split(|byte| *byte == b'\r').next()?;
        let (number, size) = std::str::from_utf8(line).ok()?.strip_prefix("Subject: ")?.split_once(' ')?;
        Some(Self { number: number.parse().ok()?, size: size.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_follow_from_the_number_and_say_it() {
        for (number, size) in [(1, 0), (2, 100), (3, 600_000)] {
            let message = Message { number, size };
            let bytes = message.bytes(7);
            assert_eq!(Message::of_bytes(&bytes), Some(message));
            assert!(bytes.len() >= size && bytes.len() < size + 300);
        }
        let text = |number| Message { number, size: 99 }.bytes(7).split_off(160);
        assert_eq!(text(1).len(), text(2).len());
        assert_ne!(text(1), text(2));
    }
}
