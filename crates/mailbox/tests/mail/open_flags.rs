//! Flags in memory are what the rows say, whatever happened since they were read.

use std::collections::BTreeMap;

use postroom_mailbox::items::{FlagChange, append, expunge, store_flags};
use postroom_mailbox::{Flags, FolderKey, Uid, UidSet, Watch, limits};
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

/// Brings `count` messages.
fn fill(fixture: &Fixture, folder: FolderKey, count: i64) {
    let message = fixture.message("hello");
    let brought = fixture.change(move |mail| {
        (0..count).try_for_each(|_| {
            append(mail, folder, &message, Flags::NONE, Timestamp::from_seconds(1)).map(drop)
        })
    });
    brought.unwrap();
}

fn flag(fixture: &Fixture, folder: FolderKey, uids: UidSet, names: &[&str]) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let stored = fixture.change(move |mail| {
        store_flags(mail, folder, &uids, FlagChange::Add, (Flags::FLAGGED, &names), None)
    });
    stored.unwrap();
}

fn check(fixture: &Fixture, folder: FolderKey, watch: &Watch) {
    let (flags, keywords) = block_on(fixture.mailboxes.open_flags(watch)).unwrap().unwrap();
    let mut rows: BTreeMap<Uid, Flags> = BTreeMap::new();
    let mut above = 0;
    loop {
        let (place, uids) = (fixture.place(folder), UidSet::range(above + 1, Uid::MAX));
        let page = fixture.read(move |read| postroom_mailbox::items(read, place, &uids)).unwrap();
        let Some(last) = page.last() else { break };
        above = last.uid;
        rows.extend(page.iter().map(|item| (item.uid, item.flags)));
    }
    for uid in 0..above + 10 {
        let known = flags.set_of(uid).map(|set| flags.sets()[set]);
        assert_eq!(known, rows.get(&uid).copied(), "{uid}");
    }
    assert_eq!(keywords.flag("later").is_some(), rows.values().any(|flags| flags.keywords().count() > 0));
}

on_both_engines! { modules();
    fn they_follow_every_change(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let watch = fixture.mailboxes.watch(fixture.place(inbox));
        fill(&fixture, inbox, limits::OPEN_FLAGS_ITEMS_MIN - 1);
        assert!(block_on(fixture.mailboxes.open_flags(&watch)).unwrap().is_none(), "rows are as fast");
        fill(&fixture, inbox, 100);
        check(&fixture, inbox, &watch);
        flag(&fixture, inbox, UidSet::range(7, 7), &[]);
        check(&fixture, inbox, &watch);
        flag(&fixture, inbox, UidSet::range(500, 700), &["later"]);
        let held = block_on(fixture.mailboxes.open_flags(&watch)).unwrap().unwrap().0;
        let gone = fixture.change(move |mail| expunge(mail, inbox, &UidSet::range(600, 610), false));
        assert_eq!(gone.unwrap().len(), 11);
        fill(&fixture, inbox, 3);
        check(&fixture, inbox, &watch);
        assert!(held.set_of(605).is_some(), "whoever tells them goes on with what it has");
        // Another session, while the first one has the folder open.
        check(&fixture, inbox, &fixture.mailboxes.watch(fixture.place(inbox)));
        drop(watch);
        check(&fixture, inbox, &fixture.mailboxes.watch(fixture.place(inbox)));
    }

    fn a_number_that_stands_for_another_name_is_not_mistaken(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let watch = fixture.mailboxes.watch(fixture.place(inbox));
        fill(&fixture, inbox, limits::OPEN_FLAGS_ITEMS_MIN);
        let room = usize::from(limits::KEYWORDS_MAX);
        let names = |of: &str| (0..room).map(|number| format!("{of}{number}")).collect::<Vec<String>>();
        let (before, after) = (names("before"), names("after"));
        let named = |fixture: &Fixture| {
            let (flags, keywords) = block_on(fixture.mailboxes.open_flags(&watch)).unwrap().unwrap();
            let of = |uid| {
                let set = flags.sets()[flags.set_of(uid).unwrap()];
                set.keywords().map(|number| keywords.name(number).unwrap().to_owned()).collect::<Vec<String>>()
            };
            (of(1), of(2), of(3))
        };
        flag(&fixture, inbox, UidSet::range(1, 1), &before.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(named(&fixture), (before, vec![], vec![]));
        // In memory the first message still has every number, when other names get them.
        let none = (Flags::NONE, Vec::new());
        fixture
            .change(move |mail| store_flags(mail, inbox, &UidSet::range(1, 1), FlagChange::Set, (none.0, &none.1), None))
            .unwrap();
        flag(&fixture, inbox, UidSet::range(2, 2), &after.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(named(&fixture), (vec![], after, vec![]));
    }

    fn what_came_and_went_is_not_there(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let watch = fixture.mailboxes.watch(fixture.place(inbox));
        fill(&fixture, inbox, limits::OPEN_FLAGS_ITEMS_MIN);
        check(&fixture, inbox, &watch);
        fill(&fixture, inbox, 5);
        let last = fixture.folder(inbox).unwrap().uid_next - 1;
        fixture.change(move |mail| expunge(mail, inbox, &UidSet::range(last - 2, last), false)).unwrap();
        check(&fixture, inbox, &watch);
        fixture.change(move |mail| expunge(mail, inbox, &UidSet::range(1, 100), false)).unwrap();
        check(&fixture, inbox, &watch);
    }
}
