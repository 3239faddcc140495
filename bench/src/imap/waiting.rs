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
        let heard = times.recv_timeout(Duration::from_secs(30))?;
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
