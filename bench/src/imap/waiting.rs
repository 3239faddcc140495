//! Sessions that wait, and how sessions begin.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::server::{PASSWORD, Server};
use super::session::Session;
use super::{TURNS, World, absolute};
use crate::Problem;
use crate::report::median;

/// Notices in a turn of ours.
const NOTICES: u64 = 1_000;
/// The same of Dovecot, which waits for half a second to tell several at once.
const NOTICES_OF_DOVECOT: u64 = 20;
/// Longest wait for a notice. Dovecot, whose log was begun anew, looks only every 30 s until the session idles anew.
const NOTICE_MAX: Duration = Duration::from_secs(90);
/// What is gone of the messages when sessions are counted: one in so many, and so many in one command.
const HOLE_EVERY: u64 = 6;
const HOLES_AT_ONCE: usize = 500;
/// Sessions that wait at once.
const SESSIONS: usize = 1_000;
/// Log-ins in a turn.
const LOG_INS: usize = 200;

/// Notices to a session that waits, and what a thousand of those cost.
pub(super) fn idle(world: &mut World) -> Result<(), Problem> {
    let mut late = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, late) in world.both().into_iter().zip(&mut late) {
            late.push(notices(server)?);
        }
    }
    let [ours, theirs] = late.map(|mut late| median(&mut late));
    absolute("IDLE: notice after the OK, p99", "ms", ours, theirs, 5.0);
    let mut memory = Vec::new();
    for server in world.both() {
        memory.push(memory_of_a_session(server)?);
    }
    absolute("memory of an idle selected session", "KiB", memory[0], memory[1], 18.0);
    Ok(())
}

/// Milliseconds from one session's OK until another one hears of it: the 99th of a hundred.
fn notices(server: &dyn Server) -> Result<f64, Problem> {
    let (mut doing, mut hearing) = (server.inbox("small")?, server.inbox("small")?);
    hearing.idle()?;
    let (heard, times) = mpsc::channel();
    let listener =
        std::thread::spawn(move || while hearing.notice().is_ok() && heard.send(Instant::now()).is_ok() {});
    let mut late = Vec::new();
    let count = if server.name() == "postroom" { NOTICES } else { NOTICES_OF_DOVECOT };
    for number in 0..count {
        let sign = if number % 2 == 0 { '+' } else { '-' };
        doing.command(&format!("STORE 1 {sign}FLAGS (\\Answered)"))?;
        let done = Instant::now();
        let heard = times.recv_timeout(NOTICE_MAX).map_err(|problem| {
            format!("{}: notice {number} after STORE 1 {sign}FLAGS (\\Answered): {problem}", server.name())
        })?;
        late.push(heard.saturating_duration_since(done).as_secs_f64() * 1e3);
    }
    drop(times);
    // Wakes the listener, who finds nobody to tell.
    doing.command("STORE 1 +FLAGS (\\Draft)")?;
    doing.command("STORE 1 -FLAGS (\\Draft)")?;
    listener.join().map_err(|_| "the listener panicked")?;
    late.sort_by(f64::total_cmp);
    late.get(late.len() * 99 / 100).copied().ok_or_else(|| "no notices".into())
}

fn memory_of_a_session(server: &mut dyn Server) -> Result<f64, Problem> {
    // As in a mailbox that is used; where no UID is missing, sessions need less.
    make_holes(&mut server.inbox("small")?)?;
    // Memory that was used before would be used again and not be seen.
    server.make_cold()?;
    // What the first sessions make stays.
    for _ in 0..3 {
        server.inbox("small")?.idle()?;
    }
    let (before, mut sessions) = (server.memory_kib()?, Vec::with_capacity(SESSIONS));
    for _ in 0..SESSIONS {
        let mut session = server.inbox("small")?;
        session.idle()?;
        sessions.push(session);
    }
    let after = server.memory_kib()?;
    Ok((after - before) / SESSIONS as f64)
}

fn make_holes(session: &mut Session) -> Result<(), Problem> {
    let exists = session.command("SELECT INBOX")?.exists.unwrap_or_default();
    let numbers: Vec<String> =
        (1..=exists).step_by(usize::try_from(HOLE_EVERY)?).map(|number| number.to_string()).collect();
    for some in numbers.chunks(HOLES_AT_ONCE) {
        session.command(&format!("STORE {} +FLAGS.SILENT (\\Deleted)", some.join(",")))?;
    }
    session.command("EXPUNGE").map(drop)
}

/// From connecting to the end of SELECT, by users whose password is known to be right.
pub(super) fn log_in(world: &mut World) -> Result<(), Problem> {
    let mut medians = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, medians) in world.both().into_iter().zip(&mut medians) {
            drop(server.session("large")?);
            let mut times = Vec::new();
            for _ in 0..LOG_INS {
                let mut session = Session::connect(server.endpoint())?;
                let began = Instant::now();
                session.command(&format!("LOGIN {} {PASSWORD}", server.user("large")))?;
                session.command("SELECT INBOX")?;
                times.push(began.elapsed().as_secs_f64() * 1e3);
                session.command("LOGOUT")?;
            }
            medians.push(median(&mut times));
        }
    }
    let [ours, theirs] = medians.map(|mut medians| median(&mut medians));
    absolute("LOGIN and SELECT, p50", "ms", ours, theirs, theirs);
    Ok(())
}
