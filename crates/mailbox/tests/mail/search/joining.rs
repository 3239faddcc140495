//! Contents join SQLite's index, whatever happens between the two files.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use postroom_mailbox::items::append;
use postroom_mailbox::search::{Joined, check, join, matching, merge};
use postroom_mailbox::{Flags, MailError, MailTx, Mailboxes, limits};
use postroom_store::seal::Keyring;
use postroom_store::testing::{TestStore, block_on, on_embedded};
use postroom_store::{Engine, Place, Read, Statement, Store, StoreError, parameters};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};
use crate::search::support::any;

const AT: Timestamp = Timestamp::from_seconds(1_000);
static DELETE_CONTENTS: Statement =
    Statement::new("DELETE FROM contents WHERE organization = $1 AND content <= $2");
static SET_WRITTEN: Statement = Statement::new("UPDATE search_written SET rounds = $1");

/// A store with three messages in its index and one that waits for it.
fn on_a_store(test: impl FnOnce(&mut TestStore, Fixture)) {
    on_embedded(modules(), |store| {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        (0..3).for_each(|_| {
            fixture.deliver_text(inbox, "tea", "milk");
        });
        fixture.join();
        fixture.deliver_text(inbox, "tea", "lemon");
        test(store, fixture);
    });
}

fn round(fixture: &Fixture) -> Joined {
    join(fixture.mailboxes.store(), &fixture.key(), fixture.organization).unwrap()
}

fn joined(joined: u64, waiting: u64) -> Joined {
    Joined { joined, waiting, away: None }
}

/// The store is closed, `meanwhile` happens to the index file, and it is opened again.
fn reopen(store: &mut TestStore, fixture: &mut Fixture, meanwhile: impl FnOnce(PathBuf)) {
    let Engine::Embedded { root } = store.options().engine else { unreachable!("it is embedded") };
    let folder = root.join("organizations").join(fixture.organization.0.to_string());
    store.close();
    meanwhile(folder.join("search.db"));
    store.reopen();
    let keyring = block_on(Keyring::open_with_file((**store).clone(), &fixture.master_key())).unwrap();
    fixture.mailboxes = Mailboxes::new((**store).clone(), keyring);
}

/// Nobody is told less than there is.
fn is_refused(fixture: &Fixture) {
    let refused = fixture.contents_now(&any("tea"));
    assert!(matches!(refused, Err(MailError::Store(StoreError::Unavailable { .. }))), "{refused:?}");
}

/// Everything is found, once, and `fsck` has nothing to say.
fn is_whole(fixture: &Fixture) {
    fixture.join();
    assert_eq!(fixture.contents(&any("tea")).unwrap().len(), 4);
    assert_eq!(fixture.contents(&any("milk")).unwrap().len(), 3);
    assert_eq!(check(fixture.mailboxes.store(), fixture.organization, None).unwrap(), []);
    assert_eq!(round(fixture), Joined::default());
}

#[test]
fn a_round_that_was_cut_off_is_written_again() {
    on_a_store(|store, mut fixture| {
        // The index is written, what waits stays.
        store.cut_after(1);
        let key = fixture.key();
        assert!(join(store, &key, fixture.organization).is_err());
        reopen(store, &mut fixture, |_| {});
        assert_eq!(
            fixture.contents_now(&any("tea")).unwrap().len(),
            4,
            "what is on both sides is found once"
        );
        assert_eq!(round(&fixture), joined(1, 0));
        is_whole(&fixture);
    });
}

#[test]
fn an_index_of_another_time_is_made_again() {
    for rounds in [0, 7] {
        on_a_store(|store, fixture| {
            let place = Place::Organization(fixture.organization);
            let set = |index: &mut postroom_store::Index| {
                index.write(|tx| tx.execute(&SET_WRITTEN, parameters![rounds]))
            };
            store.index_blocking(place, set).unwrap();
            is_refused(&fixture);
            assert_eq!(round(&fixture), joined(0, 4));
            assert_eq!(fixture.contents_now(&any("tea")).unwrap().len(), 4, "everything waits");
            is_whole(&fixture);
        });
    }
}

#[test]
fn an_index_that_is_gone_or_damaged_is_made_again() {
    let happens: [fn(PathBuf); 3] = [
        |path| fs::remove_file(path).unwrap(),
        |path| fs::write(path, b"this is no database, and long enough to be looked at as one").unwrap(),
        |path| fs::write(path, []).unwrap(),
    ];
    for meanwhile in happens {
        on_a_store(|store, mut fixture| {
            reopen(store, &mut fixture, meanwhile);
            is_refused(&fixture);
            assert_eq!(round(&fixture), joined(0, 4));
            is_whole(&fixture);
        });
    }
}

#[test]
fn an_index_that_lacks_a_table_or_the_row_that_numbers_it_is_made_again() {
    static HAPPENS: [Statement; 3] = [
        Statement::new("DELETE FROM search_written"),
        Statement::new("DROP TABLE search_written"),
        Statement::new("DROP TABLE search_index"),
    ];
    for statement in &HAPPENS {
        on_a_store(|store, mut fixture| {
            let place = Place::Organization(fixture.organization);
            let damage =
                |index: &mut postroom_store::Index| index.write(|tx| tx.execute(statement, &[]).map(drop));
            store.index_blocking(place, damage).unwrap();
            reopen(store, &mut fixture, |_| {});
            is_refused(&fixture);
            assert_eq!(round(&fixture), joined(0, 4));
            is_whole(&fixture);
        });
    }
}

#[test]
fn a_search_waits_for_an_index_that_is_being_made() {
    on_a_store(|store, mut fixture| {
        reopen(store, &mut fixture, |path| fs::remove_file(path).unwrap());
        is_refused(&fixture);
        let (mailboxes, organization, mailbox) = (&fixture.mailboxes, fixture.organization, fixture.mailbox);
        let key = fixture.key();
        let work =
            move |read: &mut dyn Read| matching(read, &key, organization, mailbox, &any("tea"), 0, 100);
        let began = Instant::now();
        let found = block_on(async {
            tokio::select! {
                found = mailboxes.search(organization, &fixture.alice, work) => found,
                () = mailboxes.keep_index() => unreachable!("it goes on"),
            }
        });
        assert_eq!(found.unwrap().len(), 4);
        assert!(began.elapsed() < limits::SEARCH_INDEX_TIME_MAX / 2, "it was not told of the round");
        is_whole(&fixture);
    });
}

#[test]
fn who_has_much_mail_does_not_hold_the_indexes_of_others_up() {
    const MANY: usize = 5 * limits::SEARCH_JOIN_MAX;
    on_embedded(modules(), |store| {
        let (large, small) = (Fixture::new(store), Fixture::named(store, "small"));
        let (inbox, message) = (large.inbox(), large.message("tea"));
        let fill = move |mail: &mut MailTx<'_, '_>| {
            (0..MANY).try_for_each(|_| append(mail, inbox, &message, Flags::NONE, AT).map(drop))
        };
        large.change(fill).unwrap();
        small.deliver_text(small.inbox(), "tea", "milk");
        // One that is of another time: a search waits for its round.
        small.join();
        let set =
            |index: &mut postroom_store::Index| index.write(|tx| tx.execute(&SET_WRITTEN, parameters![7]));
        store.index_blocking(Place::Organization(small.organization), set).unwrap();
        let (mailboxes, organization, mailbox) = (&large.mailboxes, small.organization, small.mailbox);
        let key = small.key();
        let work =
            move |read: &mut dyn Read| matching(read, &key, organization, mailbox, &any("tea"), 0, 100);
        // What has happened before `large.mailboxes` was made to listen is told to it by this.
        large.deliver_text(inbox, "tea", "lemon");
        let found = block_on(async {
            tokio::select! {
                found = mailboxes.search(organization, &small.alice, work) => found,
                () = mailboxes.keep_index() => unreachable!("it goes on"),
            }
        });
        assert_eq!(found.unwrap().len(), 1);
        let waiting = round(&large).waiting;
        assert!(waiting > limits::SEARCH_JOIN_MAX as u64, "the small one came after {waiting}");
    });
}

#[test]
fn a_blob_that_cannot_be_had_holds_up_nothing_else() {
    on_a_store(|store, mut fixture| {
        let inbox = fixture.inbox();
        let body = format!("chai {}", "leaf ".repeat(limits::ROW_BODY_BYTES_MAX / 4));
        (0..2).for_each(|_| {
            fixture.deliver_text(inbox, "large", &body);
        });
        fixture.deliver_text(inbox, "tea", "last");
        fixture.join();
        let Engine::Embedded { root } = store.options().engine else { unreachable!("it is embedded") };
        let bodies = root.join("organizations").join(fixture.organization.0.to_string()).join("bodies");
        let aside = bodies.with_extension("aside");
        reopen(store, &mut fixture, |path| fs::remove_file(path).unwrap());
        // Nothing can be looked for in what is no folder.
        fs::rename(&bodies, &aside).unwrap();
        fs::write(&bodies, []).unwrap();
        assert_eq!(round(&fixture), joined(0, 7));
        let made = round(&fixture);
        assert_eq!((made.joined, made.waiting), (5, 0), "{made:?}");
        for _ in 0..2 {
            assert!(matches!(made.away, Some(StoreError::Unavailable { .. })), "{made:?}");
            is_refused(&fixture);
            let again = round(&fixture);
            assert_eq!((again.joined, again.waiting, again.away), (0, 0, made.away.clone()));
        }
        fs::remove_file(&bodies).unwrap();
        fs::rename(&aside, &bodies).unwrap();
        assert_eq!(round(&fixture), joined(2, 0));
        assert_eq!(fixture.contents(&any("tea")).unwrap().len(), 5);
        assert_eq!(fixture.contents(&any("chai")).unwrap().len(), 2);
        assert_eq!(round(&fixture), Joined::default());
    });
}

/// All pages but the first of the index are damaged.
fn with_damage(test: impl Fn(Fixture)) {
    on_a_store(|store, mut fixture| {
        reopen(store, &mut fixture, |path| {
            let mut bytes = fs::read(&path).unwrap();
            bytes[4_096..].fill(0x5a);
            fs::write(path, bytes).unwrap();
        });
        test(fixture);
    });
}

#[test]
fn an_index_that_is_damaged_inside_is_made_again() {
    with_damage(|fixture| {
        assert_eq!(round(&fixture), joined(0, 4));
        is_whole(&fixture);
    });
    with_damage(|fixture| {
        assert!(fixture.contents_now(&any("tea")).is_err());
        is_whole(&fixture);
    });
    with_damage(|fixture| {
        let (store, place) = (fixture.mailboxes.store(), Place::Organization(fixture.organization));
        let found = postroom_store::fsck::run(store, place, &[], None).unwrap();
        assert!(found.len() == 1 && found[0].repaired, "{found:?}");
        let found = check(store, fixture.organization, Some(&fixture.key())).unwrap();
        assert!(found.len() == 1 && found[0].repaired, "{found:?}");
        is_whole(&fixture);
    });
}

#[test]
fn what_the_index_has_too_much_is_found_and_goes() {
    static STRAY: Statement = Statement::new("INSERT INTO search_index (rowid, terms) VALUES ($1, $2)");
    on_a_store(|store, fixture| {
        let write = |index: &mut postroom_store::Index| {
            index.write(|tx| tx.execute(&STRAY, parameters![1_i64 << 42, "11214stea"]))
        };
        store.index_blocking(Place::Organization(fixture.organization), write).unwrap();
        let found = check(store, fixture.organization, None).unwrap();
        assert!(found.len() == 1 && !found[0].repaired, "{found:?}");
        let found = check(store, fixture.organization, Some(&fixture.key())).unwrap();
        assert!(found.len() == 1 && found[0].repaired, "{found:?}");
        is_whole(&fixture);
    });
}

#[test]
fn while_too_much_waits_nobody_is_told_less_than_there_is() {
    static FILL: Statement = Statement::new(
        "INSERT INTO search_pending (id) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4096)
            SELECT $1 * 1099511627776 + 1000000 + i FROM n",
    );
    on_a_store(|store, fixture| {
        let (mailbox, place) = (fixture.mailbox, Place::Organization(fixture.organization));
        let filled: Result<u64, StoreError> =
            store.write_blocking(place, move |tx| tx.execute(&FILL, parameters![mailbox.0]));
        assert_eq!(filled, Ok(4_096));
        is_refused(&fixture);
        fixture.join();
        is_whole(&fixture);
    });
}

#[test]
fn many_join_in_rounds() {
    on_embedded(modules(), |store| {
        let fixture = Fixture::new(store);
        let (inbox, first) = (fixture.inbox(), u64::try_from(limits::SEARCH_JOIN_MAX).unwrap());
        (0..first + 5).for_each(|_| {
            fixture.deliver_text(inbox, "tea", "");
        });
        let all = fixture.contents_now(&any("tea")).unwrap();
        assert_eq!(all.len() as u64, first + 5);
        assert_eq!(round(&fixture), joined(first, 5));
        assert_eq!(fixture.contents_now(&any("tea")).unwrap(), all);
        assert_eq!(round(&fixture), joined(5, 0));
        assert_eq!(fixture.contents_now(&any("tea")).unwrap(), all);
        // Those before the round that are gone by now are not found in either state.
        fixture
            .change(move |mail| {
                let all = postroom_mailbox::UidSet::range(1, 2);
                postroom_mailbox::items::expunge(mail, inbox, &all, false)
            })
            .unwrap();
        assert_eq!(fixture.found(inbox, &any("tea")).len() as u64, first + 3);
    });
}

/// Segments of the index.
fn segments(store: &Store, place: Place) -> i64 {
    static SEGMENTS: Statement = Statement::new("SELECT COUNT(DISTINCT segid) FROM search_index_idx");
    store
        .index_blocking(place, |index| {
            Ok(index.query_first(&SEGMENTS, &[])?.map_or(0, |mut row| row.take(0)))
        })
        .unwrap()
}

/// FTS5 keeps what is written in memory, and makes a segment of it when it has to.
#[test]
fn a_round_makes_one_segment() {
    on_a_store(|store, fixture| {
        let (place, inbox) = (Place::Organization(fixture.organization), fixture.inbox());
        let round = |changes: &dyn Fn()| {
            fixture.join();
            let before = segments(store, place);
            changes();
            fixture.join();
            segments(store, place) - before
        };
        let arrive = || {
            for _ in 0..30 {
                fixture.deliver_text(inbox, "rye", "bread");
            }
        };
        assert_eq!(round(&arrive), 1);
        let gone = round(&|| {
            let organization = fixture.organization.0;
            let deleted: Result<u64, StoreError> = store
                .write_blocking(place, move |tx| tx.execute(&DELETE_CONTENTS, parameters![organization, 80]));
            assert!(deleted.unwrap() >= 10, "all of before, and more");
            arrive();
        });
        assert_eq!(gone, 1, "with contents that are gone");
        let (bread, tea) = (fixture.contents_now(&any("bread")), fixture.contents_now(&any("tea")));
        assert!((30..60).contains(&bread.unwrap().len()) && tea.unwrap().is_empty());
    });
}

#[test]
fn segments_become_fewer_and_everything_is_found() {
    on_a_store(|store, fixture| {
        let (place, inbox) = (Place::Organization(fixture.organization), fixture.inbox());
        let rounds = limits::SEARCH_SEGMENTS_BUSY_MAX as usize + 6;
        for _ in 0..rounds {
            fixture.deliver_text(inbox, "rye", "bread");
            fixture.join();
        }
        let before = segments(store, place);
        assert!(before >= rounds as i64, "{before}: each round leaves one");
        // While much arrives, and while nothing does.
        for segments_max in [limits::SEARCH_SEGMENTS_BUSY_MAX, limits::SEARCH_SEGMENTS_MAX] {
            let mut steps = 0;
            while merge(store, fixture.organization, segments_max).unwrap() {
                steps += 1;
                assert!(steps < 100, "it ends");
            }
            let after = segments(store, place);
            assert!(after <= segments_max, "{before} became {after}");
            assert_eq!(fixture.contents_now(&any("bread")).unwrap().len(), rounds);
        }
        is_whole(&fixture);
    });
}
