//! What is expunged can be had back for a while; what nobody wants back is removed.

use std::sync::Arc;
use std::time::Duration;

use postroom_mailbox::folders::{create_folder, delete_folder};
use postroom_mailbox::invariants::compare;
use postroom_mailbox::items::{copy, expunge, recover};
use postroom_mailbox::ops::{
    Registration, deregister_from_workmail, register_to_workmail, update_mailbox_quota,
};
use postroom_mailbox::{
    Flags, FolderKey, MailError, MailboxEpoch, MailboxSweep, Role, UidSet, limits, schema,
};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Place, Statement, StoreError, on_both_engines, parameters};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn all() -> UidSet {
    UidSet::range(1, 10_000)
}

/// A store whose clock the test moves.
fn begin(store: &mut TestStore) -> (Arc<ManualClock>, Fixture) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
    store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
    (clock, Fixture::new(store))
}

fn sweep(fixture: &Fixture) {
    let jobs = Jobs::new(fixture.mailboxes.store().clone());
    let sweep = MailboxSweep::new(jobs.clone(), fixture.mailboxes.keyring().clone());
    block_on(sweep.begin()).unwrap();
    let runner = sweep.register_jobs(Runner::new(&jobs, RunnerOptions::default()));
    block_on(runner.run_due()).unwrap();
}

/// Rows of the organization's mailboxes in `table`.
fn rows(fixture: &Fixture, table: &str) -> i64 {
    let text = format!("SELECT COUNT(*) FROM {table} WHERE organization = $1");
    let statement: &'static Statement = Box::leak(Box::new(Statement::new(text.leak())));
    let (key, place) = (fixture.organization.0, Place::Organization(fixture.organization));
    let counted = fixture.mailboxes.store().read_blocking::<_, StoreError, _>(place, |read| {
        Ok(read.query_first(statement, parameters![key])?.unwrap().take::<i64>(0))
    });
    counted.unwrap()
}

fn holds(fixture: &Fixture) {
    assert_eq!(compare(fixture.mailboxes.store(), fixture.organization, false).unwrap(), []);
}

on_both_engines! { modules();
    fn what_was_expunged_goes_back_to_where_it_was(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, recoverable) = (fixture.inbox(), fixture.role(Role::Recoverable).key);
        let work = fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Work")).unwrap();
        let gone = fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Gone")).unwrap();
        for folder in [inbox, work, gone] {
            fixture.append(folder, Flags::DELETED.with(Flags::FLAGGED));
        }
        let before = fixture.row().size_bytes;
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        fixture.change(move |mail| expunge(mail, work, &all(), true)).unwrap();
        assert_eq!(fixture.change(move |mail| delete_folder(mail, gone)), Ok(true));
        assert_eq!(fixture.row().size_bytes, 0);
        let recovered = fixture.change(|mail| recover(mail, &all())).unwrap();
        let places: Vec<_> = recovered.iter().map(|one| (one.was, one.folder, one.uid)).collect();
        assert_eq!(places, [(1, inbox, 2), (2, work, 2), (3, inbox, 3)]);
        assert_eq!(fixture.items(recoverable), []);
        assert!(fixture.items(inbox).iter().all(|item| item.flags == Flags::FLAGGED && item.expunged_from.is_none()));
        assert_eq!(fixture.row().size_bytes, before);
        assert_eq!(fixture.folder(work).unwrap().items_count, 1);
        assert_eq!(fixture.change(|mail| recover(mail, &all())), Ok(Vec::new()));
        holds(&fixture);
    }

    fn a_full_mailbox_recovers_nothing(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let text = vec![b'x'; 700 * 1024];
        let message = block_on(fixture.mailboxes.prepare(fixture.organization, &text[..])).unwrap();
        fixture.admin.write(|tx| update_mailbox_quota(tx, "alice", 1)).unwrap();
        let put = move |mail: &mut postroom_mailbox::MailTx<'_, '_>| {
            postroom_mailbox::items::append(mail, inbox, &message, Flags::DELETED, Timestamp::from_seconds(1))
        };
        fixture.change(put.clone()).unwrap();
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        fixture.change(put).unwrap();
        let refused = fixture.change(|mail| recover(mail, &all()));
        assert_eq!(refused, Err(MailError::QuotaExceeded { quota_bytes: 1024 * 1024 }));
        assert_eq!(fixture.folder(inbox).unwrap().items_count, 1);
        holds(&fixture);
    }

    fn what_was_expunged_is_removed_after_its_time_and_not_before(store: &mut TestStore) {
        let (clock, fixture) = begin(store);
        let (inbox, recoverable) = (fixture.inbox(), fixture.role(Role::Recoverable).key);
        let archive = fixture.role(Role::Archive).key;
        // More than one transaction removes.
        let many = u32::try_from(limits::ROWS_PER_SWEEP).unwrap() + 3;
        let message = fixture.message("hello");
        fixture.change(move |mail| {
            (0..many).try_for_each(|_| {
                postroom_mailbox::items::append(mail, inbox, &message, Flags::DELETED, Timestamp::from_seconds(1)).map(drop)
            })
        }).unwrap();
        fixture.change(move |mail| copy(mail, inbox, &UidSet::range(1, 1), archive)).unwrap();
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        clock.advance(limits::RECOVERABLE_KEPT);
        fixture.append(inbox, Flags::DELETED);
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        sweep(&fixture);
        assert_eq!(fixture.items(recoverable).len(), many as usize + 1);
        clock.advance(DAY);
        sweep(&fixture);
        let left = fixture.items(recoverable);
        assert_eq!(left.iter().map(|item| item.uid).collect::<Vec<_>>(), [many + 1]);
        assert_eq!((rows(&fixture, "contents"), rows(&fixture, "bodies")), (2, 2), "one is shared with the archive");
        let kept = fixture.items(archive).remove(0).content;
        assert!(block_on(fixture.mailboxes.body(fixture.organization, fixture.mailbox, kept)).unwrap().is_some());
        holds(&fixture);
    }

    fn what_was_expunged_is_kept_up_to_the_quota(store: &mut TestStore) {
        let (_clock, fixture) = begin(store);
        let (inbox, recoverable) = (fixture.inbox(), fixture.role(Role::Recoverable).key);
        fixture.admin.write(|tx| update_mailbox_quota(tx, "alice", 1)).unwrap();
        let message = |kib: usize| {
            block_on(fixture.mailboxes.prepare(fixture.organization, vec![b'x'; kib * 1024])).unwrap()
        };
        let append_and_expunge = |kib: usize, count: usize| {
            let message = message(kib);
            let put = fixture.change(move |mail| {
                (0..count).try_for_each(|_| {
                    postroom_mailbox::items::append(mail, inbox, &message, Flags::NONE, Timestamp::from_seconds(1)).map(drop)
                })
            });
            put.unwrap();
            fixture.change(move |mail| expunge(mail, inbox, &UidSet::range(1, 100_000), false)).unwrap();
        };
        let kept = || fixture.items(recoverable).iter().map(|item| (item.uid, item.size_bytes / 1024)).collect::<Vec<_>>();
        append_and_expunge(300, 3);
        assert_eq!(kept(), [(1, 300), (2, 300), (3, 300)]);
        append_and_expunge(124, 1);
        assert_eq!(kept().len(), 4, "all of the quota is as much as it may be");
        append_and_expunge(1, 1);
        assert_eq!(kept(), [(2, 300), (3, 300), (4, 124), (5, 1)], "the oldest goes first");
        for _ in 0..20 {
            append_and_expunge(500, 2);
        }
        assert_eq!(kept(), [(44, 500), (45, 500)]);
        assert_eq!((rows(&fixture, "contents"), rows(&fixture, "bodies")), (2, 2));
        holds(&fixture);
        // A quota that is made smaller is kept by the sweep, in as many transactions as it takes.
        fixture.admin.write(|tx| update_mailbox_quota(tx, "alice", 3)).unwrap();
        let many = usize::try_from(limits::ROWS_PER_READ).unwrap() + 5;
        append_and_expunge(1, many);
        append_and_expunge(1, many);
        fixture.admin.write(|tx| update_mailbox_quota(tx, "alice", 1)).unwrap();
        sweep(&fixture);
        assert_eq!(fixture.folder(recoverable).unwrap().size_bytes, 1024 * 1024);
        holds(&fixture);
    }

    fn the_log_goes_back_sixty_days(store: &mut TestStore) {
        let (clock, fixture) = begin(store);
        let inbox = fixture.inbox();
        for _ in 0..3 {
            fixture.append(inbox, Flags::DELETED);
        }
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        let old = fixture.changes(inbox, 1).unwrap().sequence;
        sweep(&fixture);
        clock.advance(Duration::from_secs(1_000));
        fixture.append(inbox, Flags::NONE);
        clock.advance(limits::LOG_KEPT.saturating_sub(DAY));
        sweep(&fixture);
        assert!(fixture.changes(inbox, 1).is_some(), "it is kept as long as promised");
        assert_eq!(rows(&fixture, "tombstones"), 6, "recoverable items went too");
        clock.advance(DAY);
        sweep(&fixture);
        assert_eq!(fixture.changes(inbox, old - 1), None, "who was away longer reads everything anew");
        let since = fixture.changes(inbox, old).unwrap();
        assert_eq!(since.created, UidSet::range(4, 4));
        // The tombstones of the recoverable items are young.
        assert_eq!((rows(&fixture, "tombstones"), rows(&fixture, "change_log")), (3, 2));
        holds(&fixture);
    }

    fn of_a_folder_in_which_nothing_happened_no_log_is_needed(store: &mut TestStore) {
        let (clock, fixture) = begin(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        fixture.append(archive, Flags::NONE);
        let known = fixture.folder(archive).unwrap().content_sequence;
        for _ in 0..3 {
            fixture.append(inbox, Flags::NONE);
        }
        sweep(&fixture);
        clock.advance(limits::LOG_KEPT + DAY);
        sweep(&fixture);
        assert_eq!(fixture.changes(inbox, known), None, "there is no log of it any more");
        let since = fixture.changes(archive, known).expect("it is as it was");
        assert!(since.is_empty() && !since.more && since.sequence > known);
        assert_eq!(fixture.changes(archive, known - 1), None, "before that, something happened");
        fixture.append(archive, Flags::NONE);
        assert_eq!(fixture.changes(archive, known), None, "and now something did again");
        assert_eq!(fixture.changes(archive, since.sequence).unwrap().created, UidSet::range(2, 2));
    }

    fn a_mailbox_that_nobody_wanted_back_is_erased(store: &mut TestStore) {
        let (clock, fixture) = begin(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::DELETED);
        fixture.change(move |mail| {
            postroom_mailbox::keywords_of(mail, &["Work".to_owned()]).map(drop)
        }).unwrap();
        fixture.change(move |mail| expunge(mail, inbox, &all(), true)).unwrap();
        fixture.append(inbox, Flags::NONE);
        sweep(&fixture);
        fixture.admin.write(|tx| deregister_from_workmail(tx, "alice")).unwrap();
        clock.advance(limits::DETACHED_KEPT);
        sweep(&fixture);
        assert_eq!(rows(&fixture, "items"), 2, "it is kept as long as promised");
        clock.advance(DAY * 2);
        let registration = Registration {
            email: postroom_directory::testing::address("alice@example.com"),
            epoch: MailboxEpoch::mint([8; 8]),
            at: None,
            provisioned_at: None,
        };
        fixture.admin.write(move |tx| register_to_workmail(tx, "alice", &registration)).unwrap();
        sweep(&fixture);
        let kept = |table: &str| match table {
            "mailboxes" | "mailbox_keys" | "log_marks" => 1,
            "folders" => 7,
            _ => 0,
        };
        for table in schema::ORGANIZATION.tables {
            assert_eq!(rows(&fixture, table), kept(table), "{table}: only the new mailbox is left");
        }
        holds(&fixture);
    }
}
