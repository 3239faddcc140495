//! One who does little while others do much.

use std::fmt::Write as _;
use std::time::Instant;

use super::server::Server;
use super::{TURNS, World, absolute, expect};
use crate::Problem;
use crate::report::median;
use crate::search::message;

/// Sessions that do much at once.
const OTHERS: usize = 10;
/// How long the one may wait, ms.
const GATE: f64 = 250.0;

/// What another user waits for, while ten clients read all messages, or look for words that most have. Of Dovecot only the
/// first: without an index it reads all messages for each word.
pub(super) fn neighbours(world: &mut World) -> Result<(), Problem> {
    let messages = world.messages;
    let fetch = "FETCH 1:* (BODY.PEEK[])";
    let mut waits = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, waits) in world.both().into_iter().zip(&mut waits) {
            waits.push(longest_wait(server, fetch, messages)?);
        }
    }
    let [ours, theirs] = waits.map(|mut waits| median(&mut waits));
    absolute("NOOP, APPEND beside ten that read", "ms", ours, theirs, GATE);
    // The beginnings of words.
    let mut search = "SEARCH".to_owned();
    ('a'..='p').try_for_each(|letter| write!(search, " TEXT {letter}"))?;
    let [ours, _] = world.both();
    let mut waits = Vec::new();
    for _ in 0..TURNS {
        waits.push(longest_wait(ours, &search, 0)?);
    }
    absolute("NOOP, APPEND beside ten that search", "ms", median(&mut waits), f64::NAN, GATE);
    Ok(())
}

/// Milliseconds of the slowest NOOP or APPEND of one user until ten others have done `command`, which tells `fetched`
/// messages, in a large Inbox.
fn longest_wait(server: &dyn Server, command: &str, fetched: u64) -> Result<f64, Problem> {
    let mut others = Vec::with_capacity(OTHERS);
    for _ in 0..OTHERS {
        let (mut session, command) = (server.inbox("large")?, command.to_owned());
        others.push(std::thread::spawn(move || {
            let answer = session.command(&command).map_err(|problem| problem.to_string())?;
            Ok::<u64, String>(answer.fetched)
        }));
    }
    let (mut session, mut longest) = (server.inbox("other")?, [0.0_f64; 2]);
    loop {
        let began = Instant::now();
        session.command("NOOP")?;
        let noop = began.elapsed();
        session.append("INBOX", &[message(0, true)])?;
        for (longest, took) in longest.iter_mut().zip([noop, began.elapsed() - noop]) {
            *longest = longest.max(took.as_secs_f64() * 1e3);
        }
        if others.iter().all(std::thread::JoinHandle::is_finished) {
            break;
        }
    }
    for other in others {
        expect("messages", other.join().map_err(|_| "a session panicked")??, fetched)?;
    }
    let [noop, append] = longest;
    println!("{}: NOOP took {noop:.1} ms at most, APPEND {append:.1}", server.name());
    Ok(noop.max(append))
}
