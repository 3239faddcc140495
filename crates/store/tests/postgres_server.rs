//! The server itself is killed, or has settings that lose acknowledged writes. Every other test would notice, so these
//! run by themselves on a cluster of their own:
//! `cargo xtask postgres -- cargo test --workspace --test postgres_server -- --ignored`.
//!
//! `POSTROOM_TEST_POSTGRES_CONTROL` names a program that takes `kill`, `stop`, `start`, `standby`, `fail-over`
//! and `fail-back`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postroom_store::testing::{TestStore, postgres_url};
use postroom_store::{
    Engine, Migration, Options, Outcome, Place, SchemaModule, Store, StoreError, parameters, statements,
};
use tokio_postgres::NoTls;

statements! {
    INSERT = "INSERT INTO log (number) VALUES ($1)";
    LOGGED = "SELECT number, COUNT(*) FROM log GROUP BY number";
}

const MODULE: SchemaModule = SchemaModule {
    name: "tests",
    in_directory: true,
    index: None,
    tables: &["log"],
    migrations: &[Migration { number: 1, text: "CREATE TABLE log (number BIGINT NOT NULL)" }],
};

const PATIENCE: Duration = Duration::from_secs(120);

/// One test at a time has the server.
fn alone() -> MutexGuard<'static, ()> {
    static SERVER: Mutex<()> = Mutex::new(());
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn control(word: &str) {
    let program = std::env::var("POSTROOM_TEST_POSTGRES_CONTROL").unwrap_or_else(|_| {
        panic!(
            "this test breaks the PostgreSQL server: run it by `cargo xtask test --only postgres`, or name a program that takes kill, stop and start in \
             POSTROOM_TEST_POSTGRES_CONTROL"
        )
    });
    assert!(Command::new(program).arg(word).status().unwrap().success(), "control {word}");
}

fn write(store: &Store, number: i64) -> Result<(), StoreError> {
    store.write_blocking(Place::Directory, move |tx| tx.execute(&INSERT, parameters![number]).map(drop))
}

fn logged(store: &Store) -> Result<BTreeMap<i64, i64>, StoreError> {
    store.read_blocking(Place::Directory, |read| {
        let rows = read.query(&LOGGED, parameters![])?;
        Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
    })
}

/// Waits until `attempt` succeeds.
fn until<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(done) = attempt() {
            return done;
        }
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::yield_now();
    }
}

/// Writes numbers from `next` until told to stop; what was acknowledged, and what may be there.
fn write_many(store: &Store, next: &AtomicI64, stop: &AtomicBool) -> (Vec<i64>, Vec<i64>) {
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    while !stop.load(Ordering::SeqCst) {
        let number = next.fetch_add(1, Ordering::SeqCst);
        match write(store, number) {
            Ok(()) => acknowledged.push(number),
            Err(StoreError::Unavailable { outcome: Outcome::Unknown, .. }) => unknown.push(number),
            Err(StoreError::Unavailable { outcome: Outcome::NotWritten, .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    (acknowledged, unknown)
}

#[test]
#[ignore = "breaks the server: cargo xtask test --only postgres"]
fn a_server_killed_under_load_loses_nothing_acknowledged_and_doubles_nothing() {
    let _server = alone();
    let Some(store) = TestStore::postgres(vec![MODULE]) else { return };
    let (next, mut written) = (AtomicI64::new(0), Vec::new());
    for _ in 0..3 {
        written.extend(write_while(&store, &next, || {
            control("kill");
            control("start");
        }));
    }
    check(&store, &written, &next);
}

/// Writes from eight threads, has `broken` break something meanwhile, and goes on until writes work again.
fn write_while(store: &Store, next: &AtomicI64, broken: impl FnOnce()) -> Vec<(Vec<i64>, Vec<i64>)> {
    let stop = AtomicBool::new(false);
    let before = next.load(Ordering::SeqCst);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(|| write_many(store, next, &stop))).collect();
        until(|| (next.load(Ordering::SeqCst) > before + 200).then_some(()));
        broken();
        let back = next.load(Ordering::SeqCst);
        until(|| (next.load(Ordering::SeqCst) > back + 200).then_some(()));
        stop.store(true, Ordering::SeqCst);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    })
}

/// What was acknowledged is there, nothing is there twice, and nothing that was said not to be written.
fn check(store: &Store, written: &[(Vec<i64>, Vec<i64>)], next: &AtomicI64) {
    let logged = until(|| logged(store).ok());
    let acknowledged: Vec<i64> = written.iter().flat_map(|(acknowledged, _)| acknowledged).copied().collect();
    let unknown: Vec<i64> = written.iter().flat_map(|(_, unknown)| unknown).copied().collect();
    assert!(acknowledged.len() > 100, "hardly anything was written");
    for number in &acknowledged {
        assert_eq!(logged.get(number), Some(&1), "{number} was acknowledged");
    }
    for (number, times) in &logged {
        assert_eq!(*times, 1, "{number} is there {times} times");
    }
    for number in 0..next.load(Ordering::SeqCst) {
        let may_be_there = unknown.contains(&number) || acknowledged.contains(&number);
        assert!(may_be_there || !logged.contains_key(&number), "{number} was said not to be written");
    }
}

/// The first server is as it was, however the test ends.
struct FailBack;

impl Drop for FailBack {
    fn drop(&mut self) {
        control("fail-back");
    }
}

#[test]
#[ignore = "breaks the server: cargo xtask test --only postgres"]
fn a_promoted_standby_is_found_and_has_everything_acknowledged() {
    let _server = alone();
    let Some(mut store) = TestStore::postgres(vec![MODULE]) else { return };
    let mut options = store.options();
    let Engine::Postgres(postgres) = &mut options.engine else { unreachable!("it is on PostgreSQL") };
    // Both sockets are named; the one whose server takes writes is used.
    let (user, place) = postgres.url.split_once('@').unwrap();
    let (socket, database) = place.split_once('/').unwrap();
    postgres.url = format!("{user}@{socket},{socket}%2Fstandby/{database}");
    store.reopen_with(options);
    control("standby");
    let (next, back) = (AtomicI64::new(0), FailBack);
    let mut written = write_while(&store, &next, || control("fail-over"));
    let after = write_while(&store, &next, || ());
    assert!(after.iter().any(|(acknowledged, _)| !acknowledged.is_empty()), "writes go on there");
    written.extend(after);
    check(&store, &written, &next);
    store.close();
    drop(back);
}

#[test]
#[ignore = "breaks the server: cargo xtask test --only postgres"]
fn a_server_stopped_and_started_again_is_found_again() {
    let _server = alone();
    let Some(store) = TestStore::postgres(vec![MODULE]) else { return };
    write(&store, 1).unwrap();
    assert_eq!(logged(&store).unwrap().len(), 1);
    control("stop");
    let (written, read) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write(&store, 2));
        let reader = scope.spawn(|| logged(&store));
        (writer.join().unwrap(), reader.join().unwrap())
    });
    assert!(
        matches!(written, Err(StoreError::Unavailable { outcome: Outcome::NotWritten, .. })),
        "{written:?}"
    );
    assert!(read.is_err(), "{read:?}");
    control("start");
    until(|| write(&store, 3).ok());
    let logged = until(|| logged(&store).ok());
    assert_eq!(logged.into_iter().collect::<Vec<_>>(), [(1, 1), (3, 1)]);
}

/// Runs `sql` on the server, each statement by itself; the text that the last one answers.
fn server(sql: &[&str]) -> String {
    let url = postgres_url().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let mut answer = String::new();
        for statement in sql {
            for message in client.simple_query(statement).await.unwrap() {
                if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                    answer = row.get(0).unwrap_or_default().to_owned();
                }
            }
        }
        answer
    })
}

#[test]
#[ignore = "breaks the server: cargo xtask test --only postgres"]
fn a_server_without_fsync_is_refused() {
    let _server = alone();
    let Some(store) = TestStore::postgres(vec![MODULE]) else { return };
    server(&["ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"]);
    until(|| (server(&["SHOW fsync"]) == "off").then_some(()));
    let refused = Store::open(store.options()).err();
    server(&["ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()"]);
    until(|| (server(&["SHOW fsync"]) == "on").then_some(()));
    let error = refused.expect("refused").to_string();
    assert!(error.contains("fsync = off"), "{error}");
    let options: Options = store.options();
    Store::open(options).unwrap().close();
}
