//! A client: draws what to do from what it sees in a mailbox, and says how it ended.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use postroom_mailbox::{
    BodyPart, Folder, FolderKey, MailError, MailboxKey, MailboxSweep, Place, Prepared, UidSet, in_mailbox,
    items, position,
};
use postroom_store::jobs::Jobs;
use postroom_store::{Outcome, Place as StorePlace, Read as _, StoreError};

use super::opened::sweep;
use super::workload::Workload;
use crate::draw::Draw;
use crate::ledger;
use crate::mail::{Answer, Base, Change, Message, Op, carry_out, log};
use crate::power_loss::mark::{End, Mark};
use crate::power_loss::workload::block_on;

/// Bytes of a message: small ones, and those that are files.
const SMALL: usize = 2_000;
const LARGE: std::ops::Range<usize> = 530_000..700_000;
/// Names of folders: few, so that they meet.
const NAMES: usize = 8;
const KEYWORDS: usize = 4;
const HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) struct Client<'a> {
    pub(super) workload: &'a Workload<'a>,
    pub(super) draw: Draw,
}

/// Why a transaction came to nothing.
enum Refused {
    AsPlanned,
    Mail(MailError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Mail(error.into())
    }
}

/// How a planned transaction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Commit,
    Refuse,
    Panic,
}

/// What a client sees: a mailbox's folders, and what is in one of them.
struct View {
    folders: Vec<i64>,
    folder: i64,
    uids: Vec<u32>,
    recoverable: Vec<u32>,
    contents: Vec<i64>,
}

impl Client<'_> {
    pub(super) fn run(mut self) -> Result<(), String> {
        (0..self.workload.settings.steps).try_for_each(|_| self.step())
    }

    fn step(&mut self) -> Result<(), String> {
        let chosen = self.draw.below(self.workload.mailboxes.len());
        let (mailbox, base) = self.workload.mailboxes.get(chosen).ok_or("there is no mailbox")?;
        match self.draw.below(100) {
            0..3 => self.sweep(),
            3..8 => self.collect(),
            8..12 => self.jump(),
            12..20 => self.join(),
            _ => {
                let Some(view) = self.look(*mailbox, base)? else { return Ok(()) };
                if self.draw.chance(8) {
                    return self.read_body(*mailbox, &view);
                }
                let op = self.plan(base, &view);
                self.transaction(*mailbox, op)
            }
        }
    }

    /// What a failure that is part of the simulation leaves: nothing to say.
    fn forgiven<T>(&self, result: Result<T, MailError>, what: &str) -> Result<Option<T>, String> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(MailError::Store(StoreError::Unavailable { .. })) if self.workload.settings.faults => {
                Ok(None)
            }
            Err(error) => Err(format!("{what}: {error}")),
        }
    }

    /// Reads a mailbox in one snapshot, and says how far it had come.
    fn look(&mut self, mailbox: i64, base: &Base) -> Result<Option<View>, String> {
        let (organization, key, recoverable) =
            (self.workload.organization, MailboxKey(mailbox), base.recoverable);
        let chosen = self.draw.below(64);
        let read = self.workload.opened.store.read_blocking(StorePlace::Organization(organization), |read| {
            let sequence = position(read, organization, key)?.sequence;
            let folders = Folder::all(read, organization, key)?.into_iter().map(|folder| folder.key.0);
            let folders: Vec<i64> = folders.filter(|folder| *folder != recoverable).collect();
            let folder = folders[chosen % folders.len()];
            let all = UidSet::range(1, u32::MAX);
            let place = |folder| Place { organization, mailbox: key, folder: FolderKey(folder) };
            let (there, gone) = (items(read, place(folder), &all)?, items(read, place(recoverable), &all)?);
            let view = View {
                folders,
                folder,
                uids: there.iter().map(|item| item.uid).collect(),
                recoverable: gone.iter().map(|item| item.uid).collect(),
                contents: there.iter().chain(&gone).map(|item| item.content).collect(),
            };
            Ok::<_, MailError>((sequence, view))
        });
        let Some((sequence, view)) = self.forgiven(read, "reading a mailbox")? else { return Ok(None) };
        self.workload.marks.say(&Mark::Seen { mailbox, sequence })?;
        Ok(Some(view))
    }

    /// A body that is read says itself what it must be.
    fn read_body(&mut self, mailbox: i64, view: &View) -> Result<(), String> {
        let chosen = self.draw.below(view.contents.len());
        let (Some(content), opened) = (view.contents.get(chosen), &self.workload.opened) else {
            return Ok(());
        };
        let part = opened.mailboxes.body_part(
            self.workload.organization,
            MailboxKey(mailbox),
            *content,
            0..u64::MAX,
        );
        let part = self.forgiven(block_on(part), "reading a body")?;
        let Some(Some(BodyPart { bytes, .. })) = part else { return Ok(()) };
        let seed = self.workload.settings.seed;
        let is_right = Message::of_bytes(&bytes).is_some_and(|message| message.bytes(seed) == bytes);
        is_right.then_some(()).ok_or_else(|| format!("content {content} has other bytes than were stored"))
    }

    fn some_of(&mut self, uids: &[u32]) -> Vec<u32> {
        let count = 1 + self.draw.below(5);
        let mut chosen: Vec<u32> =
            (0..count).filter_map(|_| uids.get(self.draw.below(uids.len())).copied()).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    fn some_folder(&mut self, view: &View) -> i64 {
        view.folders[self.draw.below(view.folders.len())]
    }

    fn name(&mut self) -> String {
        let letter = (b'a' + u8::try_from(self.draw.below(NAMES)).unwrap_or(0)) as char;
        let letter = if self.draw.chance(20) { letter.to_ascii_uppercase() } else { letter };
        format!("Box {letter}")
    }

    fn plan(&mut self, base: &Base, view: &View) -> Op {
        let (folder, uids) = (view.folder, self.some_of(&view.uids));
        let parent = if self.draw.chance(70) { 0 } else { self.some_folder(view) };
        match self.draw.below(100) {
            0..34 => self.append(folder),
            34..50 => Op::Store {
                folder,
                uids,
                change: [Change::Set, Change::Add, Change::Add, Change::Remove][self.draw.below(4)],
                flags: u8::try_from(self.draw.below(32)).unwrap_or(0),
                keyword: self.draw.chance(30).then(|| u8::try_from(self.draw.below(KEYWORDS)).unwrap_or(0)),
            },
            50..58 => Op::Copy { from: folder, uids, to: self.some_folder(view) },
            58..68 => Op::Move { from: folder, uids, to: self.some_folder(view) },
            68..78 => Op::Expunge { folder, uids, marked_only: self.draw.chance(50) },
            78..80 => Op::Withdraw { folder, uids },
            80..85 => Op::Recover { uids: self.some_of(&view.recoverable) },
            85..92 => Op::Create { parent, name: self.name() },
            92..96 => Op::Rename { folder, parent, name: self.name() },
            _ => Op::Delete { folder: if self.draw.chance(90) { folder } else { base.inbox } },
        }
    }

    fn append(&mut self, folder: i64) -> Op {
        let count = if self.draw.chance(70) { 1 } else { 2 + self.draw.below(3) };
        let message = |_| {
            let number = self.workload.numbers.fetch_add(1, Ordering::Relaxed);
            let size = if self.draw.chance(15) {
                LARGE.start + self.draw.below(LARGE.len())
            } else {
                self.draw.below(SMALL)
            };
            Message { number, size }
        };
        let messages = (0..count).map(message).collect();
        Op::Append { folder, messages, flags: u8::try_from(self.draw.below(32)).unwrap_or(0) }
    }

    /// Makes the messages of an append ready; `None` when the disk would not have it.
    fn prepared(&self, op: &Op) -> Result<Option<Vec<Prepared>>, String> {
        let Op::Append { messages, .. } = op else { return Ok(Some(Vec::new())) };
        let workload = self.workload;
        let mut ready = Vec::new();
        for message in messages {
            let bytes = message.bytes(workload.settings.seed);
            let prepared = workload.opened.mailboxes.prepare(workload.organization, bytes);
            match block_on(prepared) {
                // The clock is years ahead of the files, so the collector takes one that is being written for a leftover.
                Err(MailError::Store(StoreError::Unavailable { cause, .. }))
                    if cause.contains(".new: No such file") =>
                {
                    return Ok(None);
                }
                prepared => match self.forgiven(prepared, "preparing a message")? {
                    Some(prepared) => ready.push(prepared),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(ready))
    }

    fn transaction(&mut self, mailbox: i64, op: Op) -> Result<(), String> {
        let (workload, number) = (self.workload, self.workload.numbers.fetch_add(1, Ordering::Relaxed));
        let ending = match self.draw.below(100) {
            0..4 => Ending::Refuse,
            4..6 => Ending::Panic,
            _ => Ending::Commit,
        };
        let Some(ready) = self.prepared(&op)? else { return Ok(()) };
        workload.marks.say(&Mark::Op { number, mailbox, op: op.clone() })?;
        let (key, ready, op) = (MailboxKey(mailbox), Arc::<[Prepared]>::from(ready), Arc::new(op));
        let place = StorePlace::Organization(workload.organization);
        let done = workload.opened.store.write_blocking(place, move |tx| {
            let at = tx.now();
            let work = in_mailbox(tx, key, "sim", |mail| {
                carry_out(mail, &op, &ready).map(|answer: Answer| (mail.sequence, answer))
            });
            let (sequence, answer) = work.map_err(Refused::Mail)?;
            log::Entry { sequence, number, at, answer }.enter(tx, key)?;
            match ending {
                Ending::Commit => Ok(sequence),
                Ending::Refuse => Err(Refused::AsPlanned),
                Ending::Panic => std::panic::panic_any(ledger::PLANNED),
            }
        });
        let end = self.end_of(done).map_err(|error| format!("transaction {number}: {error}"))?;
        workload.marks.say(&Mark::OpDone { number, mailbox, end })
    }

    fn end_of(&self, done: Result<i64, Refused>) -> Result<End, String> {
        let error = match done {
            Ok(sequence) => return Ok(End::Committed { sequence }),
            Err(Refused::AsPlanned) => return Ok(End::Nothing),
            Err(Refused::Mail(error)) => error,
        };
        match error {
            MailError::Store(StoreError::Bug(cause)) if cause.contains(ledger::PLANNED) => Ok(End::Nothing),
            MailError::Store(StoreError::Unavailable { outcome, .. }) if self.workload.settings.faults => {
                Ok(if outcome == Outcome::Unknown { End::Unknown } else { End::Nothing })
            }
            // A message that was made ready before the clock jumped.
            MailError::Store(StoreError::Unavailable { outcome: Outcome::NotWritten, cause })
                if cause.contains("waited too long") =>
            {
                Ok(End::Nothing)
            }
            MailError::FolderNotFound
            | MailError::FolderExists
            | MailError::FolderName(_)
            | MailError::FolderReserved
            | MailError::FolderHasChildren => Ok(End::Nothing),
            error => Err(error.to_string()),
        }
    }

    fn sweep(&self) -> Result<(), String> {
        let swept = block_on(sweep(&self.workload.opened));
        self.forgiven(swept.map_err(MailError::Store), "the sweep").map(drop)
    }

    /// What waits joins the index of full-text search.
    fn join(&self) -> Result<(), String> {
        let (opened, organization) = (&self.workload.opened, self.workload.organization);
        let key = block_on(opened.mailboxes.data_key(organization));
        let Some(key) = self.forgiven(key, "the key")? else { return Ok(()) };
        let joined = postroom_mailbox::search::join(&opened.store, &key, organization);
        self.forgiven(joined.map_err(MailError::Store), "joining the index").map(drop)
    }

    fn collect(&self) -> Result<(), String> {
        let opened = &self.workload.opened;
        let sweep = MailboxSweep::new(Jobs::new(opened.store.clone()), opened.keyring.clone());
        let collected = block_on(sweep.collect(self.workload.organization));
        self.forgiven(collected.map_err(MailError::Store), "the collector").map(drop)
    }

    fn jump(&mut self) -> Result<(), String> {
        let _jumping = self.workload.jumping.lock().unwrap_or_else(PoisonError::into_inner);
        self.workload.say_clock()?;
        self.workload.clock.jump(HOUR * [2, 25, 25, 25, 31 * 24][self.draw.below(5)]);
        Ok(())
    }
}
