//! Large bodies: blobs beside the rows, read in part, collected in time.

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::fsck::Look;
use postroom_mailbox::{Flags, FolderKey, MailError, MailboxSweep, Role, check_blobs, items};
use postroom_store::jobs::Jobs;
use postroom_store::seal::Keyring;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    Clock as _, ManualClock, Options, Place, Random as _, Statement, StoreError, SystemRandom, Tx, parameters,
};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

const LARGE: usize = 3 * 1024 * 1024 / 2;

/// A message that is large and cannot be made smaller.
fn large() -> Vec<u8> {
    let mut message = b"Subject: large\r\nMessage-ID: <large@example.com>\r\n\r\n".to_vec();
    let head = message.len();
    message.resize(LARGE, 0);
    SystemRandom.fill(&mut message[head..]);
    message
}

fn append(fixture: &Fixture, folder: FolderKey, message: &[u8]) -> i64 {
    let ready = block_on(fixture.mailboxes.prepare(fixture.organization, message)).unwrap();
    let at = Timestamp::from_seconds(1_000);
    let uid = fixture.change(move |mail| items::append(mail, folder, &ready, Flags::NONE, at)).unwrap();
    fixture.items(folder).into_iter().find(|item| item.uid == uid).unwrap().content
}

fn body(fixture: &Fixture, content: i64) -> Option<Vec<u8>> {
    block_on(fixture.mailboxes.body(fixture.organization, fixture.mailbox, content)).unwrap()
}

/// How many blobs there are.
fn blobs(store: &TestStore, fixture: &Fixture) -> usize {
    store.blobs().page(fixture.organization, None).unwrap().len()
}

fn sweep(store: &TestStore, fixture: &Fixture) -> MailboxSweep {
    MailboxSweep::new(Jobs::new((**store).clone()), fixture.mailboxes.keyring().clone())
}

postroom_store::on_both_engines! { modules();
    fn a_large_body_is_a_blob_and_read_in_part(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let message = large();
        let content = append(&fixture, inbox, &message);
        assert_eq!(blobs(store, &fixture), 1);
        assert_eq!(body(&fixture, content).as_deref(), Some(&message[..]));
        for range in [0..10, 70_000..70_001, 1_000_000..1_200_000, LARGE as u64 - 1..u64::MAX, u64::MAX - 1..u64::MAX] {
            let part = fixture.mailboxes.body_part(fixture.organization, fixture.mailbox, content, range.clone());
            let part = block_on(part).unwrap().unwrap();
            let (from, to) = (range.start.min(LARGE as u64), range.end.min(LARGE as u64));
            let end = part.offset + part.bytes.len() as u64;
            assert!(part.offset <= from && to <= end, "{range:?}: {}..{end}", part.offset);
            assert_eq!(part.bytes, message[part.offset as usize..end as usize]);
            assert!(part.bytes.len() as u64 <= to - from + 2 * 65_536, "{range:?}: more than its frames");
        }
    }

    fn copies_share_the_blob_and_small_bodies_have_none(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.append(inbox, Flags::NONE);
        assert_eq!(blobs(store, &fixture), 0);
        append(&fixture, inbox, &large());
        let (sent, all) = (fixture.role(Role::Sent).key, fixture.live(inbox));
        fixture.change(move |mail| items::copy(mail, inbox, &all, sent)).unwrap();
        assert_eq!(blobs(store, &fixture), 1);
        let copied = fixture.items(sent).pop().unwrap();
        assert_eq!(body(&fixture, copied.content).map(|body| body.len()), Some(LARGE));
    }

    fn what_was_prepared_and_never_stored_is_collected_after_a_day(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(store.clock().now()));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let ready = block_on(fixture.mailboxes.prepare(fixture.organization, large())).unwrap();
        let kept = append(&fixture, inbox, &large());
        assert_eq!(blobs(store, &fixture), 2);
        // Not stored in time, it is refused: the collector counts on that.
        clock.advance(Duration::from_secs(2 * 60 * 60));
        let at = Timestamp::from_seconds(1_000);
        let late = fixture.change(move |mail| items::append(mail, inbox, &ready, Flags::NONE, at));
        assert!(matches!(late, Err(MailError::Store(StoreError::Unavailable { .. }))), "{late:?}");
        for (hours, left) in [(0, 2), (23, 2), (23, 2), (2, 1), (48, 1)] {
            clock.advance(Duration::from_secs(hours * 60 * 60));
            block_on(sweep(store, &fixture).collect(fixture.organization)).unwrap();
            assert_eq!(blobs(store, &fixture), left, "after {hours} more hours");
        }
        assert_eq!(body(&fixture, kept).map(|body| body.len()), Some(LARGE));
    }

    fn a_purged_body_is_collected_a_day_later(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(store.clock().now()));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        append(&fixture, inbox, &large());
        let all = fixture.live(inbox);
        fixture.change(move |mail| items::expunge(mail, inbox, &all, false)).unwrap();
        clock.advance(Duration::from_secs(40 * 24 * 60 * 60));
        let now = clock.now();
        assert_eq!(fixture.change(move |mail| items::purge(mail, now)).unwrap(), 1);
        for (hours, left) in [(0, 1), (23, 1), (2, 0)] {
            clock.advance(Duration::from_secs(hours * 60 * 60));
            block_on(sweep(store, &fixture).collect(fixture.organization)).unwrap();
            assert_eq!(blobs(store, &fixture), left, "after {hours} more hours");
        }
    }

    fn a_damaged_or_missing_blob_is_told_and_nothing_false_is_read(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let content = append(&fixture, fixture.inbox(), &large());
        let found = store.blobs().page(fixture.organization, None).unwrap();
        let (blobs, id) = (store.blobs(), found[0].id);
        let mut bytes = blobs.read_blocking(fixture.organization, id, 0..u64::MAX).unwrap().unwrap();
        assert_eq!(bytes.len() as u64, found[0].size_bytes);
        bytes[500] ^= 1;
        blobs.remove_blocking(fixture.organization, id).unwrap();
        let read = || block_on(fixture.mailboxes.body(fixture.organization, fixture.mailbox, content));
        assert!(matches!(read(), Err(MailError::Damaged(_))));
        blobs.put_blocking(fixture.organization, id, &bytes).unwrap();
        assert!(matches!(read(), Err(MailError::Damaged(_))));
    }

    fn a_process_that_dies_between_put_and_commit_leaves_a_blob_and_nothing_else(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let ready = block_on(fixture.mailboxes.prepare(fixture.organization, large())).unwrap();
        store.cut_after(0);
        let at = Timestamp::from_seconds(1_000);
        let cut = fixture.change(move |mail| items::append(mail, inbox, &ready, Flags::NONE, at));
        assert!(matches!(cut, Err(MailError::Store(StoreError::Unavailable { .. }))), "{cut:?}");
        assert!(store.was_cut());
        store.reopen();
        let (organization, key) = (fixture.organization, fixture.master_key());
        let [left] = store.blobs().page(organization, None).unwrap()[..] else { panic!("one blob") };
        let keyring = block_on(Keyring::open_with_file((**store).clone(), &key)).unwrap();
        let key = block_on(keyring.data_key(Place::Organization(organization))).unwrap();
        let check = |store: &TestStore, repair| {
            check_blobs(store, organization, Some(&key), Look { repair, read_bodies: true }).unwrap()
        };
        // Young, it may be on its way; old, it was left.
        assert_eq!(check(store, true), []);
        let later = ManualClock::at(left.put_at);
        later.advance(Duration::from_secs(25 * 60 * 60));
        store.reopen_with(Options { clock: Arc::new(later), ..store.options() });
        for (repair, repaired) in [(false, [false].as_slice()), (true, &[true]), (false, &[])] {
            let found: Vec<bool> = check(store, repair).iter().map(|finding| finding.repaired).collect();
            assert_eq!(found, repaired);
        }
        assert_eq!(store.blobs().page(organization, None).unwrap(), []);
    }

    fn fsck_tells_a_blob_that_is_missing_or_another(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        append(&fixture, fixture.inbox(), &large());
        append(&fixture, fixture.inbox(), &large());
        let organization = fixture.organization;
        let key = block_on(fixture.mailboxes.data_key(organization)).unwrap();
        let check = |read_bodies| {
            let look = Look { repair: false, read_bodies };
            let found = check_blobs(store, organization, Some(&key), look).unwrap();
            found.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
        };
        assert_eq!(check(true), Vec::<String>::new());
        let (blobs, id) = (store.blobs(), store.blobs().page(organization, None).unwrap()[0].id);
        let bytes = blobs.read_blocking(organization, id, 0..u64::MAX).unwrap().unwrap();
        for (changed, expected) in [
            ([&bytes[..100], &[bytes[100] ^ 1], &bytes[101..]].concat(), "does not open"),
            (bytes[..bytes.len() - 1].to_vec(), "another size"),
            (Vec::new(), "is not there"),
        ] {
            blobs.remove_blocking(organization, id).unwrap();
            if !changed.is_empty() {
                blobs.put_blocking(organization, id, &changed).unwrap();
            }
            let [found] = &check(true)[..] else { panic!("one finding") };
            assert!(found.contains(expected) && found.contains(&id.to_string()), "{found}");
        }
        static RENAME: Statement = Statement::new("UPDATE bodies SET blob_id = $1 WHERE blob_id = $2");
        let rename = move |tx: &mut Tx<'_>| tx.execute(&RENAME, parameters![&[7_u8][..], id.as_bytes()]);
        store.write_blocking::<_, StoreError, _>(Place::Organization(organization), rename).unwrap();
        let found = check(true);
        assert!(found.len() == 1 && found[0].contains("cannot be a blob"), "{found:?}");
    }
}
