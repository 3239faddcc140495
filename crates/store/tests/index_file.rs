//! The file beside a place's own, with what can be made again.

#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

use std::fs;
use std::path::{Path, PathBuf};

use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    Engine, IndexFile, Migration, Place, Read as _, SchemaModule, Statement, StoreError, Tx, parameters,
};
use postroom_types::OrganizationKey;

static WORDS: IndexFile =
    IndexFile { name: "words", text: "CREATE TABLE words (word TEXT NOT NULL) STRICT;" };
static OTHER_WORDS: IndexFile =
    IndexFile { name: "words", text: "CREATE TABLE words (word TEXT NOT NULL, more TEXT) STRICT;" };

static INSERT: Statement = Statement::new("INSERT INTO words (word) VALUES ($1)");
static WRONG: Statement = Statement::new("INSERT INTO words (word) VALUES (NULL)");
static COUNT: Statement = Statement::new("SELECT COUNT(*) FROM words");
static NOTE: Statement = Statement::new("INSERT INTO notes (organization, text) VALUES ($1, $2)");
static WORDS_AND_NOTES: Statement =
    Statement::new("SELECT COUNT(*) FROM notes JOIN words ON words.word = notes.text");
static NOTES: Statement = Statement::new("SELECT COUNT(*) FROM notes");

const NOTES_1: &[Migration] = &[Migration {
    number: 1,
    text: "CREATE TABLE notes (organization BIGINT NOT NULL, text TEXT NOT NULL) /*sqlite STRICT */",
}];
const ORGANIZATION: OrganizationKey = OrganizationKey(1);
const PLACE: Place = Place::Organization(ORGANIZATION);

fn module(index: &'static IndexFile) -> SchemaModule {
    SchemaModule {
        name: "notes",
        in_directory: false,
        index: Some(index),
        tables: &["notes"],
        migrations: NOTES_1,
    }
}

fn store() -> TestStore {
    let store = TestStore::embedded(vec![module(&WORDS)]);
    block_on(store.create_organization(ORGANIZATION)).unwrap();
    store
}

fn insert(store: &TestStore, word: &str) -> Result<u64, StoreError> {
    store.index_blocking(PLACE, |index| index.write(|tx| tx.execute(&INSERT, parameters![word])))
}

fn count(store: &TestStore, what: &'static Statement) -> Result<i64, StoreError> {
    store.read_blocking(PLACE, |read| Ok(read.query(what, &[])?.remove(0).take(0)))
}

fn note(store: &TestStore) {
    let noted: Result<u64, StoreError> =
        store.write_blocking(PLACE, |tx: &mut Tx<'_>| tx.execute(&NOTE, parameters![1, "tea"]));
    noted.unwrap();
}

fn path(store: &TestStore) -> PathBuf {
    let Engine::Embedded { root } = store.options().engine else { unreachable!("it is embedded") };
    root.join("organizations/1/words.db")
}

#[test]
fn readers_see_what_is_written_and_who_writes_waits_for_nobody() {
    let store = store();
    assert_eq!(count(&store, &WORDS_AND_NOTES), Ok(0));
    let written = store.index_blocking(PLACE, |index| {
        // Transactions of the place go on, and what is not committed is not seen.
        index.write(|tx| {
            note(&store);
            assert_eq!(count(&store, &NOTES), Ok(1));
            assert_eq!(count(&store, &COUNT), Ok(0));
            tx.execute(&INSERT, parameters!["tea"])
        })?;
        index.query(&COUNT, &[]).map(|mut rows| rows.remove(0).take::<i64>(0))
    });
    assert_eq!((written, count(&store, &COUNT)), (Ok(1), Ok(1)));
    assert_eq!(count(&store, &WORDS_AND_NOTES), Ok(1), "one statement sees both");
}

#[test]
fn what_fails_is_undone() {
    let store = store();
    let failed = store.index_blocking(PLACE, |index| {
        index.write(|tx| {
            tx.execute(&INSERT, parameters!["tea"])?;
            tx.execute(&WRONG, &[])
        })
    });
    assert!(failed.is_err());
    let refused = store.index_blocking(PLACE, |index| {
        index.write::<()>(|tx| {
            tx.execute(&INSERT, parameters!["tea"])?;
            Err(StoreError::Conflict("no".to_owned()))
        })
    });
    assert_eq!(refused, Err(StoreError::Conflict("no".to_owned())));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.index_blocking(PLACE, |index| {
            index.write::<()>(|tx| {
                tx.execute(&INSERT, parameters!["tea"])?;
                std::panic::panic_any("planned")
            })
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(count(&store, &COUNT), Ok(0));
    assert_eq!((insert(&store, "milk"), count(&store, &COUNT)), (Ok(1), Ok(1)));
}

#[test]
fn it_stays_and_goes_with_its_place() {
    let mut store = store();
    insert(&store, "tea").unwrap();
    store.reopen();
    assert_eq!(count(&store, &COUNT), Ok(1));
    block_on(store.remove_organization(ORGANIZATION)).unwrap();
    assert!(!path(&store).exists());
    block_on(store.create_organization(ORGANIZATION)).unwrap();
    assert_eq!(count(&store, &COUNT), Ok(0));
}

#[test]
fn an_organization_goes_while_its_index_is_written() {
    let store = store();
    insert(&store, "tea").unwrap();
    let folder = path(&store).with_file_name("");
    std::thread::scope(|threads| {
        let written = store.index_blocking(PLACE, |index| {
            threads.spawn(|| block_on(store.remove_organization(ORGANIZATION)).unwrap());
            while folder.exists() {
                std::thread::yield_now();
            }
            // Whoever removes it waits for us, and we do not wait for them.
            assert!(threads.spawn(|| count(&store, &NOTES)).join().is_ok());
            index.write(|tx| tx.execute(&INSERT, parameters!["milk"]))
        });
        assert_eq!(written, Ok(1));
    });
    assert!(matches!(count(&store, &NOTES), Err(StoreError::Impaired(_))));
}

/// The store is opened again after `meanwhile`, with `index`: it has an index without words, and the notes.
fn made_anew(index: &'static IndexFile, meanwhile: impl FnOnce(&Path)) {
    let mut store = store();
    note(&store);
    insert(&store, "tea").unwrap();
    store.close();
    meanwhile(&path(&store));
    let options = postroom_store::Options { modules: vec![module(index)], ..store.options() };
    store.reopen_with(options);
    assert_eq!((count(&store, &COUNT), count(&store, &NOTES)), (Ok(0), Ok(1)));
    assert_eq!((insert(&store, "milk"), count(&store, &COUNT)), (Ok(1), Ok(1)));
}

#[test]
fn it_is_made_anew_when_it_is_gone_damaged_or_another() {
    made_anew(&WORDS, |path| fs::remove_file(path).unwrap());
    made_anew(&WORDS, |path| fs::write(path, vec![7; 9_000]).unwrap());
    made_anew(&WORDS, |path| fs::write(path, []).unwrap());
    made_anew(&OTHER_WORDS, |_| {});
}

#[test]
fn a_place_goes_on_without_an_index_that_cannot_be_opened() {
    let mut store = store();
    note(&store);
    store.close();
    let path = path(&store);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    store.reopen();
    note(&store);
    assert_eq!(count(&store, &NOTES), Ok(2));
    assert!(matches!(insert(&store, "tea"), Err(StoreError::Unavailable { .. })));
    assert!(matches!(count(&store, &COUNT), Err(StoreError::Unavailable { .. })));
    fs::remove_dir(&path).unwrap();
    assert_eq!((insert(&store, "tea"), count(&store, &WORDS_AND_NOTES)), (Ok(1), Ok(2)));
}

#[test]
fn one_that_goes_while_it_is_used_is_made_anew_for_its_readers_too() {
    let store = store();
    insert(&store, "tea").unwrap();
    assert_eq!(count(&store, &COUNT), Ok(1));
    fs::remove_file(path(&store)).unwrap();
    assert_eq!((insert(&store, "milk"), count(&store, &COUNT)), (Ok(1), Ok(1)));
    assert_eq!((insert(&store, "lemon"), count(&store, &COUNT)), (Ok(1), Ok(2)));
}

#[test]
fn one_that_is_damaged_inside_is_made_anew_when_that_is_noticed() {
    let notices: [fn(&TestStore); 3] = [
        |store| assert!(insert(store, "milk").is_err()),
        |store| assert!(store.index_blocking(PLACE, postroom_store::Index::verify).is_err()),
        |store| {
            assert!(count(store, &COUNT).is_err());
            assert!(insert(store, "milk").is_err(), "a reader's doubt is looked into");
        },
    ];
    for notice in notices {
        let mut store = store();
        note(&store);
        insert(&store, "tea").unwrap();
        store.index_blocking(PLACE, postroom_store::Index::verify).unwrap();
        store.close();
        let mut bytes = fs::read(path(&store)).unwrap();
        // The second page and those after it: all that its tables have.
        bytes[4_096..].fill(0x5a);
        fs::write(path(&store), bytes).unwrap();
        store.reopen();
        notice(&store);
        assert_eq!((count(&store, &COUNT), count(&store, &NOTES)), (Ok(0), Ok(1)));
        assert_eq!((insert(&store, "tea"), count(&store, &WORDS_AND_NOTES)), (Ok(1), Ok(1)));
    }
}

#[test]
fn its_log_does_not_grow() {
    let store = store();
    let long = "tea ".repeat(125_000);
    // Each is 125 frames; readers hold snapshots in between.
    for _ in 0..200 {
        insert(&store, &long).unwrap();
        count(&store, &WORDS_AND_NOTES).unwrap();
    }
    let log = fs::metadata(path(&store).with_extension("db-wal")).unwrap().len();
    assert!(log < 20 << 20, "{log} bytes of log after 100 MB");
}
