//! The reference: what a mailbox must hold after the transactions of its log.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use postroom_mailbox::limits;
use postroom_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::log::Entry;
use super::{Answer, Change, Message, Op};

/// The bits of two flags in [`Op`].
const SEEN: u8 = 1;
const DELETED: u8 = 1 << 3;

/// A mailbox as it was before the first transaction: empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Its commit sequence.
    pub sequence: i64,
    /// What the number of a folder is added to for its UIDVALIDITY.
    pub uid_validity: i64,
    /// The folders that it has, by number.
    pub folders: BTreeMap<i64, String>,
    /// Two of them.
    pub inbox: i64,
    /// Where expunged items are.
    pub recoverable: i64,
}

/// An item of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub message: Message,
    /// The bits of its flags.
    pub flags: u8,
    /// Its keywords.
    pub keywords: BTreeSet<u8>,
    /// The sequence of its newest change.
    pub mod_seq: i64,
    /// Where it was expunged from, and when.
    expunged: Option<(i64, Timestamp)>,
    /// A sweep may have removed it.
    pub may_be_gone: bool,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder that it is in; 0 at the top.
    pub parent: i64,
    /// Its own name.
    pub name: String,
    /// The UID that the next item gets.
    pub uid_next: u32,
    /// By UID.
    pub items: BTreeMap<u32, Item>,
}

/// A mailbox in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The sequence of the newest transaction.
    pub sequence: i64,
    /// By number.
    pub folders: BTreeMap<i64, Folder>,
    /// Keywords that the mailbox has.
    pub keywords: BTreeSet<u8>,
    base: Base,
    next_folder: i64,
    /// When something was expunged for the first time.
    expunged_first: Option<Timestamp>,
}

impl Model {
    /// The mailbox before the first transaction.
    pub fn new(base: &Base) -> Self {
        let next_folder = base.folders.keys().last().map_or(1, |last| last + 1);
        let folder =
            |name: &String| Folder { parent: 0, name: name.clone(), uid_next: 1, items: BTreeMap::new() };
        Self {
            sequence: base.sequence,
            folders: base.folders.iter().map(|(number, name)| (*number, folder(name))).collect(),
            keywords: BTreeSet::new(),
            base: base.clone(),
            next_folder,
            expunged_first: None,
        }
    }

    /// Does what a log says; `op` knows each transaction by its number. `latest` is the latest time that any sweep saw.
    ///
    /// `Err`: what the log cannot say, of which there is one entry too many or too few, or an answer that is not true.
    pub fn replay<'o>(
        &mut self,
        log: &[Entry],
        op: impl Fn(i64) -> Option<&'o Op>,
        latest: Timestamp,
    ) -> Result<(), String> {
        for entry in log {
            let number = entry.number;
            self.pass_to(entry.sequence - 1, latest)?;
            let op =
                op(number).ok_or_else(|| format!("transaction {number} is there and never was begun"))?;
            self.sequence = entry.sequence;
            self.apply(op, entry).map_err(|error| format!("transaction {number}, {op:?}: {error}"))?;
        }
        Ok(())
    }

    /// Sequences up to `sequence` that no transaction has are those of sweeps.
    pub fn pass_to(&mut self, sequence: i64, latest: Timestamp) -> Result<(), String> {
        if sequence < self.sequence {
            return Err(format!("sequence {} comes after {}", sequence + 1, self.sequence));
        }
        if sequence == self.sequence {
            return Ok(());
        }
        let before = latest.minus(limits::RECOVERABLE_KEPT).plus(Duration::from_secs(1));
        // A sweep only begins when it has seen something that is due. By then another one may have removed it, or a
        // client may have recovered it.
        if self.expunged_first.is_none_or(|at| at >= before) {
            return Err(format!("sequences {} to {sequence} are nobody's", self.sequence + 1));
        }
        for item in self.folder(self.base.recoverable)?.items.values_mut() {
            item.may_be_gone |= item.expunged.is_none_or(|(_, at)| at < before);
        }
        self.sequence = sequence;
        Ok(())
    }

    fn folder(&mut self, number: i64) -> Result<&mut Folder, String> {
        self.folders.get_mut(&number).ok_or_else(|| format!("there is no folder {number}"))
    }

    fn apply(&mut self, op: &Op, entry: &Entry) -> Result<(), String> {
        let answer = match op {
            Op::Append { folder, messages, flags } => {
                let put = |message: &Message| self.put(*folder, self.item(*message, *flags));
                Answer::Uids(messages.iter().map(put).collect::<Result<_, _>>()?)
            }
            Op::Store { folder, uids, change, flags, keyword } => {
                self.store(*folder, uids, *change, *flags, *keyword)?
            }
            Op::Copy { from, uids, to } => {
                let found = self.found(*from, uids)?;
                let put = |(uid, item)| Ok((uid, self.put(*to, item)?));
                Answer::Pairs(found.into_iter().map(put).collect::<Result<_, String>>()?)
            }
            Op::Move { from, uids, to } => {
                let found = self.found(*from, uids)?;
                let put = |(uid, item)| {
                    self.folder(*from)?.items.remove(&uid);
                    Ok((uid, self.put(*to, item)?))
                };
                Answer::Pairs(found.into_iter().map(put).collect::<Result<_, String>>()?)
            }
            Op::Expunge { folder, uids, marked_only } => {
                Answer::Uids(self.expunge(*folder, uids, *marked_only, entry.at)?)
            }
            Op::Withdraw { folder, uids } => {
                if let Some(folder) = self.folders.get_mut(folder) {
                    folder.items.retain(|uid, _| !uids.contains(uid));
                }
                Answer::Done(true)
            }
            Op::Recover { uids } => self.recover(uids, &entry.answer)?,
            Op::Create { parent, name } => self.create(*parent, name)?,
            Op::Rename { folder, parent, name } => self.rename(*folder, *parent, name)?,
            Op::Delete { folder } => self.delete(*folder, entry.at)?,
        };
        if answer == entry.answer {
            return Ok(());
        }
        Err(format!("answered {:?} where {answer:?} was due", entry.answer))
    }

    fn item(&self, message: Message, flags: u8) -> Item {
        Item { message, flags, keywords: BTreeSet::new(), mod_seq: 0, expunged: None, may_be_gone: false }
    }

    /// Puts `item` under the next UID, as of now.
    fn put(&mut self, folder: i64, item: Item) -> Result<u32, String> {
        let mod_seq = self.sequence;
        let folder = self.folder(folder)?;
        let uid = folder.uid_next;
        folder.uid_next += 1;
        folder.items.insert(uid, Item { mod_seq, ..item });
        Ok(uid)
    }

    /// The items `uids` of a folder that are there, rising.
    fn found(&mut self, folder: i64, uids: &[u32]) -> Result<Vec<(u32, Item)>, String> {
        // The store looks for items, not for the folder: of one that is gone there are none.
        let Some(folder) = self.folders.get(&folder) else { return Ok(Vec::new()) };
        let wanted: BTreeSet<u32> = uids.iter().copied().collect();
        let found = wanted.into_iter().filter_map(|uid| Some((uid, folder.items.get(&uid)?.clone())));
        Ok(found.collect())
    }

    fn store(
        &mut self,
        folder: i64,
        uids: &[u32],
        change: Change,
        flags: u8,
        keyword: Option<u8>,
    ) -> Result<Answer, String> {
        if change != Change::Remove {
            self.keywords.extend(keyword);
        }
        let (mod_seq, mut answer) = (self.sequence, Vec::new());
        for (uid, mut item) in self.found(folder, uids)? {
            let before = (item.flags, item.keywords.clone());
            match change {
                Change::Set => (item.flags, item.keywords) = (flags, keyword.into_iter().collect()),
                Change::Add => {
                    item.flags |= flags;
                    item.keywords.extend(keyword);
                }
                Change::Remove => {
                    item.flags &= !flags;
                    item.keywords.retain(|known| Some(*known) != keyword);
                }
            }
            if (item.flags, &item.keywords) != (before.0, &before.1) {
                item.mod_seq = mod_seq;
            }
            self.folder(folder)?.items.insert(uid, item);
            answer.push(uid);
        }
        Ok(Answer::Uids(answer))
    }

    fn expunge(
        &mut self,
        folder: i64,
        uids: &[u32],
        marked_only: bool,
        at: Timestamp,
    ) -> Result<Vec<u32>, String> {
        let mut gone = Vec::new();
        for (uid, item) in self.found(folder, uids)? {
            if !marked_only || item.flags & DELETED != 0 {
                self.folder(folder)?.items.remove(&uid);
                let item = Item { expunged: Some((folder, at)), ..item };
                self.put(self.base.recoverable, item)?;
                self.expunged_first.get_or_insert(at);
                gone.push(uid);
            }
        }
        Ok(gone)
    }

    /// What was recovered only the answer knows: a sweep may have been faster.
    fn recover(&mut self, uids: &[u32], answer: &Answer) -> Result<Answer, String> {
        let Answer::Recovered(there) = answer else { return Err(format!("answered {answer:?}")) };
        let mut recovered = Vec::new();
        for (uid, item) in self.found(self.base.recoverable, uids)? {
            self.folder(self.base.recoverable)?.items.remove(&uid);
            if item.may_be_gone && !there.iter().any(|(was, ..)| *was == uid) {
                continue;
            }
            let from = item.expunged.map_or(self.base.inbox, |(from, _)| from);
            let folder = if self.folders.contains_key(&from) { from } else { self.base.inbox };
            let flags = item.flags & !DELETED;
            let item = Item { flags, expunged: None, may_be_gone: false, ..item };
            recovered.push((uid, folder, self.put(folder, item)?));
        }
        Ok(Answer::Recovered(recovered))
    }

    fn is_taken(&self, parent: i64, name: &str, but: i64) -> bool {
        let mut inside =
            self.folders.iter().filter(|(number, in_it)| in_it.parent == parent && **number != but);
        inside.any(|(_, folder)| folder.name.eq_ignore_ascii_case(name))
    }

    fn create(&mut self, parent: i64, name: &str) -> Result<Answer, String> {
        if self.is_taken(parent, name, 0) || parent != 0 && !self.folders.contains_key(&parent) {
            return Err("it was not to be created".to_owned());
        }
        let number = self.next_folder;
        self.next_folder += 1;
        let folder = Folder { parent, name: name.to_owned(), uid_next: 1, items: BTreeMap::new() };
        self.folders.insert(number, folder);
        Ok(Answer::Folder(number))
    }

    fn rename(&mut self, number: i64, parent: i64, name: &str) -> Result<Answer, String> {
        let mut above = parent;
        while above != 0 && above != number {
            above = self.folder(above)?.parent;
        }
        if above == number || self.is_taken(parent, name, number) || self.base.folders.contains_key(&number) {
            return Err("it was not to be renamed".to_owned());
        }
        let folder = self.folder(number)?;
        (folder.parent, folder.name) = (parent, name.to_owned());
        Ok(Answer::Done(true))
    }

    fn delete(&mut self, number: i64, at: Timestamp) -> Result<Answer, String> {
        let has_folders = self.folders.values().any(|folder| folder.parent == number);
        if has_folders || self.base.folders.contains_key(&number) {
            return Err("it was not to be deleted".to_owned());
        }
        let uids: Vec<u32> = self.folder(number)?.items.keys().copied().collect();
        self.expunge(number, &uids, false, at)?;
        self.folders.remove(&number);
        Ok(Answer::Done(true))
    }

    /// Items that are not read, and those that are marked to be expunged, of `folder`.
    pub fn counts(folder: &Folder) -> (i64, i64) {
        let with = |bit: u8| folder.items.values().filter(|item| item.flags & bit != 0).count();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        (count(folder.items.len() - with(SEEN)), count(with(DELETED)))
    }

    /// The number of the folder of recoverable items.
    pub fn recoverable(&self) -> i64 {
        self.base.recoverable
    }

    /// What `folder` must have as its UIDVALIDITY.
    pub fn uid_validity(&self, folder: i64) -> i64 {
        self.base.uid_validity + folder
    }
}
