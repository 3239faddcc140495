//! Two programs on one PostgreSQL database: what is done in a mailbox through one of them is told to who idles on the
//! other, and to who asked with NOTIFY, within a second of the acknowledgement.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::fsck;
use crate::fleet::Fleet;
use crate::mail::{Connection, Failed, PASSWORD, prepare};
use crate::problem::{Context, Result, fail};
use crate::run::{Engine, Run};

/// What the proof promises.
const TOLD_MAX: Duration = Duration::from_secs(1);

/// What is done, and what is told of it.
const MESSAGE: &str = "a new message";
const FLAG: &str = "a flag";
const EXPUNGE: &str = "an expunge";
const FOLDER: &str = "a new folder";

/// How long each notice took.
#[derive(Default)]
struct Times(Vec<(&'static str, Vec<Duration>)>);

/// Somebody who works on one node, and two who listen on the other.
struct Listening {
    works: Connection,
    idles: Connection,
    notified: Connection,
    name: &'static str,
}

/// Runs the proof.
pub fn prove(run: &Run) -> Result<String> {
    let mut fleet = Fleet::start(run, "notices", Engine::Postgres, &[])?;
    let user = prepare(&mut fleet.client(0)?)?;
    // Each node is worked on as often as the other.
    let both = [listening(&fleet, &user, 0, "here")?, listening(&fleet, &user, 1, "there")?];
    let rounds = run.rounds.div_ceil(2);
    let times = Mutex::new(Times::default());
    std::thread::scope(|scope| {
        let started = both.map(|each| scope.spawn(|| each.rounds(rounds, &times)));
        started.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| fail("it panicked")))
    })?;
    fsck::clean(fleet.first()?)?;
    fleet.stop()?;
    let times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(format!("{rounds} rounds each way, told by the other node after: {times}; fsck clean"))
}

fn listening(fleet: &Fleet, user: &str, works_on: usize, name: &'static str) -> Result<Listening> {
    let connect = |index: usize| {
        let node = fleet.nodes.get(index).ok_or("it is not there").context(|| "find a node".to_owned())?;
        log_in(node.imap()?, user)
    };
    let (mut works, mut idles) = (connect(works_on)?, connect(1 - works_on)?);
    let mut notified = connect(1 - works_on)?;
    let begun = (|| {
        works.command(&format!("CREATE {name}"))?;
        works.command(&format!("SELECT {name}"))?;
        idles.command(&format!("SELECT {name}"))?;
        idles.idle()?;
        notified.command("NOTIFY SET (personal (MailboxName))")
    })();
    begun.map_err(|failed| failed.into_problem("to listen"))?;
    Ok(Listening { works, idles, notified, name })
}

fn log_in(address: std::net::SocketAddr, user: &str) -> Result<Connection> {
    Connection::log_in(address, user, PASSWORD).map_err(|failed| failed.into_problem("LOGIN"))
}

impl Listening {
    fn rounds(mut self, rounds: u64, times: &Mutex<Times>) -> Result<()> {
        (1..=rounds).try_for_each(|round| {
            self.round(round, times)
                .map_err(|failed| failed.into_problem("a command"))
                .and_then(|()| lock(times).check())
                .context(|| format!("be told {} in round {round}", self.name))
        })
    }

    /// One message comes, is flagged, goes; a folder is made.
    fn round(&mut self, round: u64, times: &Mutex<Times>) -> std::result::Result<(), Failed> {
        let Self { works, idles, notified, name } = self;
        works.append(name, &format!("Subject: {round}\r\n\r\nHi\r\n"))?;
        wait(times, MESSAGE, || idles.hear(" EXISTS"))?;
        works.command("STORE 1 +FLAGS.SILENT (\\Flagged \\Deleted)")?;
        wait(times, FLAG, || idles.hear(" FETCH (FLAGS (\\Flagged \\Deleted"))?;
        works.command("EXPUNGE")?;
        wait(times, EXPUNGE, || idles.hear("* 1 EXPUNGE"))?;
        let folder = format!("{name}/{round}");
        works.command(&format!("CREATE {folder}"))?;
        wait(times, FOLDER, || notified.hear(&format!(" {folder}")))
    }
}

fn lock(times: &Mutex<Times>) -> MutexGuard<'_, Times> {
    times.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes how long `hear` takes from now on.
fn wait(
    times: &Mutex<Times>,
    what: &'static str,
    hear: impl FnOnce() -> std::result::Result<String, Failed>,
) -> std::result::Result<(), Failed> {
    let began = Instant::now();
    hear()?;
    lock(times).note(what, began.elapsed());
    Ok(())
}

impl Times {
    fn note(&mut self, what: &'static str, took: Duration) {
        match self.0.iter_mut().find(|(other, _)| *other == what) {
            Some((_, times)) => times.push(took),
            None => self.0.push((what, vec![took])),
        }
    }

    /// Nothing took longer than it may.
    fn check(&self) -> Result<()> {
        for (what, times) in &self.0 {
            if let Some(late) = times.iter().find(|took| **took > TOLD_MAX) {
                return fail(format!("{what} was told {} ms late", late.as_millis()));
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (what, times)) in self.0.iter().enumerate() {
            let mut sorted = times.clone();
            sorted.sort_unstable();
            let at = |share: usize| {
                let found = sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1)));
                found.map_or(0, Duration::as_millis)
            };
            let between = if index == 0 { "" } else { ", " };
            write!(f, "{between}{what} p50 {} p99 {} slowest {} ms", at(50), at(99), at(100))?;
        }
        Ok(())
    }
}
