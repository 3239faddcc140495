//! Transactions on the embedded engine: what commits, what is undone, what a reader sees.

use postroom_store::{
    Engine, Migration, Options, Place, SchemaModule, Store, StoreError, SystemClock, SystemRandom,
    parameters, statements,
};
use std::sync::Arc;

statements! {
    INSERT = "INSERT INTO things (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    COUNT = "SELECT COUNT(*) FROM things";
    WRONG = "INSERT INTO things (id, name) VALUES ($1, NULL)";
}

const MODULE: SchemaModule = SchemaModule {
    name: "things",
    in_directory: true,
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE things (id BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */",
    }],
};

fn open(root: &std::path::Path) -> Store {
    Store::open(Options {
        engine: Engine::Embedded { root: root.to_owned() },
        modules: vec![MODULE],
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        run_twice: true,
    })
    .unwrap()
}

fn count(store: &Store) -> i64 {
    let counted = store.read_blocking(Place::Directory, |tx| -> Result<i64, StoreError> {
        Ok(tx.query_first(&COUNT, parameters![])?.map_or(0, |mut row| row.take(0)))
    });
    counted.unwrap()
}

fn insert(store: &Store, id: i64) -> Result<u64, StoreError> {
    store.write_blocking(Place::Directory, move |tx| tx.execute(&INSERT, parameters![id, "x"]))
}

#[test]
fn a_write_is_seen_by_readers_and_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(insert(&store, 1), Ok(1));
    assert_eq!(insert(&store, 1), Ok(0));
    assert_eq!(count(&store), 1);
    store.close();
    assert_eq!(count(&open(folder.path())), 1);
}

#[test]
fn an_error_undoes_its_transaction_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refused: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
        tx.execute(&INSERT, parameters![1, "x"])?;
        Err(StoreError::Bug("refused".to_owned()))
    });
    assert!(refused.is_err());
    assert_eq!(insert(&store, 2), Ok(1));
    assert_eq!(count(&store), 1);
}

#[test]
fn a_failed_statement_ends_its_transaction_even_when_the_closure_hides_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let hidden: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
        tx.execute(&INSERT, parameters![1, "x"])?;
        drop(tx.execute(&WRONG, parameters![2]));
        Ok(())
    });
    assert!(matches!(hidden, Err(StoreError::Bug(_))), "{hidden:?}");
    assert_eq!(count(&store), 0);
}

#[test]
fn a_panic_undoes_its_transaction_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let panicked: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
        tx.execute(&INSERT, parameters![1, "x"])?;
        panic!("on purpose")
    });
    assert!(matches!(panicked, Err(StoreError::Bug(_))), "{panicked:?}");
    assert_eq!(insert(&store, 2), Ok(1));
    assert_eq!(count(&store), 1);
}

#[test]
fn many_writers_all_get_their_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let store = &store;
            scope.spawn(move || (0..20).for_each(|n| assert_eq!(insert(store, writer * 100 + n), Ok(1))));
        }
    });
    assert_eq!(count(&store), 320);
}
