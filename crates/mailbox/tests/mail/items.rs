//! Items come, change, move and go.

use postroom_mailbox::items::{
    FlagChange, ImportKey, append, copy, expunge, import, is_imported, relocate, store_flags, withdraw,
};
use postroom_mailbox::{Flags, FolderKey, Keywords, MailError, Role, UidSet, limits};
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

fn all() -> UidSet {
    UidSet::range(1, 1_000)
}

fn flag(
    fixture: &Fixture,
    folder: FolderKey,
    uids: UidSet,
    change: FlagChange,
    flags: Flags,
    names: &[&str],
) -> Result<usize, MailError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let stored = fixture.change(move |mail| store_flags(mail, folder, &uids, change, (flags, &names), None));
    stored.map(|stored| stored.items.len())
}

on_both_engines! { modules();
    fn a_message_is_stored_as_it_came(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let text: Vec<u8> = (0..100_000_u32).flat_map(|number| number.to_le_bytes()).collect();
        let message = block_on(fixture.mailboxes.prepare(fixture.organization, &text[..])).unwrap();
        let at = Timestamp::from_seconds(77);
        let uid = fixture.change(move |mail| append(mail, inbox, &message, Flags::FLAGGED, at)).unwrap();
        let item = fixture.items(inbox).remove(0);
        assert_eq!((item.uid, item.flags, item.received_at, item.size_bytes), (uid, Flags::FLAGGED, at, 400_000));
        let body = block_on(fixture.mailboxes.body(fixture.organization, fixture.mailbox, item.content));
        assert!(body.unwrap().unwrap() == text);
        let folder = fixture.folder(inbox).unwrap();
        assert_eq!((folder.items_count, folder.unread_count, folder.size_bytes), (1, 1, 400_000));
    }

    fn an_import_brings_a_message_once(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        let key = block_on(fixture.mailboxes.data_key(fixture.organization)).unwrap();
        let bring = |name: &str, folder| {
            let (message, at) = (fixture.message("hello"), Timestamp::from_seconds(1));
            let import_key = ImportKey::new(&key, name, b"hello");
            fixture.change(move |mail| import(mail, folder, &message, Flags::NONE, at, import_key)).unwrap()
        };
        assert_eq!((bring("a", inbox), bring("a", inbox), bring("a", archive)), (Some(1), None, Some(1)));
        assert_eq!(bring("b", inbox), Some(2), "another import brings it again");
        let known = |name: &str| {
            let (place, import_key) = (fixture.place(inbox), ImportKey::new(&key, name, b"hello"));
            fixture.read(move |read| is_imported(read, place, import_key)).unwrap()
        };
        assert!(known("a") && known("b") && !known("c"));
        fixture.change(move |mail| expunge(mail, inbox, &all(), false)).unwrap();
        assert_eq!(bring("a", inbox), None, "what was deleted since does not come back");
    }

    fn uids_rise_and_are_never_given_twice(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        assert_eq!([(); 3].map(|()| fixture.append(inbox, Flags::DELETED)), [1, 2, 3]);
        assert_eq!(fixture.change(move |mail| expunge(mail, inbox, &all(), true)), Ok(UidSet::range(1, 3)));
        assert_eq!(fixture.append(inbox, Flags::NONE), 4);
        assert_eq!(fixture.live(inbox), UidSet::range(4, 4));
        let two = (fixture.message("one"), fixture.message("two"));
        let at = Timestamp::from_seconds(1);
        let both = fixture.change(move |mail| {
            Ok((append(mail, inbox, &two.0, Flags::NONE, at)?, append(mail, inbox, &two.1, Flags::NONE, at)?))
        });
        assert_eq!(both, Ok((5, 6)));
    }

    fn only_what_is_marked_is_expunged_and_it_is_kept(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        for flags in [Flags::DELETED, Flags::NONE, Flags::DELETED.with(Flags::SEEN)] {
            fixture.append(inbox, flags);
        }
        assert_eq!(fixture.folder(inbox).unwrap().deleted_count, 2);
        let gone = fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        assert_eq!(gone, [1, 3].into_iter().collect());
        let folder = fixture.folder(inbox).unwrap();
        assert_eq!((folder.items_count, folder.unread_count, folder.deleted_count), (1, 1, 0));
        assert_eq!(fixture.items(fixture.role(Role::Recoverable).key).len(), 2);
    }

    fn flags_and_keywords_change(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::NONE);
        fixture.append(inbox, Flags::SEEN);
        assert_eq!(flag(&fixture, inbox, all(), FlagChange::Add, Flags::SEEN, &["$Forwarded", "Work"]), Ok(2));
        assert_eq!(fixture.folder(inbox).unwrap().unread_count, 0);
        let (organization, mailbox) = (fixture.organization, fixture.mailbox);
        let keywords = fixture.read(move |read| Keywords::of(read, organization, mailbox)).unwrap();
        assert_eq!(keywords.names().collect::<Vec<_>>(), ["$Forwarded", "Work"]);
        let item = fixture.items(inbox).remove(0);
        assert!(item.flags.contains(keywords.flag("WORK").unwrap()) && item.flags.contains(Flags::SEEN));
        flag(&fixture, inbox, UidSet::range(1, 1), FlagChange::Remove, Flags::SEEN, &["work"]).unwrap();
        let item = fixture.items(inbox).remove(0);
        assert_eq!(item.flags, keywords.flag("$forwarded").unwrap());
        flag(&fixture, inbox, UidSet::range(1, 1), FlagChange::Set, Flags::ANSWERED, &[]).unwrap();
        assert_eq!(fixture.items(inbox)[0].flags, Flags::ANSWERED);
        assert_eq!(fixture.folder(inbox).unwrap().unread_count, 1);
    }

    fn a_mailbox_has_only_so_many_keywords(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::NONE);
        let names: Vec<String> = (0..limits::KEYWORDS_MAX).map(|number| format!("k{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(flag(&fixture, inbox, all(), FlagChange::Set, Flags::NONE, &names), Ok(1));
        let refused = flag(&fixture, inbox, all(), FlagChange::Add, Flags::NONE, &["more"]);
        assert!(matches!(refused, Err(MailError::Limit(_))));
        assert_eq!(flag(&fixture, inbox, all(), FlagChange::Remove, Flags::NONE, &["more"]), Ok(1), "it makes none");
        assert_eq!(fixture.items(inbox)[0].flags.keywords().count(), usize::from(limits::KEYWORDS_MAX));
    }

    fn keywords_that_are_replaced_make_room_for_those_instead(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        (0..2).for_each(|_| { fixture.append(inbox, Flags::NONE); });
        let one = |uid| UidSet::range(uid, uid);
        let names = |round: usize, count: u8| -> Vec<String> {
            (0..count).map(|number| format!("r{round}-{number}")).collect()
        };
        fn words(names: &[String]) -> Vec<&str> {
            names.iter().map(String::as_str).collect()
        }
        let has = |uid: usize| {
            let (organization, mailbox) = (fixture.organization, fixture.mailbox);
            let known = fixture.read(move |read| Keywords::of(read, organization, mailbox)).unwrap();
            let flags = fixture.items(inbox)[uid - 1].flags;
            let mut names: Vec<String> = flags.keywords().map(|it| known.name(it).unwrap().to_owned()).collect();
            names.sort_unstable();
            names
        };
        let sorted = |mut names: Vec<String>| {
            names.sort_unstable();
            names
        };
        flag(&fixture, inbox, one(2), FlagChange::Set, Flags::NONE, &["other"]).unwrap();
        let room = limits::KEYWORDS_MAX - 1;
        for round in 0..4 {
            // The same bits for other names each time, and what stays is the same name.
            let mut wanted = names(round, room - 1);
            wanted.push("stays".to_owned());
            let stored = flag(&fixture, inbox, one(1), FlagChange::Set, Flags::NONE, &words(&wanted));
            assert_eq!(stored, Ok(1), "round {round}");
            assert_eq!(has(1), sorted(wanted), "round {round}");
            assert_eq!(has(2), ["other"]);
        }
        let more = flag(&fixture, inbox, one(1), FlagChange::Set, Flags::NONE, &words(&names(5, room + 1)));
        assert!(matches!(more, Err(MailError::Limit(_))), "another message has one: {more:?}");
        assert_eq!(has(1).len(), usize::from(room), "nothing is given up for nothing");
        // One that was changed since keeps what it has.
        let since = fixture.items(inbox)[1].mod_seq();
        let wanted = names(6, 2);
        let stored = fixture.change(move |mail| {
            store_flags(mail, inbox, &all(), FlagChange::Set, (Flags::NONE, &wanted), Some(since))
        });
        assert!(matches!(stored, Err(MailError::Limit(_))), "{stored:?}");
        let among = FlagChange::SetAmong(Flags::KEYWORDS);
        assert_eq!(flag(&fixture, inbox, all(), among, Flags::NONE, &words(&names(7, room + 1))), Ok(2));
        assert_eq!((has(1), has(2)), (sorted(names(7, room + 1)), sorted(names(7, room + 1))));
        let holds = postroom_mailbox::invariants::compare(fixture.mailboxes.store(), fixture.organization, false);
        assert_eq!(holds.unwrap(), []);
    }

    fn keywords_that_nothing_has_make_room_for_others(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::NONE);
        fixture.append(inbox, Flags::NONE);
        let one = |uid| UidSet::range(uid, uid);
        flag(&fixture, inbox, one(1), FlagChange::Add, Flags::NONE, &["Kept"]).unwrap();
        flag(&fixture, inbox, one(2), FlagChange::Add, Flags::NONE, &["Expunged"]).unwrap();
        fixture.change(move |mail| expunge(mail, inbox, &one(2), false)).unwrap();
        let named = |fixture: &Fixture| {
            let (organization, mailbox) = (fixture.organization, fixture.mailbox);
            let known = fixture.read(move |read| Keywords::of(read, organization, mailbox)).unwrap();
            let has = |item: &postroom_mailbox::Item| item.flags.keywords().map(|it| known.name(it).unwrap().to_owned()).collect::<Vec<_>>();
            (fixture.items(inbox).iter().map(has).collect::<Vec<_>>(), known)
        };
        // Three times as many names come and go: one, two, and as many as there is room for at a time.
        let room = usize::from(limits::KEYWORDS_MAX) - 2;
        for (round, count) in [1, 2, room, room, 1, room].into_iter().enumerate() {
            flag(&fixture, inbox, all(), FlagChange::Set, Flags::NONE, &["kept"]).unwrap();
            let names: Vec<String> = (0..count).map(|number| format!("r{round}-{number}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            assert_eq!(flag(&fixture, inbox, all(), FlagChange::Add, Flags::NONE, &names), Ok(1), "round {round}");
            let (mut found, known) = named(&fixture);
            assert!(known.names().count() <= usize::from(limits::KEYWORDS_MAX));
            assert!(known.flag("expunged").is_some(), "what can be recovered has it");
            found[0].sort_unstable();
            let mut expected: Vec<&str> = names.into_iter().chain(["Kept"]).collect();
            expected.sort_unstable();
            assert_eq!(found, [expected], "round {round}");
        }
        // What is in use is not given up, whether it was before this transaction or only since.
        let refused = flag(&fixture, inbox, all(), FlagChange::Add, Flags::NONE, &["more"]);
        assert!(matches!(refused, Err(MailError::Limit(_))));
        let (message, names) = (fixture.message("new"), ["one".to_owned()]);
        let in_one = fixture.change(move |mail| {
            store_flags(mail, inbox, &all(), FlagChange::Set, (Flags::NONE, &[]), None)?;
            let flags = postroom_mailbox::keywords_of(mail, &names)?;
            let others: Vec<String> = (0..room + 1).map(|number| format!("o{number}")).collect();
            let refused = postroom_mailbox::keywords_of(mail, &others);
            assert!(matches!(refused, Err(MailError::Limit(_))), "one of them is looked up already");
            append(mail, inbox, &message, flags, Timestamp::from_seconds(1))
        });
        assert_eq!(in_one, Ok(3));
        assert_eq!(named(&fixture).0, [Vec::<String>::new(), vec!["one".to_owned()]]);
        let holds = postroom_mailbox::invariants::compare(fixture.mailboxes.store(), fixture.organization, false);
        assert_eq!(holds.unwrap(), []);
    }

    fn who_changed_it_since_is_left_alone(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::NONE);
        fixture.append(inbox, Flags::NONE);
        let since = fixture.items(inbox)[1].mod_seq();
        flag(&fixture, inbox, UidSet::range(1, 1), FlagChange::Add, Flags::SEEN, &[]).unwrap();
        let stored = fixture.change(move |mail| {
            store_flags(mail, inbox, &all(), FlagChange::Add, (Flags::FLAGGED, &[]), Some(since))
        });
        let stored = stored.unwrap();
        assert_eq!((stored.modified, stored.items.len(), stored.items[0].uid), (UidSet::range(1, 1), 1, 2));
    }

    fn a_copy_shares_the_content_and_a_move_keeps_the_item(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        fixture.append(inbox, Flags::SEEN);
        fixture.append(inbox, Flags::NONE);
        let first = fixture.items(inbox).remove(0);
        assert_eq!(fixture.change(move |mail| copy(mail, inbox, &UidSet::range(1, 1), archive)), Ok(vec![(1, 1)]));
        let copied = fixture.items(archive).remove(0);
        assert_eq!((copied.content, copied.thread, copied.flags), (first.content, first.thread, first.flags));
        assert!(copied.item != first.item && copied.email != first.email);
        let moved = fixture.change(move |mail| relocate(mail, inbox, &all(), archive));
        assert_eq!(moved, Ok(vec![(1, 2), (2, 3)]));
        assert!(fixture.items(inbox).is_empty() && fixture.live(inbox).is_empty());
        let there = fixture.items(archive);
        assert_eq!((there[1].item, there[1].email), (first.item, first.email));
        let folder = fixture.folder(archive).unwrap();
        assert_eq!((folder.items_count, folder.unread_count), (3, 1));
        let nowhere = fixture.change(move |mail| relocate(mail, archive, &all(), FolderKey(999)));
        assert_eq!(nowhere, Err(MailError::FolderNotFound));
        assert_eq!(fixture.items(archive).len(), 3, "nothing is lost");
    }

    fn copies_are_taken_back_and_nothing_else(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        for _ in 0..3 {
            fixture.append(inbox, Flags::NONE);
        }
        let before = (fixture.items(inbox), fixture.row().size_bytes);
        fixture.change(move |mail| copy(mail, inbox, &all(), archive)).unwrap();
        fixture.change(move |mail| expunge(mail, archive, &UidSet::range(2, 2), false)).unwrap();
        fixture.change(move |mail| withdraw(mail, archive, &all())).unwrap();
        assert_eq!((fixture.items(inbox), fixture.row().size_bytes), before);
        assert_eq!((fixture.items(archive), fixture.live(archive)), (Vec::new(), UidSet::default()));
        let kept = fixture.items(fixture.role(Role::Recoverable).key);
        assert_eq!(kept.len(), 1, "what somebody expunged before is kept, the others are not");
        for item in before.0 {
            let body = block_on(fixture.mailboxes.body(fixture.organization, fixture.mailbox, item.content));
            assert!(body.unwrap().is_some());
        }
        let holds = postroom_mailbox::invariants::compare(fixture.mailboxes.store(), fixture.organization, false);
        assert_eq!(holds.unwrap(), []);
    }

    fn a_full_mailbox_takes_no_more(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.admin.write(|tx| postroom_mailbox::ops::update_mailbox_quota(tx, "alice", 1)).unwrap();
        let large = block_on(fixture.mailboxes.prepare(fixture.organization, vec![b'x'; 600 * 1024])).unwrap();
        let add = move |message: postroom_mailbox::Prepared| {
            move |mail: &mut postroom_mailbox::MailTx<'_, '_>| append(mail, inbox, &message, Flags::DELETED, Timestamp::from_seconds(1))
        };
        assert_eq!(fixture.change(add(large.clone())), Ok(1));
        let full = Err(MailError::QuotaExceeded { quota_bytes: 1024 * 1024 });
        assert_eq!(fixture.change(add(large.clone())), full);
        let twice = fixture.change(move |mail| copy(mail, inbox, &all(), inbox));
        assert_eq!(twice.map(|_| 0), full);
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        assert_eq!(fixture.change(add(large)), Ok(2), "what is expunged leaves room");
    }

    fn a_detached_mailbox_is_gone(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.admin.write(|tx| postroom_mailbox::ops::deregister_from_workmail(tx, "alice")).unwrap();
        let refused = fixture.change(move |mail| expunge(mail, inbox, &all(), true));
        assert_eq!(refused, Err(MailError::MailboxGone));
    }
}
