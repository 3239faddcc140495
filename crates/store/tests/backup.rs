//! Archives: written while others write, loaded on either engine and under another number, refused when damaged.

#![allow(clippy::unwrap_used, reason = "tests end this way")]

use std::path::Path;
use std::sync::Arc;

use postroom_store::backup::{
    Archive, BackupError, Counts, begin_restore, clear_directory, end_restore, is_empty, unfinished_restore,
    write_archive,
};
use postroom_store::seal::{FileMasterKey, Keyring, Purpose, SealError, Secret};
use postroom_store::testing::TestStore;
use postroom_store::{Migration, Place, Row, SchemaModule, Store, StoreError, parameters, statements};
use postroom_types::OrganizationKey;

statements! {
    INSERT = "INSERT INTO things (organization, id, name, bytes) VALUES ($1, $2, $3, $4)";
    ALL_ROWS = "SELECT id, name, bytes FROM things WHERE organization = $1 ORDER BY id";
}

const MODULE: SchemaModule = SchemaModule {
    name: "things",
    in_directory: false,
    index: None,
    tables: &["things"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE things (organization BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT, bytes BYTEA NOT NULL,
            PRIMARY KEY (organization, id)) /*sqlite STRICT */",
    }],
};

const ONE: Place = Place::Organization(OrganizationKey(1));
const TWO: Place = Place::Organization(OrganizationKey(2));

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn keyring(store: &Store, key: u8) -> Keyring {
    let master = FileMasterKey::new(&Secret::new([key; 32]));
    runtime().block_on(Keyring::open(store.clone(), Arc::new(master))).unwrap()
}

/// Makes `place`; the directory has had its data key before.
fn create(store: &Store, key: u8, place: Place) {
    keyring(store, key);
    if let Place::Organization(key) = place {
        runtime().block_on(store.create_organization(key)).unwrap();
    }
}

fn insert(store: &Store, place: Place, from: i64, to: i64) {
    let inserted: Result<(), StoreError> = store.write_blocking(place, move |tx| {
        for id in from..to {
            let name = (id % 3 != 0).then(|| format!("näme {id}"));
            let bytes = vec![(id % 256) as u8; (id % 700) as usize];
            tx.execute(&INSERT, parameters![place.number(), id, name.as_deref(), &bytes])?;
        }
        Ok(())
    });
    inserted.unwrap();
}

fn rows(store: &Store, place: Place) -> Vec<Row> {
    let rows: Result<Vec<Row>, StoreError> =
        store.read_blocking(place, |read| read.query(&ALL_ROWS, parameters![place.number()]));
    rows.unwrap()
}

fn archive(store: &Store, path: &Path) -> Counts {
    let about = serde_json::json!({"organization_id": "m-1"});
    write_archive(store, &keyring(store, 7), ONE, &about, path).unwrap()
}

/// Each engine's archive is loaded on each engine, under another number.
#[test]
fn an_archive_of_one_engine_loads_on_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.postroom");
    for from in engines() {
        create(&from, 7, ONE);
        insert(&from, ONE, 0, 1_500);
        let written = archive(&from, &path);
        assert!(written.rows >= 1_500, "{written:?}");
        for to in engines() {
            create(&to, 7, TWO);
            let opened = Archive::open(&path, &keyring(&to, 7)).unwrap();
            assert_eq!(opened.header.about["organization_id"], "m-1");
            assert_eq!(opened.load(&to, &keyring(&to, 7), TWO).unwrap().rows, written.rows);
            assert_eq!(rows(&to, TWO), rows(&from, ONE));
        }
    }
}

fn engines() -> Vec<TestStore> {
    let stores = [Some(TestStore::embedded(vec![MODULE])), TestStore::postgres(vec![MODULE])];
    stores.into_iter().flatten().collect()
}

/// A snapshot: rows that are written while the archive is, are in it as a whole transaction or not at all.
#[test]
fn an_archive_is_one_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.postroom");
    for store in engines() {
        create(&store, 7, ONE);
        insert(&store, ONE, 0, 2_000);
        std::thread::scope(|scope| {
            let writer =
                scope.spawn(|| (0..50).for_each(|n| insert(&store, ONE, 10_000 + n * 10, 10_010 + n * 10)));
            archive(&store, &path);
            writer.join().unwrap();
        });
        let copy = TestStore::embedded(vec![MODULE]);
        create(&copy, 7, ONE);
        let keyring = keyring(&copy, 7);
        Archive::open(&path, &keyring).unwrap().load(&copy, &keyring, ONE).unwrap();
        let late = rows(&copy, ONE).len() - 2_000;
        assert_eq!(late % 10, 0, "half a transaction is in the archive");
    }
}

#[test]
fn a_damaged_archive_or_a_foreign_key_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.postroom");
    let store = TestStore::embedded(vec![MODULE]);
    create(&store, 7, ONE);
    insert(&store, ONE, 0, 300);
    archive(&store, &path);
    create(&store, 7, TWO);
    let other = TestStore::embedded(vec![MODULE]);
    assert!(matches!(Archive::open(&path, &keyring(&other, 8)), Err(BackupError::Key(_))));
    let whole = std::fs::read(&path).unwrap();
    let keyring = keyring(&store, 7);
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        std::fs::write(&path, &changed).unwrap();
        let loaded = Archive::open(&path, &keyring).and_then(|archive| archive.load(&store, &keyring, TWO));
        assert!(loaded.is_err(), "changed at {at}");
        std::fs::write(&path, &whole[..at]).unwrap();
        let loaded = Archive::open(&path, &keyring).and_then(|archive| archive.load(&store, &keyring, TWO));
        assert!(loaded.is_err(), "cut at {at}");
    }
    assert_eq!(rows(&store, TWO), []);
}

/// What another master key has sealed opens under the store's own once the archive was loaded with both.
#[test]
fn data_keys_are_wrapped_anew_when_the_archive_was_made_under_another_master_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.postroom");
    for (from, to) in engines().into_iter().zip(engines()) {
        create(&from, 7, ONE);
        let purpose = Purpose::new("test");
        runtime().block_on(keyring(&from, 7).create_data_key(ONE)).unwrap();
        let old = runtime().block_on(keyring(&from, 7).data_key(ONE)).unwrap();
        let sealed = old.seal(from.random().as_ref(), purpose, b"row", b"secret");
        archive(&from, &path);
        create(&to, 8, TWO);
        let own = keyring(&to, 8);
        assert!(matches!(Archive::open(&path, &own), Err(BackupError::Key(SealError::WrongMasterKey))));
        let opened = Archive::open_with(&path, Arc::new(FileMasterKey::new(&Secret::new([7; 32])))).unwrap();
        opened.load(&to, &own, TWO).unwrap();
        assert!(matches!(runtime().block_on(own.stored(TWO)), Ok(Some(_))));
        let new = runtime().block_on(keyring(&to, 8).data_key(TWO)).unwrap();
        assert_eq!(new.open(purpose, b"row", &sealed).unwrap().as_slice(), b"secret");
    }
}

#[test]
fn an_archive_of_the_directory_is_not_taken_for_one_of_an_organization() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.postroom");
    let store = TestStore::embedded(vec![MODULE]);
    let keyring = keyring(&store, 7);
    write_archive(&store, &keyring, Place::Directory, &serde_json::Value::Null, &path).unwrap();
    create(&store, 7, ONE);
    let opened = Archive::open(&path, &keyring).unwrap();
    assert!(opened.header.is_directory());
    assert!(matches!(opened.load(&store, &keyring, ONE), Err(BackupError::Kind(_))));
}

/// The directory's archive goes over what opening a new store has put there.
#[test]
fn the_directory_is_cleared_and_restored_under_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.postroom");
    for (from, to) in engines().into_iter().zip(engines()) {
        let sealed =
            keyring(&from, 7).directory().seal(from.random().as_ref(), Purpose::new("test"), b"", b"secret");
        write_archive(&from, &keyring(&from, 7), Place::Directory, &serde_json::Value::Null, &path).unwrap();
        let own = keyring(&to, 7);
        assert!(is_empty(&to).unwrap());
        begin_restore(&to, "/backup").unwrap();
        assert!(is_empty(&to).unwrap(), "the note does not count");
        for _ in 0..2 {
            clear_directory(&to).unwrap();
            Archive::open(&path, &own).unwrap().load(&to, &own, Place::Directory).unwrap();
        }
        assert_eq!(unfinished_restore(&to).unwrap().unwrap().what, "/backup");
        end_restore(&to).unwrap();
        assert_eq!(unfinished_restore(&to).unwrap(), None);
        let opened = keyring(&to, 7).directory().open(Purpose::new("test"), b"", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        runtime()
            .block_on(postroom_store::jobs::announce(
                &to,
                ONE,
                postroom_store::jobs::Kind::new("a.b"),
                to.clock().now(),
            ))
            .unwrap();
        assert!(!is_empty(&to).unwrap());
    }
}

#[test]
fn every_organization_that_has_anything_is_found() {
    for store in engines() {
        assert_eq!(store.organizations().unwrap(), []);
        for key in [3, 70_000, 5] {
            create(&store, 7, Place::Organization(OrganizationKey(key)));
            insert(&store, Place::Organization(OrganizationKey(key)), 0, 3);
        }
        assert_eq!(store.organizations().unwrap(), [3, 5, 70_000].map(OrganizationKey));
    }
}
