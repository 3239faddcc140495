//! What the tests share.

mod admin;
mod proxy;

pub use admin::Admin;
pub use proxy::{OnCommit, Proxy};

use std::time::Duration;

use postroom_store::testing::TestStore;
use postroom_store::{
    Change, Engine, Migration, Options, Place, PostgresOptions, SchemaModule, Store, StoreError, Tx,
    parameters, statements,
};

/// Longer than anything here takes: a test that waits for something waits this long before it fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

statements! {
    /// Without a key: a write that took effect twice shows.
    LOG = "INSERT INTO log (number) VALUES ($1)";
    BACKEND = "SELECT pg_backend_pid()";
    SETTINGS = "SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) FROM pg_settings WHERE name IN
        ('enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'jit', 'plan_cache_mode')";
    COUNT = "SELECT COUNT(*) FROM log WHERE number = $1";
    INCREMENT = "UPDATE counters SET value = value + 1 WHERE id = $1";
    /// Fails with an SQLSTATE.
    REFUSE = "SELECT refuse($1)";
}

/// Tables of these tests, for PostgreSQL only.
pub const MODULE: SchemaModule = SchemaModule {
    name: "tests",
    in_directory: true,
    index: None,
    tables: &["log", "counters"],
    migrations: &[Migration {
        number: 1,
        text: "
            CREATE TABLE log (number BIGINT NOT NULL);
            CREATE TABLE counters (id BIGINT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (id));
            INSERT INTO counters VALUES (1, 0), (2, 0);
            CREATE FUNCTION refuse(code TEXT) RETURNS BIGINT LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END $$;",
    }],
};

/// A fresh database whose transactions run once, so that tries can be counted; `None` when PostgreSQL is left out.
pub fn store() -> Option<TestStore> {
    let mut store = TestStore::postgres(vec![MODULE])?;
    store.reopen_with(once(store.options()));
    Some(store)
}

/// `options` with transactions that run once.
pub fn once(options: Options) -> Options {
    Options { run_twice: false, ..options }
}

/// Another node on the same database, through `proxy`.
pub fn through(store: &TestStore, proxy: &Proxy, away_wait_max: Duration) -> Store {
    let postgres =
        PostgresOptions { writers: 2, readers: 2, away_wait_max, ..PostgresOptions::new(proxy.url()) };
    Store::open(Options { engine: Engine::Postgres(postgres), ..once(store.options()) }).unwrap()
}

/// Writes `number` into the log.
pub fn log(tx: &mut Tx<'_>, number: i64) -> Result<(), StoreError> {
    tx.execute(&LOG, parameters![number]).map(drop)
}

/// Writes `number` into the log, in a transaction of its own.
pub fn write(store: &Store, number: i64) -> Result<(), StoreError> {
    store.write_blocking(Place::Directory, move |tx| log(tx, number))
}

/// How often `number` is in the log.
pub fn logged(store: &Store, number: i64) -> Result<i64, StoreError> {
    store.read_blocking(Place::Directory, move |tx| {
        Ok(tx.query_first(&COUNT, parameters![number])?.unwrap().take(0))
    })
}

/// The changes that `store` publishes from now on.
pub fn changes(store: &Store) -> std::sync::mpsc::Receiver<Change> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    store.listen(Box::new(move |change| sender.lock().unwrap().send(*change).unwrap_or_default()));
    receiver
}
