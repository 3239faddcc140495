//! `kill -9` at random under writing clients: nothing acknowledged is missing, nothing is there by half or twice.

use std::time::{Duration, Instant};

use super::fsck;
use crate::load::{Counts, Load, Round};
use crate::postgres::Database;
use crate::problem::{Context, Result, fail};
use crate::random::Random;
use crate::run::{Engine, Run};
use crate::server::Server;

/// Answers after which the process is killed at the latest.
const ANSWERS_MAX: usize = 400;
/// How long a start after a crash may take in a debug build on a busy machine.
const RESTART_TIME_MAX: Duration = Duration::from_secs(10);

/// Runs the proof on one engine.
pub fn prove(run: &Run, engine: Engine) -> Result<String> {
    let folder = run.folder(&format!("kill-{engine}"))?;
    let database = match engine {
        Engine::Embedded => None,
        Engine::Postgres => Some(Database::create("crash_kill")?),
    };
    let settings: Result<Vec<String>> = database.iter().map(Database::setting).collect();
    let mut server = Server::new(folder.join("data"), &settings?);
    server.start()?;
    let mut load = Load::prepare(&mut server.client()?, run.seed)?;
    run.note_missing(&load.missing);
    let (counts, mut random) = (Counts::default(), Random::new(run.seed, 0));
    let (mut slowest, mut checked) = (Duration::ZERO, 0);
    for number in 1..=run.rounds {
        let round = Round::new(&counts, false);
        let answers = random.below(ANSWERS_MAX) as u64;
        let delay = Duration::from_micros(random.below(4_000) as u64);
        let ended = load.run(&mut server, &round, |server| {
            round.wait_for_answers(answers)?;
            let moment = Instant::now() + delay;
            while Instant::now() < moment {}
            server.kill()
        });
        ended.context(|| format!("go on in round {number}"))?;
        if let Some(database) = &database {
            database.wait_for_sessions_to_end()?;
        }
        let took = server.start()?;
        slowest = slowest.max(took);
        if took > RESTART_TIME_MAX {
            return fail(format!("the start after crash {number} took {took:?}"));
        }
        load.check(&server, &counts).context(|| format!("agree after round {number}"))?;
        fsck::clean(&server).context(|| format!("find round {number} clean"))?;
        checked += 1;
        run.progress(number, &counts);
    }
    server.stop()?;
    Ok(format!(
        "{} rounds on {engine}: {counts}; fsck clean {checked} times; slowest start {} ms",
        run.rounds,
        slowest.as_millis()
    ))
}
