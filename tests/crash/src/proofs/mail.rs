//! `kill -9` at random under writers over IMAP: no acknowledged message is missing or doubled, and no UID is used again.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::fsck;
use crate::mail::{Connection, Counts, PASSWORD, WRITERS, Writer, check, prepare, reader};
use crate::postgres::Database;
use crate::problem::{Context, Problem, Result, fail};
use crate::random::Random;
use crate::run::{Engine, Run};
use crate::server::Server;

/// Changes after which the process is killed at the latest.
const CHANGES_MAX: usize = 150;
/// Time for so many.
const CHANGES_TIME_MAX: Duration = Duration::from_secs(60);

/// Runs the proof on one engine.
pub fn prove(run: &Run, engine: Engine) -> Result<String> {
    let folder = run.folder(&format!("mail-{engine}"))?;
    let database = match engine {
        Engine::Embedded => None,
        Engine::Postgres => Some(Database::create("crash_mail")?),
    };
    let settings: Result<Vec<String>> = database.iter().map(Database::setting).collect();
    let mut server = Server::new(folder.join("data"), &settings?);
    server.start()?;
    let user = prepare(&mut server.client()?)?;
    let mut writers: Vec<Writer> = (0..WRITERS).map(|index| Writer::new(index, run.seed)).collect();
    let mut first = log_in(server.imap()?, &user)?;
    for writer in &writers {
        let made = first.command(&format!("CREATE {}", writer.folder()));
        made.map_err(|failed| failed.into_problem("CREATE"))?;
    }
    let (counts, mut history) = (Counts::default(), Default::default());
    let mut random = Random::new(run.seed, 1);
    for number in 1..=run.rounds {
        let wanted = random.below(CHANGES_MAX) as u64;
        let delay = Duration::from_micros(random.below(4_000) as u64);
        round(&mut server, &user, &mut writers, &counts, wanted, delay)
            .context(|| format!("go on in round {number}"))?;
        if let Some(database) = &database {
            database.wait_for_sessions_to_end()?;
        }
        server.start()?;
        let mut connection = log_in(server.imap()?, &user)?;
        check(&mut connection, &mut writers, &mut history, &counts)
            .context(|| format!("agree after round {number}"))?;
        fsck::clean(&server).context(|| format!("find round {number} clean"))?;
        if number.is_multiple_of(25) {
            println!("  round {number} of {}: {counts}", run.rounds);
        }
    }
    server.stop()?;
    Ok(format!("{} rounds on {engine}: {counts}; fsck clean each time", run.rounds))
}

/// Lets the writers write until `wanted` changes are acknowledged, and kills the process.
fn round(
    server: &mut Server,
    user: &str,
    writers: &mut [Writer],
    counts: &Counts,
    wanted: u64,
    delay: Duration,
) -> Result<()> {
    let (stop, acknowledged, problem) = (AtomicBool::new(false), AtomicU64::new(0), Mutex::new(None));
    let address = server.imap()?;
    std::thread::scope(|scope| {
        for writer in writers {
            let (stop, acknowledged, problem) = (&stop, &acknowledged, &problem);
            scope.spawn(move || {
                let ran = log_in(address, user)
                    .and_then(|mut connection| writer.run(&mut connection, stop, acknowledged));
                // A connection that the kill has refused is no problem.
                if let Err(found) = ran
                    && !stop.load(Ordering::Relaxed)
                {
                    note(problem, found);
                }
            });
        }
        for read in [reader::fetch, reader::idle] {
            let (stop, problem) = (&stop, &problem);
            scope.spawn(move || {
                let ran = log_in(address, user).and_then(|mut connection| read(&mut connection, stop));
                if let Err(found) = ran
                    && !stop.load(Ordering::Relaxed)
                {
                    note(problem, found);
                }
            });
        }
        let began = Instant::now();
        while acknowledged.load(Ordering::Relaxed) < wanted
            && began.elapsed() < CHANGES_TIME_MAX
            && taken(&problem).is_none()
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        let moment = Instant::now() + delay;
        while Instant::now() < moment {}
        stop.store(true, Ordering::Relaxed);
        server.kill()
    })?;
    counts.acknowledged.fetch_add(acknowledged.load(Ordering::Relaxed), Ordering::Relaxed);
    if let Some(problem) = taken(&problem) {
        return Err(problem);
    }
    if acknowledged.load(Ordering::Relaxed) < wanted {
        return fail(format!("fewer than {wanted} changes in {CHANGES_TIME_MAX:?}"));
    }
    Ok(())
}

fn log_in(address: SocketAddr, user: &str) -> Result<Connection> {
    Connection::log_in(address, user, PASSWORD).map_err(|failed| failed.into_problem("LOGIN"))
}

fn note(problem: &Mutex<Option<Problem>>, found: Problem) {
    problem.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(found);
}

fn taken(problem: &Mutex<Option<Problem>>) -> Option<Problem> {
    problem.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}
