//! What is in a mailbox, and whether it is what its log says.

use std::collections::{BTreeMap, BTreeSet};

use postroom_mailbox::{
    Folder, FolderKey, Item, Keywords, MailError, MailboxKey, Place, UidSet, items, position,
};
use postroom_store::Read;
use postroom_types::{OrganizationKey, Timestamp};

use super::carry_out::FLAGS;
use super::log::Entry;
use super::op::keyword;
use super::{Message, Model};

/// An item as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundItem {
    /// The number of its content.
    pub content: i64,
    flags: u8,
    keywords: BTreeSet<String>,
    mod_seq: i64,
}

/// A mailbox as the store has it, in one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The log.
    pub log: Vec<Entry>,
    /// The commit sequence of the mailbox.
    pub sequence: i64,
    /// Its folders, with their items by UID.
    pub folders: Vec<(Folder, BTreeMap<u32, FoundItem>)>,
    keywords: BTreeSet<String>,
}

impl Found {
    /// Reads all of `mailbox`.
    pub fn read(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
    ) -> Result<Self, MailError> {
        let log = Entry::all(read, organization, mailbox)?;
        let sequence = position(read, organization, mailbox)?.sequence;
        let known = Keywords::of(read, organization, mailbox)?;
        let mut folders = Vec::new();
        for folder in Folder::all(read, organization, mailbox)? {
            let there = all_items(read, Place { organization, mailbox, folder: folder.key })?;
            let items = there.iter().map(|item| (item.uid, FoundItem::of(item, &known)));
            folders.push((folder, items.collect()));
        }
        Ok(Self { log, sequence, folders, keywords: known.names().map(str::to_owned).collect() })
    }

    /// Compares with `model`, which has replayed the log; answers the message of each content. `Err` says what differs.
    ///
    /// What a sweep may have removed and is gone is removed from `model`.
    pub fn compare(&self, model: &mut Model, latest: Timestamp) -> Result<BTreeMap<i64, Message>, String> {
        model.pass_to(self.sequence, latest)?;
        let keywords: BTreeSet<String> = model.keywords.iter().copied().map(keyword).collect();
        if self.keywords != keywords {
            return Err(format!("keywords are {:?}, not {keywords:?}", self.keywords));
        }
        let numbers: Vec<i64> = self.folders.iter().map(|(folder, _)| folder.key.0).collect();
        if numbers != model.folders.keys().copied().collect::<Vec<_>>() {
            return Err(format!("folders are {numbers:?}, not {:?}", model.folders.keys()));
        }
        let mut messages = BTreeMap::new();
        for (folder, items) in &self.folders {
            compare_folder(folder, items, model, &mut messages)
                .map_err(|error| format!("folder {} {:?}: {error}", folder.key.0, folder.name))?;
        }
        Ok(messages)
    }
}

fn compare_folder(
    folder: &Folder,
    items: &BTreeMap<u32, FoundItem>,
    model: &mut Model,
    messages: &mut BTreeMap<i64, Message>,
) -> Result<(), String> {
    let (number, validity) = (folder.key.0, model.uid_validity(folder.key.0));
    if i64::from(folder.uid_validity) != validity {
        return Err(format!("its UIDVALIDITY is {}, not {validity}", folder.uid_validity));
    }
    let is_swept = number == model.recoverable();
    let Some(wanted) = model.folders.get_mut(&number) else { return Err("it was not to be".to_owned()) };
    if is_swept {
        wanted.items.retain(|uid, item| items.contains_key(uid) || !item.may_be_gone);
    }
    if (folder.parent, &folder.name, folder.uid_next)
        != (FolderKey(wanted.parent), &wanted.name, wanted.uid_next)
    {
        return Err(format!(
            "it is {:?} in {} with UIDNEXT {}, not {:?} in {} with {}",
            folder.name, folder.parent.0, folder.uid_next, wanted.name, wanted.parent, wanted.uid_next
        ));
    }
    let (unread, deleted) = Model::counts(wanted);
    let counts = (i64::try_from(wanted.items.len()).unwrap_or(i64::MAX), unread, deleted);
    let counted = (folder.items_count, folder.unread_count, folder.deleted_count);
    if counted != counts {
        return Err(format!("it counts {counted:?} items, unread and deleted ones, not {counts:?}"));
    }
    if !items.keys().eq(wanted.items.keys()) {
        let missing: Vec<&u32> = wanted.items.keys().filter(|uid| !items.contains_key(uid)).collect();
        let strange: Vec<&u32> = items.keys().filter(|uid| !wanted.items.contains_key(uid)).collect();
        return Err(format!("LOST or doubled: UIDs {missing:?} are missing, {strange:?} were not to be"));
    }
    for ((uid, item), wanted) in items.iter().zip(wanted.items.values()) {
        let keywords: BTreeSet<String> = wanted.keywords.iter().copied().map(keyword).collect();
        let found = (item.flags, &item.keywords, item.mod_seq);
        if found != (wanted.flags, &keywords, wanted.mod_seq) {
            return Err(format!(
                "UID {uid}: flags, keywords and MODSEQ are {found:?}, not those of {wanted:?}"
            ));
        }
        let message = *messages.entry(item.content).or_insert(wanted.message);
        if message != wanted.message {
            return Err(format!("UID {uid} has the content of {message:?}, not of {:?}", wanted.message));
        }
    }
    Ok(())
}

impl FoundItem {
    fn of(item: &Item, known: &Keywords) -> Self {
        let bits = (0_u8..).zip(FLAGS).filter(|(_, flag)| item.flags.contains(*flag));
        let name = |number| known.name(number).unwrap_or("a keyword that the mailbox has not").to_owned();
        Self {
            content: item.content,
            flags: bits.fold(0, |all, (bit, _)| all | 1 << bit),
            keywords: item.flags.keywords().map(name).collect(),
            mod_seq: item.mod_seq(),
        }
    }
}

fn all_items(read: &mut dyn Read, place: Place) -> Result<Vec<Item>, MailError> {
    let (mut all, mut from) = (Vec::new(), 1);
    loop {
        let page = items(read, place, &UidSet::range(from, u32::MAX))?;
        let Some(last) = page.last() else { return Ok(all) };
        from = last.uid.saturating_add(1);
        all.extend(page);
    }
}
