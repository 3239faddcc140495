//! Real messages of published corpora, as they are and damaged.

mod common;

use common::{Chance, Sample, checks, samples, with_crlf};
use postroom_mime::Structure;

/// Runs `work` and says what it was about when it fails.
fn naming(what: &str, work: impl FnOnce() + std::panic::UnwindSafe) {
    if std::panic::catch_unwind(work).is_err() {
        unreachable!("the failure above is that of {what}");
    }
}

#[test]
fn every_real_message_is_read() {
    let Some(samples) = samples() else { return };
    for sample in &samples {
        naming(&sample.name, || {
            let as_it_is = checks::check(&sample.bytes);
            let with_crlf = checks::check(&with_crlf(&sample.bytes));
            // Line ends make offsets and sizes and nothing else.
            assert_eq!(as_it_is.envelope, with_crlf.envelope);
            assert_eq!(as_it_is.structure.parts().len(), with_crlf.structure.parts().len());
            // Where text is UTF-16, another line end is another text.
            if !sample.bytes.contains(&0) {
                assert_eq!(as_it_is.preview, with_crlf.preview);
            }
        });
    }
}

#[test]
fn five_thousand_damaged_messages_are_read() {
    let Some(samples) = samples() else { return };
    let small: Vec<&Sample> = samples.iter().filter(|sample| sample.bytes.len() < 64 * 1024).collect();
    for seed in 0..5_000 {
        let mut chance = Chance::new(seed + 1);
        let sample = small[chance.below(small.len())];
        let message = damaged(sample, &small, &mut chance);
        naming(&format!("seed {seed}, {}", sample.name), || {
            checks::check(&message);
        });
    }
}

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

fn damaged(sample: &Sample, others: &[&Sample], chance: &mut Chance) -> Vec<u8> {
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

#[test]
fn damaged_stored_structures_are_refused_or_whole() {
    let Some(samples) = samples() else { return };
    let stored: Vec<Vec<u8>> =
        samples.iter().map(|each| Structure::of_message(&each.bytes).to_bytes()).collect();
    let mut refused = 0;
    for seed in 0..20_000 {
        let mut chance = Chance::new(seed + 1);
        let mut bytes = stored[chance.below(stored.len())].clone();
        for _ in 0..=chance.below(3) {
            let at = chance.below(bytes.len());
            match chance.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, chance.next() as u8),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ if at < bytes.len() => bytes[at] = chance.next() as u8,
                _ => {}
            }
        }
        naming(&format!("seed {seed}"), || match Structure::from_bytes(&bytes) {
            Ok(structure) => {
                assert_eq!(Structure::from_bytes(&structure.to_bytes()), Ok(structure.clone()));
                assert!(!structure.body(true).is_empty());
                assert!(!checks::paths(&structure).is_empty());
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        });
        refused += usize::from(Structure::from_bytes(&bytes).is_err());
    }
    assert!(refused > 1_000, "only {refused} of 20,000 were noticed");
}
