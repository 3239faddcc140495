//! A writer: one folder of its own, one operation after the other, and what it knows of each message.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Connection, Failed, SHARED};
use crate::problem::{Result, fail};
use crate::random::Random;

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the writer's own folder.
    Own,
    /// In the folder that all share.
    Shared,
    /// Expunged.
    Gone,
}

/// What a writer knows of a message.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where it is.
    pub place: Place,
    /// Its UID there, once it is known.
    pub uid: Option<u32>,
    /// Whether it is flagged.
    pub flagged: bool,
}

/// What a command that was not answered may have done to a message.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// Which message.
    pub token: String,
    /// As it is if it was carried out; `None`: it is there at all.
    pub then: Known,
    /// Whether the message was there before.
    pub was_there: bool,
}

/// What happened, all rounds together.
#[derive(Debug, Default)]
pub struct Counts {
    /// Changes that were answered with OK.
    pub acknowledged: AtomicU64,
    /// Changes without an answer.
    pub unknown: AtomicU64,
    /// Of these, changes that had been carried out.
    pub unknown_done: AtomicU64,
    /// Messages compared after rounds.
    pub compared: AtomicU64,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        write!(
            f,
            "{} changes acknowledged, {} without answer ({} of them done), {} messages compared",
            of(&self.acknowledged),
            of(&self.unknown),
            of(&self.unknown_done),
            of(&self.compared)
        )
    }
}

/// A writer.
pub struct Writer {
    index: usize,
    random: Random,
    appended: u64,
    /// Every message of this writer.
    pub messages: BTreeMap<String, Known>,
    /// What the last command may have done.
    pub doubt: Option<Doubt>,
}

impl Writer {
    /// The writer `index`.
    pub fn new(index: usize, seed: u64) -> Self {
        let random = Random::new(seed, 1_000 + index as u64);
        Self { index, random, appended: 0, messages: BTreeMap::new(), doubt: None }
    }

    /// Its own folder.
    pub fn folder(&self) -> String {
        format!("W{}", self.index)
    }

    /// Writes until the connection is lost or `stop`; whatever else happens is a problem.
    pub fn run(
        &mut self,
        connection: &mut Connection,
        stop: &AtomicBool,
        acknowledged: &AtomicU64,
    ) -> Result<()> {
        match connection.command(&format!("SELECT {}", self.folder())) {
            Ok(_) => {}
            Err(Failed::Lost(_)) => return Ok(()),
            Err(failed) => return Err(failed.into_problem("SELECT")),
        }
        while !stop.load(Ordering::Relaxed) {
            match self.step(connection) {
                Ok(()) => {
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Err(Failed::Lost(_)) => return Ok(()),
                Err(failed) => return Err(failed.into_problem("a change")),
            }
        }
        Ok(())
    }

    /// One change; what is in doubt stays so when no answer comes.
    fn step(&mut self, connection: &mut Connection) -> std::result::Result<(), Failed> {
        let own: Vec<String> = self
            .messages
            .iter()
            .filter(|(_, known)| known.place == Place::Own && known.uid.is_some())
            .map(|(token, _)| token.clone())
            .collect();
        let picked = self.random.pick(&own).cloned();
        let (choice, Some(token)) = (self.random.below(10), picked) else { return self.append(connection) };
        let known = self.messages[&token].clone();
        let uid = known.uid.unwrap_or_default();
        let (command, then) = match choice {
            0..=4 => return self.append(connection),
            5 | 6 => {
                let sign = if known.flagged { '-' } else { '+' };
                let then = Known { flagged: !known.flagged, ..known };
                (format!("UID STORE {uid} {sign}FLAGS.SILENT (\\Flagged)"), then)
            }
            7 | 8 => {
                let then = Known { place: Place::Shared, uid: None, ..known };
                (format!("UID MOVE {uid} {SHARED}"), then)
            }
            _ => {
                connection.command(&format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"))?;
                (format!("UID EXPUNGE {uid}"), Known { place: Place::Gone, uid: None, ..known })
            }
        };
        self.doubt = Some(Doubt { token: token.clone(), then: then.clone(), was_there: true });
        let lines = connection.command(&command)?;
        let uid = lines.iter().find_map(|line| copied_to(line)).or(then.uid);
        self.messages.insert(token, Known { uid, ..then });
        self.doubt = None;
        Ok(())
    }

    fn append(&mut self, connection: &mut Connection) -> std::result::Result<(), Failed> {
        self.appended += 1;
        let token = format!("w{}m{}", self.index, self.appended);
        let padding = "x".repeat(self.random.below(3_000));
        let message = format!("Subject: {token}\r\n\r\n{padding}\r\n");
        let then = Known { place: Place::Own, uid: None, flagged: false };
        self.doubt = Some(Doubt { token: token.clone(), then: then.clone(), was_there: false });
        let lines = connection.append(&self.folder(), &message)?;
        let uid = lines.iter().find_map(|line| appended_as(line));
        if uid.is_none() {
            return Err(Failed::Refused(format!("no APPENDUID in {lines:?}")));
        }
        self.messages.insert(token, Known { uid, ..then });
        self.doubt = None;
        Ok(())
    }

    /// Settles what was in doubt by what `found` says of its message: where it is, its UID, whether it is flagged.
    pub fn settle(&mut self, found: Option<(Place, u32, bool)>, counts: &Counts) -> Result<()> {
        let Some(doubt) = self.doubt.take() else { return Ok(()) };
        counts.unknown.fetch_add(1, Ordering::Relaxed);
        let before = self.messages.get(&doubt.token).cloned();
        let is = |known: &Known| match &found {
            Some((place, uid, flagged)) => {
                *place == known.place
                    && *flagged == known.flagged
                    && known.uid.is_none_or(|expected| expected == *uid)
            }
            None => known.place == Place::Gone,
        };
        if is(&doubt.then) {
            counts.unknown_done.fetch_add(1, Ordering::Relaxed);
            let uid = found.map(|(_, uid, _)| uid);
            self.messages.insert(doubt.token, Known { uid, ..doubt.then });
            return Ok(());
        }
        match before {
            Some(before) if is(&before) => Ok(()),
            None if !doubt.was_there && found.is_none() => Ok(()),
            before => fail(format!("{doubt:?} is neither done nor undone: was {before:?}, is {found:?}")),
        }
    }
}

/// The UID in `[APPENDUID validity uid]`.
fn appended_as(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("[APPENDUID ")?;
    rest.split_once(']')?.0.split(' ').nth(1)?.parse().ok()
}

/// The UID in `[COPYUID validity from to]`.
fn copied_to(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("[COPYUID ")?;
    rest.split_once(']')?.0.split(' ').nth(2)?.parse().ok()
}
