//! Nodes that start at the same time, and nodes of different versions.

use postroom_store::testing::TestStore;
use postroom_store::{Migration, SchemaModule, Store};

use crate::support::{Admin, MODULE, once};

#[test]
fn nodes_that_start_at_once_migrate_once() {
    let Some(fresh) = TestStore::postgres(vec![]) else { return };
    // As new as a database can be.
    Admin::connect(fresh.url().unwrap()).run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..6)
            .map(|_| {
                let options = postroom_store::Options { modules: vec![MODULE], ..once(fresh.options()) };
                scope.spawn(move || Store::open(options).map(|store| store.close()))
            })
            .collect();
        for node in nodes {
            node.join().unwrap().unwrap();
        }
    });
    let admin = Admin::connect(fresh.url().unwrap());
    assert_eq!(admin.number("SELECT COUNT(*) FROM counters"), 2);
}

/// What a build from before a release had instead of `MODULE`.
const EDITED: SchemaModule = SchemaModule {
    migrations: &[Migration { number: 1, text: "CREATE TABLE counters (name TEXT NOT NULL)" }],
    ..MODULE
};

#[test]
fn tables_of_another_build_of_the_same_version_are_refused() {
    let Some(store) = TestStore::postgres(vec![MODULE]) else { return };
    let options = postroom_store::Options { modules: vec![EDITED], ..store.options() };
    let error = Store::open(options).err().unwrap().to_string();
    assert!(error.contains("another build of version 1"), "{error}");
}

const BROKEN: SchemaModule = SchemaModule {
    name: "broken",
    in_directory: true,
    index: None,
    tables: &["half"],
    migrations: &[Migration { number: 1, text: "CREATE TABLE half (id BIGINT); SELECT no_such_function();" }],
};

#[test]
fn a_migration_that_fails_leaves_nothing_and_says_why() {
    let Some(store) = TestStore::postgres(vec![]) else { return };
    let options = postroom_store::Options { modules: vec![MODULE, BROKEN], ..store.options() };
    let error = Store::open(options).err().unwrap().to_string();
    assert!(error.contains("no_such_function"), "{error}");
    let admin = Admin::connect(store.url().unwrap());
    let tables = "SELECT COUNT(*) FROM pg_class WHERE relname = ";
    assert_eq!(admin.number(&format!("{tables}'half'")), 0);
    assert_eq!(admin.number(&format!("{tables}'counters'")), 1, "modules before it stay");
}
