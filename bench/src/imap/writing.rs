//! What writes: messages and flags, one by one, each answered when it is on disk.

use super::server::Server;
use super::session::Session;
use super::{TURNS, World, draw, expect, middle, turn};
use crate::Problem;
use crate::search::message;

/// Operations in a turn.
const OPERATIONS: u64 = 1_000;
/// The same where what is done later has to be done meanwhile.
const MANY: u64 = 5_000;
/// The same where the sizes of mailboxes are compared.
const CHANGES: u64 = 300;

/// Messages come one by one.
pub(super) fn append(world: &mut World) -> Result<(), Problem> {
    let mut before = 0;
    for (name, operations) in [("APPEND one by one", OPERATIONS), ("APPEND one by one, on and on", MANY)] {
        let messages: Vec<[String; 1]> = (0..operations).map(|number| [message(number, true)]).collect();
        let pair = world.pair(|server, turn| {
            let mut session = server.session("other")?;
            for message in &messages {
                session.append("INBOX", message)?;
            }
            let exists = session.command("SELECT INBOX")?.exists.unwrap_or(0);
            expect("appended", exists, before + operations * (turn as u64 + 1))?;
            Ok(operations)
        })?;
        before += operations * TURNS as u64;
        pair.print(name, 0.5);
    }
    Ok(())
}

/// Flags change one by one, anywhere in the mailbox.
pub(super) fn store(world: &mut World) -> Result<(), Problem> {
    let messages = world.messages;
    let pair = world.pair(|server, turn| {
        let mut session = server.inbox("large")?;
        flags(&mut session, messages, turn, OPERATIONS)?;
        Ok(OPERATIONS)
    })?;
    pair.print("STORE one by one", 4.0);
    Ok(())
}

/// Sets and clears a flag of messages anywhere in the mailbox of `messages`.
fn flags(session: &mut Session, messages: u64, turn: usize, operations: u64) -> Result<(), Problem> {
    let mut seed = 0x9876_5432_1234_5678 + turn as u64;
    for number in 0..operations {
        let (uid, sign) = (draw(&mut seed, messages) + 1, if number % 2 == 0 { '+' } else { '-' });
        session.command(&format!("UID STORE {uid} {sign}FLAGS (\\Flagged)"))?;
    }
    Ok(())
}

/// What a change costs in a mailbox of many messages beside one of a tenth.
pub(super) fn growth(world: &mut World) -> Result<(), Problem> {
    type Work = fn(&mut Session, u64, usize) -> Result<(), Problem>;
    let changes: [(&str, Work); 5] = [
        ("STORE", |session, messages, turn| flags(session, messages, turn, CHANGES)),
        ("APPEND", |session, _, _| {
            (0..CHANGES).try_for_each(|number| session.append("INBOX", &[message(number, true)]))
        }),
        ("COPY", |session, messages, turn| {
            each(session, messages, turn, |uid| format!("UID COPY {uid} Drafts"))
        }),
        ("MOVE", |session, messages, turn| {
            each(session, messages, turn, |uid| format!("UID MOVE {uid} Drafts"))
        }),
        ("CREATE", |session, messages, turn| {
            each(session, messages, turn, |uid| format!("CREATE folder{uid}"))
        }),
    ];
    let names = ["large", "small"];
    for server in world.both() {
        if server.name() == "dovecot" {
            for name in names {
                server.session(name)?.command("CREATE Drafts")?;
            }
        }
    }
    for (name, work) in changes {
        let both: Vec<f64> = {
            let messages = world.messages;
            world
                .both()
                .into_iter()
                .map(|server| compare(server, name, messages, work))
                .collect::<Result<_, _>>()?
        };
        let kept = if both[0] <= 1.5 { "kept" } else { "NOT KEPT" };
        println!(
            "{name}: large mailbox ÷ small {:>6.3}  dovecot {:>6.3}  gate ≤ 1.5 {kept}",
            both[0], both[1]
        );
    }
    Ok(())
}

/// Some command for messages each of which is named once.
fn each(
    session: &mut Session,
    messages: u64,
    turn: usize,
    command: impl Fn(u64) -> String,
) -> Result<(), Problem> {
    let step = messages / (CHANGES * TURNS as u64).min(messages);
    let first = turn as u64 * CHANGES;
    (first..first + CHANGES).try_for_each(|number| session.command(&command(number * step + 1)).map(drop))
}

fn compare(
    server: &mut dyn Server,
    name: &str,
    messages: u64,
    work: fn(&mut Session, u64, usize) -> Result<(), Problem>,
) -> Result<f64, Problem> {
    let mut turns = [Vec::new(), Vec::new()];
    for number in 0..TURNS {
        for ((user, messages), turns) in
            [("large", messages), ("small", messages / 10)].into_iter().zip(&mut turns)
        {
            let mut session = server.inbox(user)?;
            turns.push(turn(server, |_| work(&mut session, messages, number).map(|()| CHANGES))?);
        }
    }
    let [large, small] = turns.map(|turns| middle(&turns));
    println!(
        "{} {name}: {:.1} µs (cpu {:.1}) in the large mailbox, {:.1} µs (cpu {:.1}) in the small one",
        server.name(),
        large.time,
        large.cpu,
        small.time,
        small.cpu
    );
    Ok(large.time / small.time)
}
