//! What the tests of real and of broken messages share.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod checks;
pub mod damage;
pub mod imap;

use std::io::Write;
use std::path::Path;

/// A message of a published corpus.
pub struct Sample {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All messages of the folders in `POSTROOM_TEST_MAIL`; `None`, and a line that says so, when they are left out.
pub fn samples() -> Option<Vec<Sample>> {
    let Some(folders) = std::env::var_os("POSTROOM_TEST_MAIL") else {
        unreachable!(
            "POSTROOM_TEST_MAIL is not set. It names folders of real messages; `cargo xtask with mail -- COMMAND` \
             fetches them (tests/mail/requirements.txt) and sets it. POSTROOM_TEST_MAIL=skip leaves them out"
        );
    };
    if folders == "skip" {
        // Not `eprintln!`, which the test harness would swallow.
        drop(writeln!(
            std::io::stderr(),
            "real messages are left out of these tests: POSTROOM_TEST_MAIL=skip"
        ));
        return None;
    }
    let mut samples = Vec::new();
    for folder in std::env::split_paths(&folders) {
        collect(&folder, &mut samples);
    }
    samples.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(samples.len() >= 200, "only {} messages", samples.len());
    Some(samples)
}

fn collect(folder: &Path, samples: &mut Vec<Sample>) {
    for entry in std::fs::read_dir(folder).expect("a folder of messages") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, samples);
        } else if path.extension().is_some_and(|extension| extension == "eml" || extension == "txt") {
            let bytes = std::fs::read(&path).expect("readable");
            samples.push(Sample { name: path.to_string_lossy().into_owned(), bytes });
        }
    }
}

/// Runs `work` and says what it was about when it fails.
pub fn naming<T>(what: &str, work: impl FnOnce() -> T + std::panic::UnwindSafe) -> T {
    std::panic::catch_unwind(work).unwrap_or_else(|_| unreachable!("the failure above is that of {what}"))
}

/// `text` with every line end as CRLF.
pub fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    for (index, byte) in text.iter().enumerate() {
        if *byte == b'\n' && (index == 0 || text[index - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

/// A row of numbers that looks like chance and is the same for the same seed (xorshift64*).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// 0 up to before `end`; 0 when that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end.max(1)
    }
}
