//! Those who only look while others write: none of them is told anything that cannot be.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Connection, Failed, SHARED};
use crate::problem::{Result, fail};

/// Reads the folder that all share, over and over: UIDs only go up.
pub fn fetch(connection: &mut Connection, stop: &AtomicBool) -> Result<()> {
    let mut highest = 0;
    while !stop.load(Ordering::Relaxed) {
        let lines = connection
            .command(&format!("EXAMINE {SHARED}"))
            .and_then(|_| connection.command("UID FETCH 1:* (FLAGS RFC822.SIZE PREVIEW)"));
        let lines = match lines {
            Ok(lines) => lines,
            Err(Failed::Lost(_)) => return Ok(()),
            Err(failed) => return Err(failed.into_problem("reading")),
        };
        let uids: Vec<u32> = lines.iter().filter_map(|line| uid_of(line)).collect();
        if !uids.is_sorted_by(|one, other| one < other) {
            return fail(format!("UIDs do not go up: {uids:?}"));
        }
        let last = uids.last().copied().unwrap_or(0);
        // Nothing is expunged from this folder.
        if last < highest {
            return fail(format!("UID {highest} was there, and now {last} is the last"));
        }
        highest = last;
    }
    Ok(())
}

/// Idles in the folder that all share: messages only come.
pub fn idle(connection: &mut Connection, stop: &AtomicBool) -> Result<()> {
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let heard = connection
            .command(&format!("EXAMINE {SHARED}"))
            .and_then(|_| connection.idle())
            .and_then(|()| connection.hear(" EXISTS"));
        let line = match heard {
            Ok(line) => line,
            Err(Failed::Lost(_)) => return Ok(()),
            Err(failed) => return Err(failed.into_problem("idling")),
        };
        let told = line.split(' ').nth(1).and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
        if told <= count {
            return fail(format!("there were {count} messages, and then {line:?} was told"));
        }
        count = told;
        match connection.done() {
            Ok(_) => {}
            Err(Failed::Lost(_)) => return Ok(()),
            Err(failed) => return Err(failed.into_problem("DONE")),
        }
    }
    Ok(())
}

fn uid_of(line: &str) -> Option<u32> {
    line.split_once(" FETCH (")?.1.split("UID ").nth(1)?.split([' ', ')']).next()?.parse().ok()
}
