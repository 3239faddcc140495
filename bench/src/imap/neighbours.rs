//! One who does little while others do much.

use std::time::Instant;

use super::server::Server;
use super::{TURNS, World, absolute, expect};
use crate::Problem;
use crate::report::median;
use crate::search::message;

/// Sessions that read a whole Inbox at once.
const READERS: usize = 10;

/// What another user waits for, while ten clients read all messages.
pub(super) fn neighbours(world: &mut World) -> Result<(), Problem> {
    let messages = world.messages;
    let mut waits = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, waits) in world.both().into_iter().zip(&mut waits) {
            waits.push(longest_wait(server, messages)?);
        }
    }
    let [ours, theirs] = waits.map(|mut waits| median(&mut waits));
    absolute("NOOP and APPEND beside ten readers, the longest", "ms", ours, theirs, 250.0);
    Ok(())
}

/// Milliseconds of the slowest NOOP with APPEND of one user until ten others have read all of a large Inbox.
fn longest_wait(server: &dyn Server, messages: u64) -> Result<f64, Problem> {
    let mut readers = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        let mut session = server.inbox("large")?;
        readers.push(std::thread::spawn(move || {
            let read = session.command("FETCH 1:* (BODY.PEEK[])").map_err(|problem| problem.to_string())?;
            Ok::<u64, String>(read.fetched)
        }));
    }
    let (mut session, mut longest) = (server.inbox("other")?, 0.0_f64);
    while readers.iter().any(|reader| !reader.is_finished()) {
        let began = Instant::now();
        session.command("NOOP")?;
        session.append("INBOX", &[message(0, true)])?;
        longest = longest.max(began.elapsed().as_secs_f64() * 1e3);
    }
    for reader in readers {
        expect("messages", reader.join().map_err(|_| "a reader panicked")??, messages)?;
    }
    Ok(longest)
}
