//! Archives: written while others write, loaded on either engine and under another number, refused when damaged.

#![allow(clippy::unwrap_used, reason = "tests end this way")]

use std::path::Path;
use std::sync::Arc;

use postroom_store::backup::{Archive, BackupError, Counts, write_archive};
use postroom_store::seal::{FileMasterKey, Keyring, Secret};
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

fn create(store: &Store, place: Place) {
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
        create(&from, ONE);
        insert(&from, ONE, 0, 1_500);
        let written = archive(&from, &path);
        assert!(written.rows >= 1_500, "{written:?}");
        for to in engines() {
            create(&to, TWO);
            let opened = Archive::open(&path, &keyring(&to, 7)).unwrap();
            assert_eq!(opened.header.about["organization_id"], "m-1");
            assert_eq!(opened.load(&to, TWO).unwrap().rows, written.rows);
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
        create(&store, ONE);
        insert(&store, ONE, 0, 2_000);
        std::thread::scope(|scope| {
            let writer =
                scope.spawn(|| (0..50).for_each(|n| insert(&store, ONE, 10_000 + n * 10, 10_010 + n * 10)));
            archive(&store, &path);
            writer.join().unwrap();
        });
        let copy = TestStore::embedded(vec![MODULE]);
        create(&copy, ONE);
        Archive::open(&path, &keyring(&copy, 7)).unwrap().load(&copy, ONE).unwrap();
        let late = rows(&copy, ONE).len() - 2_000;
        assert_eq!(late % 10, 0, "half a transaction is in the archive");
    }
}

#[test]
fn a_damaged_archive_or_a_foreign_key_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.postroom");
    let store = TestStore::embedded(vec![MODULE]);
    create(&store, ONE);
    insert(&store, ONE, 0, 300);
    archive(&store, &path);
    create(&store, TWO);
    let other = TestStore::embedded(vec![MODULE]);
    assert!(matches!(Archive::open(&path, &keyring(&other, 8)), Err(BackupError::Key(_))));
    let whole = std::fs::read(&path).unwrap();
    let keyring = keyring(&store, 7);
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        std::fs::write(&path, &changed).unwrap();
        let loaded = Archive::open(&path, &keyring).and_then(|archive| archive.load(&store, TWO));
        assert!(loaded.is_err(), "changed at {at}");
        std::fs::write(&path, &whole[..at]).unwrap();
        let loaded = Archive::open(&path, &keyring).and_then(|archive| archive.load(&store, TWO));
        assert!(loaded.is_err(), "cut at {at}");
    }
    assert_eq!(rows(&store, TWO), []);
}
