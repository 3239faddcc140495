//! PostgreSQL is killed under writing clients instead of us: the program lives on, says that it cannot, and goes on by
//! itself when the server is back.

use std::time::{Duration, Instant};

use super::fsck;
use crate::load::{Counts, Load, Round, WRITERS};
use crate::postgres::{Database, control};
use crate::problem::{Context, Result, fail};
use crate::random::Random;
use crate::run::Run;
use crate::server::Server;

/// Answers after which the server is killed at the latest.
const ANSWERS_MAX: usize = 300;
/// Once in so many rounds the server stays away for longer than a write waits for it.
const LONG_EVERY: u64 = 10;
/// Time, after the server is back, until a write is carried out again.
const RECOVERY_TIME_MAX: Duration = Duration::from_secs(15);

/// Runs the proof.
pub fn prove(run: &Run) -> Result<String> {
    let database = Database::create("crash_database")?;
    let mut server = Server::new(run.folder("database")?.join("data"), &[database.setting()?]);
    server.start()?;
    let mut load = Load::prepare(&mut server.client()?, run.seed)?;
    run.note_missing(&load.missing);
    let (counts, mut random) = (Counts::default(), Random::new(run.seed, 0));
    let (mut slowest, mut checked, mut refused) = (Duration::ZERO, 0, 0);
    for number in 1..=run.rounds {
        let long = number % LONG_EVERY == LONG_EVERY / 2;
        let answers = random.below(ANSWERS_MAX) as u64;
        let round = Round::new(&counts, true);
        let mut back = Instant::now();
        let ended = load.run(&mut server, &round, |_| {
            round.wait_for_answers(answers)?;
            control("kill")?;
            if long {
                round.wait_for_unavailable(WRITERS)?;
                refused += 1;
            }
            control("start")?;
            back = Instant::now();
            round.stop();
            Ok(())
        });
        ended.context(|| format!("go on in round {number}"))?;
        if server.has_ended()? {
            return fail(format!("the program ended with its database:\n{}", server.log_tail()));
        }
        load.write_again(&server, &counts, RECOVERY_TIME_MAX)
            .context(|| format!("recover in round {number}"))?;
        slowest = slowest.max(back.elapsed());
        load.check(&server, &counts).context(|| format!("agree after round {number}"))?;
        fsck::clean(&server).context(|| format!("find round {number} clean"))?;
        checked += 1;
        run.progress(number, &counts);
    }
    server.stop()?;
    Ok(format!(
        "{} rounds, the server {refused} times away until writes were refused: {counts}; fsck clean {checked} times; \
         slowest recovery {} ms",
        run.rounds,
        slowest.as_millis()
    ))
}
