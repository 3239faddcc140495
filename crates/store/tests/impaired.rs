//! Files of organizations that cannot be opened: each is impaired by itself, and stays as it was.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "fixtures may fail")]

use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    Engine, Migration, Options, Place, Read, SchemaModule, StoreError, Tx, parameters, statements,
};
use postroom_types::OrganizationKey;

statements! {
    INSERT = "INSERT INTO things (organization, name) VALUES ($1, $2)";
    NAMES = "SELECT name FROM things WHERE organization = $1 ORDER BY name";
    COLORS = "SELECT name || ' ' || color FROM things WHERE organization = $1 ORDER BY name";
}

const FIRST: Migration = Migration {
    number: 1,
    text: "CREATE TABLE things (organization BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (organization, name))
        /*sqlite STRICT */",
};
const SECOND: Migration =
    Migration { number: 2, text: "ALTER TABLE things ADD COLUMN color TEXT NOT NULL DEFAULT 'red'" };
/// Its first statement works and its second does not.
const FAILING: Migration = Migration {
    number: 2,
    text: "ALTER TABLE things ADD COLUMN size BIGINT NOT NULL DEFAULT 1; INSERT INTO nowhere VALUES (1)",
};
/// What a build from before a release had as its first.
const EDITED: &[Migration] = &[Migration {
    number: 1,
    text: "CREATE TABLE things (organization BIGINT NOT NULL, name BYTEA NOT NULL, PRIMARY KEY (organization, name))
        /*sqlite STRICT */",
}];
const OLD: &[Migration] = &[FIRST];
const NEW: &[Migration] = &[FIRST, SECOND];
const BROKEN: &[Migration] = &[FIRST, FAILING];

const ONE: OrganizationKey = OrganizationKey(1);
const TWO: OrganizationKey = OrganizationKey(2);

fn modules(migrations: &'static [Migration]) -> Vec<SchemaModule> {
    vec![SchemaModule { name: "things", in_directory: false, index: None, tables: &["things"], migrations }]
}

/// A store of the old version with two organizations, each with one thing.
fn old_store() -> TestStore {
    let store = TestStore::embedded(modules(OLD));
    for key in [ONE, TWO] {
        block_on(store.create_organization(key)).unwrap();
        write(&store, key, "ball").unwrap();
    }
    store
}

fn write(store: &TestStore, key: OrganizationKey, name: &'static str) -> Result<(), StoreError> {
    store.write_blocking(Place::Organization(key), move |tx: &mut Tx<'_>| {
        tx.execute(&INSERT, parameters![key.0, name]).map(drop)
    })
}

fn names(store: &TestStore, key: OrganizationKey) -> Result<Vec<String>, StoreError> {
    store.read_blocking(Place::Organization(key), move |tx: &mut dyn Read| {
        let rows = tx.query(&NAMES, parameters![key.0])?;
        Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
    })
}

fn reopen(store: &mut TestStore, migrations: &'static [Migration]) {
    store.reopen_with(Options { modules: modules(migrations), ..store.options() });
}

#[track_caller]
fn assert_impaired<T: std::fmt::Debug>(result: Result<T, StoreError>, said: &str) {
    let Err(StoreError::Impaired(cause)) = &result else { panic!("{result:?}") };
    assert!(cause.contains(said), "{cause}");
}

#[test]
fn an_old_file_is_migrated_and_a_newer_one_is_refused() {
    let mut store = old_store();
    reopen(&mut store, NEW);
    let colors = store.read_blocking(Place::Organization(ONE), |tx: &mut dyn Read| {
        let rows = tx.query(&COLORS, parameters![ONE.0])?;
        Ok::<_, StoreError>(rows.into_iter().map(|mut row| row.take(0)).collect::<Vec<String>>())
    });
    assert_eq!(colors.unwrap(), ["ball red"]);
    // The second organization was not opened meanwhile: it still has the old version.
    reopen(&mut store, OLD);
    assert_impaired(names(&store, ONE), "run a newer Postroom");
    assert_impaired(write(&store, ONE, "kite"), "run a newer Postroom");
    assert_eq!(names(&store, TWO).unwrap(), ["ball"]);
    write(&store, TWO, "kite").unwrap();
}

#[test]
fn an_organization_that_others_read_is_removed() {
    let store = old_store();
    for _ in 0..50 {
        block_on(store.create_organization(ONE)).unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !over.load(std::sync::atomic::Ordering::Relaxed) {
                        drop(names(&store, ONE));
                    }
                });
            }
            let removed = block_on(store.remove_organization(ONE));
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            removed.unwrap();
        });
        assert_eq!(store.organizations().unwrap(), [TWO]);
    }
    assert_eq!(names(&store, TWO).unwrap(), ["ball"]);
}

#[test]
fn tables_of_another_build_of_the_same_version_are_refused() {
    let mut store = old_store();
    reopen(&mut store, EDITED);
    assert_impaired(names(&store, ONE), "another build of version 1");
    assert_impaired(write(&store, ONE, "kite"), "another build of version 1");
    reopen(&mut store, OLD);
    assert_eq!(names(&store, ONE).unwrap(), ["ball"]);
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let mut store = old_store();
    reopen(&mut store, BROKEN);
    for _ in 0..2 {
        assert_impaired(names(&store, ONE), "nowhere");
        assert_impaired(write(&store, ONE, "kite"), "nowhere");
    }
    reopen(&mut store, OLD);
    assert_eq!(names(&store, ONE).unwrap(), ["ball"]);
    reopen(&mut store, NEW);
    assert_eq!(names(&store, ONE).unwrap(), ["ball"]);
}

#[test]
fn a_damaged_file_is_impaired_and_the_others_go_on() {
    let mut store = old_store();
    let options = store.options();
    let Engine::Embedded { root } = &options.engine else { unreachable!("the store is embedded") };
    store.close();
    let file = root.join("organizations/1/store.db");
    std::fs::write(&file, [b'x'; 8192]).unwrap();
    store.reopen();
    assert_impaired(names(&store, ONE), "1/store.db");
    assert_impaired(write(&store, ONE, "kite"), "1/store.db");
    write(&store, TWO, "kite").unwrap();
}
