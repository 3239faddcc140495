//! Long runs of the tests with damaged input: the commands of IMAP in pieces, and the real messages through MIME ingest.
//!
//! The gate runs each of them once. Here they run again and again, each time from another seed, which is printed.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::needs::{Need, Prepared};
use crate::problem::Result;
use crate::process;

/// The tests, in the words that the gate builds them with.
const TESTS: &[&str] = &[
    "cargo",
    "test",
    "--quiet",
    "--workspace",
    "--test",
    "fuzz",
    "--test",
    "bombs",
    "--test",
    "real_messages",
];

/// How long, and from where.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// No round begins after so many minutes.
    pub minutes: u64,
    /// Seed of the first round; the others count on.
    pub seed: Option<u64>,
}

/// Runs rounds until time is up or one fails, which ends it with that round's exit code.
pub fn run(root: &Path, plan: &Plan) -> Result<ExitCode> {
    let mut prepared = Prepared::new(root);
    prepared.provide(Need::Mail)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let first = plan.seed.unwrap_or(since.as_secs());
    let (began, time_max) = (Instant::now(), Duration::from_secs(plan.minutes * 60));
    let words: Vec<String> = TESTS.iter().map(|&word| word.to_owned()).collect();
    let mut rounds = 0;
    while rounds == 0 || began.elapsed() < time_max {
        let seed = first + rounds;
        println!("round {}, seed {seed}; again: cargo xtask fuzz --minutes 0 --seed {seed}", rounds + 1);
        let mut environment = prepared.environment();
        environment.push(("PROPTEST_RNG_SEED".to_owned(), seed.to_string()));
        environment.push(("POSTROOM_TEST_SEED".to_owned(), seed.to_string()));
        let ended = process::run_attached(root, &words, &environment)?;
        if ended != ExitCode::SUCCESS {
            return Ok(ended);
        }
        rounds += 1;
    }
    println!("{rounds} rounds in {} s, nothing found", began.elapsed().as_secs());
    Ok(ExitCode::SUCCESS)
}
