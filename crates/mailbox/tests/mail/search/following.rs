//! The index follows the messages.

use std::sync::Arc;

use postroom_mailbox::items::{copy, expunge, relocate};
use postroom_mailbox::search::{
    Field, TextQuery, check, complete, items_with_contents, matching, matching_uids,
};
use postroom_mailbox::{MailError, Place as FolderPlace, Role, UidSet, limits};
use postroom_store::backup::{Archive, write_archive};
use postroom_store::seal::Keyring;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Statement, StoreError, on_both_engines, parameters};
use postroom_types::OrganizationKey;

use crate::fixture::{Fixture, modules};
use crate::search::support::{any, field, not, prefix};

fn all() -> UidSet {
    UidSet::range(1, 1_000)
}

static DELETE_CONTENT: Statement =
    Statement::new("DELETE FROM contents WHERE organization = $1 AND mailbox = $2 AND content = $3");
static DELETE_BODIES: Statement =
    Statement::new("DELETE FROM bodies WHERE organization = $1 AND mailbox = $2 AND content = $3");
static EMPTY_INDEX: Statement = Statement::new(postroom_store::per_engine! {
    sqlite: "INSERT INTO search_index (search_index) SELECT 'delete-all' WHERE $1 > 0",
    postgres: "DELETE FROM search_index WHERE organization = $1",
});
/// What SQLite keeps beside the index.
static EMPTY_PENDING: Statement = Statement::new(postroom_store::per_engine! {
    sqlite: "DELETE FROM search_pending WHERE $1 > 0",
    postgres: "DELETE FROM search_index WHERE organization = $1",
});

fn empty_index(fixture: &Fixture) {
    let organization = fixture.organization;
    let (store, place) = (fixture.mailboxes.store(), Place::Organization(organization));
    let emptied: Result<u64, StoreError> =
        store.write_blocking(place, move |tx| tx.execute(&EMPTY_PENDING, parameters![organization.0]));
    emptied.unwrap();
    if store.is_embedded() {
        let key = parameters![organization.0];
        store.index_blocking(place, |index| index.write(|tx| tx.execute(&EMPTY_INDEX, key))).unwrap();
    }
    assert_eq!(fixture.contents(&any("")), Ok(Vec::new()));
}

on_both_engines! { modules();
    fn copies_moves_and_what_is_expunged(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        fixture.deliver_text(inbox, "tea", "one");
        fixture.deliver_text(inbox, "tea", "two");
        fixture.change(move |mail| copy(mail, inbox, &all(), archive)).unwrap();
        fixture.change(move |mail| copy(mail, inbox, &UidSet::range(2, 2), inbox)).unwrap();
        let tea = any("tea");
        assert_eq!((fixture.found(inbox, &tea), fixture.found(archive, &tea)), (vec![1, 2, 3], vec![1, 2]));
        let contents = fixture.contents(&tea).unwrap();
        assert_eq!(contents.len(), 2, "copies share their content");
        fixture.change(move |mail| relocate(mail, inbox, &UidSet::range(1, 1), archive)).unwrap();
        assert_eq!((fixture.found(inbox, &tea), fixture.found(archive, &any("one"))), (vec![2, 3], vec![1, 3]));
        fixture.change(move |mail| expunge(mail, inbox, &all(), false)).unwrap();
        assert_eq!(fixture.found(inbox, &tea), [0; 0]);
        assert_eq!(fixture.found(fixture.role(Role::Recoverable).key, &tea), [1, 2]);
        let (organization, mailbox) = (fixture.organization, fixture.mailbox);
        let with = contents.clone();
        let items = fixture.read(move |read| items_with_contents(read, organization, mailbox, &with)).unwrap();
        let of = |content: i64| items.iter().filter(|(_, item)| item.content == content).map(|(folder, item)| (*folder, item.uid)).collect::<Vec<_>>();
        let recoverable = fixture.role(Role::Recoverable).key;
        assert_eq!(of(contents[0]), [(archive, 1), (archive, 3)]);
        let mut second = vec![(archive, 2), (recoverable, 1), (recoverable, 2)];
        second.sort();
        assert_eq!(of(contents[1]), second);
        assert_eq!(items.len(), 5);
    }

    fn terms_go_with_the_content(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        for subject in ["tea", "tea", "milk"] {
            fixture.deliver_text(inbox, subject, "");
        }
        let contents = fixture.contents(&any("")).unwrap();
        let (organization, mailbox, gone) = (fixture.organization, fixture.mailbox, contents[1]);
        fixture
            .mailboxes
            .store()
            .write_blocking::<_, StoreError, _>(Place::Organization(organization), move |tx| {
                tx.execute(&DELETE_CONTENT, parameters![organization.0, mailbox.0, gone])
            })
            .unwrap();
        assert_eq!(fixture.contents(&any("")), Ok(vec![contents[0], contents[2]]));
        assert_eq!(fixture.contents(&any("tea")), Ok(vec![contents[0]]));
    }

    /// SQLite's index takes terms in by the dozen: nothing is found twice or not at all in between.
    fn terms_are_found_before_and_after_they_join_the_index(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let (organization, mailbox) = (fixture.organization, fixture.mailbox);
        let mut wanted: Vec<i64> = Vec::new();
        for number in 1..=40 {
            fixture.deliver_text(inbox, "tea and teapots", &format!("number{number}"));
            let mut all = fixture.contents_now(&any("")).unwrap();
            assert_eq!(all.len(), wanted.len() + 1, "{number}");
            if number % 7 == 0 {
                // One that waits, and then one that has joined.
                let gone = all.remove(if number % 2 == 0 { all.len() - 1 } else { 0 });
                let delete = move |tx: &mut postroom_store::Tx<'_>| {
                    tx.execute(&DELETE_CONTENT, parameters![organization.0, mailbox.0, gone])
                };
                let deleted: Result<u64, StoreError> =
                    fixture.mailboxes.store().write_blocking(Place::Organization(organization), delete);
                assert_eq!(deleted.unwrap(), 1);
            }
            wanted = all;
            if number % 5 == 0 {
                fixture.join();
            }
            assert_eq!(fixture.contents_now(&any("tea")).unwrap(), wanted, "{number}");
            assert_eq!(fixture.contents_now(&prefix("teap")).unwrap(), wanted, "{number}");
            assert_eq!(fixture.contents_now(&any("teap")), Ok(Vec::new()), "{number}");
            assert_eq!(fixture.contents_now(&field(Field::Subject, "and")).unwrap(), wanted, "{number}");
            assert_eq!(fixture.contents_now(&field(Field::Body, "tea")), Ok(Vec::new()), "{number}");
            let this = fixture.contents_now(&any(&format!("number{number}"))).unwrap();
            let others = fixture.contents_now(&not(any(&format!("number{number}")))).unwrap();
            assert_eq!(this.len() + others.len(), wanted.len(), "{number}");
        }
    }

    fn answers_come_in_pages(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        (0..7).for_each(|_| { fixture.deliver_text(inbox, "tea", ""); });
        let (organization, mailbox) = (fixture.organization, fixture.mailbox);
        let whole = fixture.contents(&any("tea")).unwrap();
        let (mut pages, mut after) = (Vec::new(), 0);
        loop {
            let key = fixture.key();
            let page = fixture.read(move |read| matching(read, &key, organization, mailbox, &any("tea"), after, 3)).unwrap();
            let Some(last) = page.last() else { break };
            after = *last;
            pages.push(page);
        }
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
        assert_eq!(pages.concat(), whole);
    }

    fn more_than_a_page_of_copies_is_found(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver_text(inbox, "tea", "");
        fixture.deliver_text(inbox, "tea", "");
        // Twice as many each time.
        let rows = usize::try_from(limits::SEARCH_ROWS_MAX).unwrap();
        while fixture.live(inbox).len() <= rows as u64 + 2_000 {
            for first in (0..).step_by(limits::ITEMS_PER_WRITE).take_while(|first| *first < 2_000) {
                let slice = UidSet::range(first + 1, first + 1_000);
                fixture.change(move |mail| copy(mail, inbox, &slice, inbox)).unwrap();
            }
        }
        assert_eq!(fixture.found(inbox, &any("tea")), fixture.live(inbox).iter().collect::<Vec<_>>());
    }

    fn an_index_that_was_lost_is_made_again(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        for number in 0..120 {
            fixture.deliver_text(inbox, &format!("tea {number}"), "Grüße");
        }
        let before = (fixture.contents(&any("")).unwrap(), fixture.contents(&any("tea 77 grusse")).unwrap());
        let key = block_on(fixture.mailboxes.data_key(fixture.organization)).unwrap();
        assert_eq!(complete(store, &key, fixture.organization, &mut || Ok(())).unwrap(), 0, "nothing is missing");
        empty_index(&fixture);
        assert_eq!(complete(store, &key, fixture.organization, &mut || Ok(())).unwrap(), 120);
        let after = (fixture.contents(&any("")).unwrap(), fixture.contents(&any("tea 77 grusse")).unwrap());
        assert_eq!(before, after);
        empty_index(&fixture);
        let found = check(store, fixture.organization, None).unwrap();
        assert!(found.len() == 1 && !found[0].repaired && found[0].what.starts_with("120 "), "{found:?}");
        assert!(check(store, fixture.organization, Some(&key)).unwrap()[0].repaired);
        assert_eq!(check(store, fixture.organization, None).unwrap(), []);
        // What has no body cannot be read, and does not hold up the rest.
        empty_index(&fixture);
        let (organization, mailbox, first) = (fixture.organization, fixture.mailbox, before.0[0]);
        fixture
            .mailboxes
            .store()
            .write_blocking::<_, StoreError, _>(Place::Organization(organization), move |tx| {
                tx.execute(&DELETE_BODIES, parameters![organization.0, mailbox.0, first])
            })
            .unwrap();
        assert_eq!(complete(store, &key, organization, &mut || Ok(())).unwrap(), 119);
        let left = check(store, organization, Some(&key)).unwrap();
        assert!(left[0].what.starts_with("1 ") && !left[0].repaired, "{left:?}");
    }

    fn a_restored_mailbox_is_searched_as_before(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver_text(inbox, "tea", "Gr\u{fc}\u{df}e");
        let (place, path) = (Place::Organization(fixture.organization), fixture.master_key().with_file_name("archive"));
        let keyring = block_on(Keyring::open_with_file((**store).clone(), &fixture.master_key())).unwrap();
        write_archive(store, &keyring, place, &serde_json::Value::Null, &path).unwrap();
        let archive = Archive::open(&path, &keyring).unwrap();
        // Under another number, where no term of before would be found.
        let other = OrganizationKey(fixture.organization.0 + 40);
        block_on(store.create_organization(other)).unwrap();
        archive.load(store, &keyring, Place::Organization(other)).unwrap();
        let there = FolderPlace { organization: other, ..fixture.place(inbox) };
        let key = block_on(keyring.data_key(Place::Organization(other))).unwrap();
        let found = |query: TextQuery| {
            let key = Arc::clone(&key);
            block_on(fixture.mailboxes.read(other, move |read| matching_uids(read, &key, there, &query))).unwrap()
        };
        assert_eq!(found(any("")), UidSet::default(), "archives leave the index out");
        let mut slices = 0;
        let mut count = || { slices += 1; Ok(()) };
        postroom_mailbox::renew(store, &key, other, &mut count).unwrap();
        assert_eq!(slices, 1);
        assert_eq!((found(any("tea grusse")), found(any("milk"))), (UidSet::range(1, 1), UidSet::default()));
        block_on(store.remove_organization(other)).unwrap();
        assert_eq!(fixture.found(inbox, &any("tea")), [1]);
    }

    fn mailboxes_do_not_see_each_other(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver_text(inbox, "tea", "");
        let other = fixture.another_mailbox("bert");
        assert_ne!(other, fixture.mailbox);
        let (query, place) = (any("tea"), FolderPlace { mailbox: other, ..fixture.place(inbox) });
        let key = fixture.key();
        let found = fixture.read(move |read| {
            let contents = matching(read, &key, place.organization, place.mailbox, &query, 0, 10)?;
            Ok::<_, MailError>((contents, matching_uids(read, &key, place, &query)?))
        });
        assert_eq!(found, Ok((Vec::new(), UidSet::default())));
    }
}
