//! A writer: one folder of its own and what is in it, one operation after the other, and what it knows of each message.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Connection, Counts, Failed, SHARED};
use crate::problem::{Result, fail};
use crate::random::Random;

/// What a writer knows of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The folder that it is in; `None` once it is expunged.
    pub folder: Option<String>,
    /// Its UID there, once it is known.
    pub uid: Option<u32>,
    /// Whether it is flagged.
    pub flagged: bool,
}

impl Known {
    fn gone(&self) -> Self {
        Self { folder: None, uid: None, flagged: self.flagged }
    }
}

/// What a command that was not answered may have done, all of it or nothing.
#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// Messages, as they are if it was carried out.
    pub messages: Vec<(String, Known)>,
    /// Folders in the writer's own, if it was carried out.
    pub folders: Option<BTreeSet<String>>,
}

/// A writer.
pub struct Writer {
    index: usize,
    random: Random,
    appended: u64,
    made: u64,
    /// Every message of this writer, by its subject; a copy by that and [`COPY_MARK`].
    pub messages: BTreeMap<String, Known>,
    /// Folders in its own one.
    pub folders: BTreeSet<String>,
    /// Which message was given which UID in which folder.
    pub given: BTreeMap<(String, u32), String>,
    /// What the last command may have done.
    pub doubt: Option<Doubt>,
}

/// What tells a copy from its original: each message is copied once at most, into a folder of a folder.
pub const COPY_MARK: &str = "+copy";
/// Messages of one APPEND.
const TOGETHER: usize = 3;

type Step = std::result::Result<(), Failed>;

impl Writer {
    /// The writer `index`.
    pub fn new(index: usize, seed: u64) -> Self {
        Self {
            index,
            random: Random::new(seed, 1_000 + index as u64),
            appended: 0,
            made: 0,
            messages: BTreeMap::new(),
            folders: BTreeSet::new(),
            given: BTreeMap::new(),
            doubt: None,
        }
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
    fn step(&mut self, connection: &mut Connection) -> Step {
        let own = Some(self.folder());
        let here = self.messages.iter().filter(|(_, known)| known.folder == own && known.uid.is_some());
        let here: Vec<String> = here.map(|(token, _)| token.clone()).collect();
        let picked = self.random.pick(&here).cloned();
        match (self.random.below(16), picked) {
            (0..=4, _) | (_, None) => self.append(connection, 1),
            (5, _) => self.append(connection, TOGETHER),
            (6 | 7, Some(token)) => self.flag(connection, token),
            (8 | 9, Some(token)) => self.relocate(connection, token),
            (10, Some(token)) => self.replace(connection, token),
            (11, Some(token)) => self.copy(connection, token),
            (12 | 13, _) => self.change_folders(connection),
            (_, Some(token)) => self.expunge(connection, token),
        }
    }

    fn flag(&mut self, connection: &mut Connection, token: String) -> Step {
        let (known, uid) = self.known(&token);
        let sign = if known.flagged { '-' } else { '+' };
        let then = Known { flagged: !known.flagged, ..known };
        self.change(
            connection,
            &format!("UID STORE {uid} {sign}FLAGS.SILENT (\\Flagged)"),
            vec![(token, then)],
        )
    }

    fn relocate(&mut self, connection: &mut Connection, token: String) -> Step {
        let (known, uid) = self.known(&token);
        let then = Known { folder: Some(SHARED.to_owned()), uid: None, ..known };
        self.change(connection, &format!("UID MOVE {uid} {SHARED}"), vec![(token, then)])
    }

    fn expunge(&mut self, connection: &mut Connection, token: String) -> Step {
        let (known, uid) = self.known(&token);
        connection.command(&format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"))?;
        self.change(connection, &format!("UID EXPUNGE {uid}"), vec![(token, known.gone())])
    }

    /// Into one of the folders in its own, unless there is none or a copy was made before.
    fn copy(&mut self, connection: &mut Connection, token: String) -> Step {
        let folders: Vec<String> = self.folders.iter().cloned().collect();
        let copy = format!("{token}{COPY_MARK}");
        let Some(folder) = self.random.pick(&folders).filter(|_| !self.messages.contains_key(&copy)) else {
            return self.change_folders(connection);
        };
        let (known, uid) = self.known(&token);
        let then = Known { folder: Some(folder.clone()), uid: None, ..known };
        self.change(connection, &format!("UID COPY {uid} {folder}"), vec![(copy, then)])
    }

    /// APPEND of so many messages: all of them or none.
    fn append(&mut self, connection: &mut Connection, count: usize) -> Step {
        let mut command = format!("APPEND {}", self.folder());
        let mut then = Vec::new();
        for _ in 0..count {
            let (token, literal) = self.message();
            command += &literal;
            then.push((token, Known { folder: Some(self.folder()), uid: None, flagged: false }));
        }
        self.change(connection, &command, then)
    }

    /// REPLACE: the new message is there and the old one gone, or neither.
    fn replace(&mut self, connection: &mut Connection, token: String) -> Step {
        let (known, uid) = self.known(&token);
        let (new, literal) = self.message();
        let then = Known { folder: Some(self.folder()), uid: None, flagged: false };
        let command = format!("UID REPLACE {uid} {}{literal}", self.folder());
        self.change(connection, &command, vec![(new, then), (token, known.gone())])
    }

    /// A new message: its subject, and the literal that follows a command.
    fn message(&mut self) -> (String, String) {
        self.appended += 1;
        let token = format!("w{}m{}", self.index, self.appended);
        let padding = "x".repeat(self.random.below(3_000));
        let message = format!("Subject: {token}\r\n\r\n{padding}\r\n");
        (token, format!(" {{{}+}}\r\n{message}", message.len()))
    }

    /// CREATE, RENAME or DELETE of a folder in its own, with the copies that are in it.
    fn change_folders(&mut self, connection: &mut Connection) -> Step {
        let there: Vec<String> = self.folders.iter().cloned().collect();
        let picked = self.random.pick(&there).cloned();
        self.made += 1;
        let new = format!("{}/f{}", self.folder(), self.made);
        let mut then = self.folders.clone();
        let (command, target) = match (self.random.below(3), picked) {
            (0, _) | (_, None) => {
                then.insert(new.clone());
                return self.change_with_folders(connection, &format!("CREATE {new}"), Vec::new(), then);
            }
            (1, Some(old)) => {
                then.remove(&old);
                then.insert(new.clone());
                ((format!("RENAME {old} {new}"), old), Some(new))
            }
            (_, Some(old)) => {
                then.remove(&old);
                ((format!("DELETE {old}"), old), None)
            }
        };
        let (command, old) = command;
        let inside = self.messages.iter().filter(|(_, known)| known.folder.as_ref() == Some(&old));
        let moved = inside.map(|(token, known)| {
            let then = match &target {
                Some(_) => Known { folder: target.clone(), ..known.clone() },
                None => known.gone(),
            };
            (token.clone(), then)
        });
        let moved = moved.collect();
        self.change_with_folders(connection, &command, moved, then)
    }

    fn known(&self, token: &str) -> (Known, u32) {
        let known = self.messages[token].clone();
        let uid = known.uid.unwrap_or_default();
        (known, uid)
    }

    fn change(&mut self, connection: &mut Connection, command: &str, then: Vec<(String, Known)>) -> Step {
        self.carry_out(connection, command, Doubt { messages: then, folders: None })
    }

    fn change_with_folders(
        &mut self,
        connection: &mut Connection,
        command: &str,
        messages: Vec<(String, Known)>,
        folders: BTreeSet<String>,
    ) -> Step {
        self.carry_out(connection, command, Doubt { messages, folders: Some(folders) })
    }

    /// Sends `command`; what it does is known once it is answered.
    fn carry_out(&mut self, connection: &mut Connection, command: &str, doubt: Doubt) -> Step {
        self.doubt = Some(doubt.clone());
        let lines = connection.command(command)?;
        let mut uids = lines.iter().find_map(|line| new_uids(line)).unwrap_or_default().into_iter();
        for (token, mut then) in doubt.messages {
            if then.folder.is_some() && then.uid.is_none() {
                then.uid = uids.next();
                if then.uid.is_none() {
                    return Err(Failed::Refused(format!("no UID of {token} in {lines:?}")));
                }
            }
            self.learn(token, then)?;
        }
        if let Some(folders) = doubt.folders {
            self.folders = folders;
        }
        self.doubt = None;
        Ok(())
    }

    /// Notes what is so of a message, and that its UID is nobody else's for ever.
    fn learn(&mut self, token: String, known: Known) -> Step {
        if let (Some(folder), Some(uid)) = (&known.folder, known.uid) {
            let before = self.given.insert((folder.clone(), uid), token.clone());
            if before.as_ref().is_some_and(|before| *before != token) {
                return Err(Failed::Refused(format!("UID {uid} of {folder} was {before:?} and is {token}")));
            }
        }
        self.messages.insert(token, known);
        Ok(())
    }

    /// Settles what was in doubt by what is there: messages, and folders in its own.
    pub fn settle(
        &mut self,
        found: &dyn Fn(&str) -> Option<Known>,
        folders: &BTreeSet<String>,
        counts: &Counts,
    ) -> Result<()> {
        let Some(doubt) = self.doubt.take() else { return Ok(()) };
        counts.unknown.fetch_add(1, Ordering::Relaxed);
        let is = |expected: Option<&Known>, token: &str| match (expected, found(token)) {
            (Some(Known { folder: None, .. }) | None, None) => true,
            (Some(known), Some(there)) => {
                known.folder == there.folder
                    && known.flagged == there.flagged
                    && known.uid.is_none_or(|uid| there.uid == Some(uid))
            }
            _ => false,
        };
        let done = doubt.messages.iter().all(|(token, then)| is(Some(then), token))
            && doubt.folders.as_ref().is_none_or(|then| then == folders);
        if done {
            counts.unknown_done.fetch_add(1, Ordering::Relaxed);
            for (token, then) in doubt.messages {
                let known = found(&token).unwrap_or(then);
                self.learn(token, known).map_err(|failed| failed.into_problem("a UID"))?;
            }
            self.folders = doubt.folders.unwrap_or_else(|| self.folders.clone());
            return Ok(());
        }
        let undone = doubt.messages.iter().all(|(token, _)| is(self.messages.get(token), token));
        if undone && self.folders == *folders {
            return Ok(());
        }
        let there: Vec<Option<Known>> = doubt.messages.iter().map(|(token, _)| found(token)).collect();
        fail(format!("{doubt:?} is neither done nor undone: it is {there:?}, {folders:?}"))
    }
}

/// The new UIDs in `[APPENDUID validity uids]` or `[COPYUID validity from to]`.
fn new_uids(line: &str) -> Option<Vec<u32>> {
    let (rest, at) = match line.split_once("[APPENDUID ") {
        Some((_, rest)) => (rest, 1),
        None => (line.split_once("[COPYUID ")?.1, 2),
    };
    let set = rest.split_once(']')?.0.split(' ').nth(at)?;
    let mut uids = Vec::new();
    for part in set.split(',') {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        uids.extend(first.parse::<u32>().ok()?..=last.parse().ok()?);
    }
    Some(uids)
}
