//! Real messages of published corpora, as they are and damaged.

mod common;

use common::damage::damaged;
use common::{Chance, Sample, checks, naming, samples, with_crlf};
use postroom_mime::Structure;

/// So many seeds: always the same ones, or those that follow from POSTROOM_TEST_SEED.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let given = std::env::var("POSTROOM_TEST_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let first = given.unwrap_or(0).wrapping_mul(count) % (u64::MAX / 2);
    first..first + count
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
    for seed in seeds(5_000) {
        let mut chance = Chance::new(seed + 1);
        let sample = small[chance.below(small.len())];
        let message = damaged(sample, &small, &mut chance);
        naming(&format!("seed {seed}, {}", sample.name), || {
            checks::check(&message);
        });
    }
}

#[test]
fn damaged_stored_structures_are_refused_or_whole() {
    let Some(samples) = samples() else { return };
    let stored: Vec<Vec<u8>> =
        samples.iter().map(|each| Structure::of_message(&each.bytes).to_bytes()).collect();
    let mut refused = 0;
    for seed in seeds(20_000) {
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
