//! Random operations by several clients: what the log tells each of them makes its copy equal to the store, and the
//! store equal to a plain model.

use std::collections::BTreeMap;

use postroom_mailbox::items::{FlagChange, append, copy, expunge, relocate, store_flags};
use postroom_mailbox::{Flags, FolderKey, Role, Uid, UidSet};
use postroom_store::testing::TestStore;
use postroom_store::{Random, SeededRandom, on_both_engines};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

/// Operations of one run.
const OPERATIONS: usize = 150;
/// Copies that catch up at their own pace.
const CLIENTS: usize = 3;

/// What a client has of a folder.
#[derive(Default, Clone)]
struct Copy {
    sequence: i64,
    items: BTreeMap<Uid, Flags>,
    highest: Uid,
}

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, bound: usize) -> usize {
        let random: &dyn Random = &self.0;
        let bytes: [u8; 4] = random.bytes();
        u32::from_le_bytes(bytes) as usize % bound
    }
}

impl Copy {
    /// Catches up with `folder` from the log.
    fn follow(&mut self, fixture: &Fixture, folder: FolderKey) {
        loop {
            let changes = fixture.changes(folder, self.sequence).expect("the log goes back far enough");
            assert!(changes.gone.iter().all(|uid| self.items.contains_key(&uid)), "what goes was there");
            self.items.retain(|uid, _| !changes.gone.contains(*uid));
            let mut touched = changes.created.clone();
            touched.extend(&changes.changed);
            for uid in changes.created.iter() {
                assert!(uid > self.highest, "no UID appears below one already seen");
            }
            self.highest = self.highest.max(changes.created.last().unwrap_or(0));
            for item in fixture.items(folder).into_iter().filter(|item| touched.contains(item.uid)) {
                self.items.insert(item.uid, item.flags);
            }
            self.sequence = changes.sequence;
            if !changes.more {
                return;
            }
        }
    }
}

fn some(dice: &Dice, model: &BTreeMap<Uid, Flags>) -> UidSet {
    model.keys().copied().filter(|_| dice.below(3) == 0).collect()
}

/// A plain model of the folders, and the store beside it.
struct World {
    fixture: Fixture,
    dice: Dice,
    folders: [FolderKey; 3],
    model: [BTreeMap<Uid, Flags>; 3],
    next: [Uid; 3],
}

impl World {
    /// Carries out one operation on both.
    fn step(&mut self) {
        let (from, to) = (self.dice.below(3), self.dice.below(3));
        let uids = some(&self.dice, &self.model[from]);
        match self.dice.below(6) {
            0 | 1 => self.append(from),
            2 => self.store_flags(from, uids),
            3 => {
                let (source, target) = (self.folders[from], self.folders[to]);
                let pairs = self.fixture.change(move |mail| copy(mail, source, &uids, target));
                for (old, new) in pairs.unwrap() {
                    let flags = self.model[from][&old];
                    self.arrive(to, new, flags);
                }
            }
            4 => {
                let (source, target) = (self.folders[from], self.folders[to]);
                let pairs = self.fixture.change(move |mail| relocate(mail, source, &uids, target));
                for (old, new) in pairs.unwrap() {
                    let flags = self.model[from].remove(&old).unwrap();
                    self.arrive(to, new, flags);
                }
            }
            _ => {
                let source = self.folders[from];
                let gone = self.fixture.change(move |mail| expunge(mail, source, &uids, true)).unwrap();
                for uid in gone.iter() {
                    assert!(self.model[from].remove(&uid).unwrap().contains(Flags::DELETED));
                }
            }
        }
    }

    fn append(&mut self, at: usize) {
        let (folder, message) = (self.folders[at], self.fixture.message("hello"));
        let flags = if self.dice.below(2) == 0 { Flags::NONE } else { Flags::SEEN };
        let received_at = Timestamp::from_seconds(1);
        let uid = self.fixture.change(move |mail| append(mail, folder, &message, flags, received_at));
        self.arrive(at, uid.unwrap(), flags);
    }

    fn store_flags(&mut self, at: usize, uids: UidSet) {
        let flag = [Flags::SEEN, Flags::DELETED, Flags::FLAGGED][self.dice.below(3)];
        let among = FlagChange::SetAmong(Flags::SEEN.with(Flags::FLAGGED));
        let change = [FlagChange::Set, among, FlagChange::Add, FlagChange::Remove][self.dice.below(4)];
        for uid in uids.iter() {
            let old = self.model[at][&uid];
            let new = match change {
                FlagChange::Set => flag,
                // What is not among them stays as it is.
                FlagChange::SetAmong(_) if flag == Flags::DELETED => old.among(Flags::DELETED),
                FlagChange::SetAmong(_) => old.among(Flags::DELETED).with(flag),
                FlagChange::Add => old.with(flag),
                FlagChange::Remove => old.without(flag),
            };
            self.model[at].insert(uid, new);
        }
        let folder = self.folders[at];
        let stored =
            self.fixture.change(move |mail| store_flags(mail, folder, &uids, change, (flag, &[]), None));
        stored.unwrap();
    }

    fn arrive(&mut self, at: usize, uid: Uid, flags: Flags) {
        assert_eq!(uid, self.next[at], "UIDs come one after the other");
        self.next[at] += 1;
        self.model[at].insert(uid, flags);
    }

    /// Compares the store with the model, and every copy when it has caught up.
    fn compare(&self, copies: &mut [[Copy; 3]]) {
        for (at, folder) in self.folders.into_iter().enumerate() {
            let model = &self.model[at];
            let items = self.fixture.items(folder);
            let stored: BTreeMap<Uid, Flags> = items.iter().map(|item| (item.uid, item.flags)).collect();
            assert_eq!(&stored, model);
            assert_eq!(self.fixture.live(folder), model.keys().copied().collect::<UidSet>());
            let known = self.fixture.folder(folder).unwrap();
            let unread = model.values().filter(|flags| !flags.contains(Flags::SEEN)).count();
            assert_eq!((known.items_count, known.unread_count), (model.len() as i64, unread as i64));
            assert_eq!(known.uid_next, self.next[at]);
            for copies in &mut *copies {
                copies[at].follow(&self.fixture, folder);
                assert_eq!(&copies[at].items, model, "folder {at}");
            }
        }
    }
}

fn run(store: &TestStore, seed: u64) {
    println!("seed {seed}");
    let fixture = Fixture::new(store);
    let folders = [Role::Inbox, Role::Archive, Role::Sent].map(|role| fixture.role(role).key);
    let start = Copy { sequence: fixture.changes(folders[0], 1).unwrap().sequence, ..Copy::default() };
    let mut copies: Vec<[Copy; 3]> = vec![std::array::from_fn(|_| start.clone()); CLIENTS];
    let dice = Dice(SeededRandom::new(seed));
    let mut world = World { fixture, dice, folders, model: Default::default(), next: [1; 3] };
    for _ in 0..OPERATIONS {
        world.step();
        let client = world.dice.below(CLIENTS * 2);
        if let Some(copies) = copies.get_mut(client) {
            (0..3).for_each(|at| copies[at].follow(&world.fixture, world.folders[at]));
        }
    }
    world.compare(&mut copies);
}

on_both_engines! { modules();
    fn copies_become_equal_to_the_store(store: &mut TestStore) {
        let random: &dyn Random = &postroom_store::SystemRandom;
        let seed = u64::from_le_bytes(random.bytes());
        run(store, seed);
    }
}
