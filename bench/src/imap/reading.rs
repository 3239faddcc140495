//! What reads: lists, bodies, searches.

use super::session::Session;
use super::{Pair, TURNS, World, absolute, draw, expect, middle, turn};
use crate::Problem;
use crate::search::message;

/// Bodies that are read one by one in a turn.
const BODIES: u64 = 1_000;
/// Searches in a turn of ours.
const SEARCHES: u64 = 5;

/// Lists of all messages. The first ENVELOPE is asked of servers that never saw the mailbox, or forgot.
pub(super) fn fetch(world: &mut World) -> Result<(), Problem> {
    let messages = world.messages;
    let list = |session: &mut Session, what: &str| {
        let answer = session.command(&format!("FETCH 1:* ({what})"))?;
        expect(what, answer.fetched, messages)
    };
    let mut first = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, first) in world.both().into_iter().zip(&mut first) {
            server.make_cold()?;
            let mut session = server.inbox("large")?;
            first.push(turn(server, |_| list(&mut session, "ENVELOPE").map(|()| 1))?);
        }
    }
    let [ours, theirs] = first.map(|turns| middle(&turns));
    Pair { ours, theirs }.print("ENVELOPE of all, first", 0.2);
    for (name, what) in [("ENVELOPE of all, warm", "ENVELOPE"), ("FLAGS of all", "FLAGS")] {
        let pair = world.pair(|server, _| {
            let mut session = server.inbox("large")?;
            list(&mut session, what).map(|()| 1)
        })?;
        pair.print(name, 1.0);
    }
    Ok(())
}

/// Single bodies, anywhere in the mailbox.
pub(super) fn bodies(world: &mut World) -> Result<(), Problem> {
    let (messages, mut seed) = (world.messages, 0x1234_5678_9abc_def1_u64);
    let numbers: Vec<u64> = (0..BODIES).map(|_| draw(&mut seed, messages)).collect();
    let bytes: u64 = numbers.iter().map(|number| message(*number, true).len() as u64).sum();
    let pair = world.pair(|server, _| {
        let (mut session, mut came) = (server.inbox("large")?, 0);
        for number in &numbers {
            came += session.command(&format!("UID FETCH {} (BODY.PEEK[])", number + 1))?.literal_bytes;
        }
        expect("bytes of bodies", came, bytes)?;
        Ok(BODIES)
    })?;
    pair.print("a single body", 1.0);
    Ok(())
}

/// A word that one message of a hundred has.
pub(super) fn search(world: &mut World) -> Result<(), Problem> {
    let hits = world.messages.div_ceil(100);
    let pair = world.pair(|server, _| {
        let (mut session, times) =
            (server.inbox("large")?, if server.name() == "postroom" { SEARCHES } else { 1 });
        for _ in 0..times {
            expect("hits", session.command("SEARCH TEXT hundredth")?.found, hits)?;
        }
        Ok(times)
    })?;
    absolute("SEARCH TEXT, 1 % of hits", "ms", pair.ours.time / 1e3, pair.theirs.time / 1e3, 30.0);
    Ok(())
}
