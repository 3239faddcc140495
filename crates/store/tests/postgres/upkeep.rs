//! Upkeep where the schema has what is not ours, and what somebody holds.

use std::time::{Duration, Instant};

use postroom_store::{Engine, Options, PostgresOptions, Store};

use crate::support::{Admin, PATIENCE, once, store};

/// A role that is no superuser, as an operator gives one to a program.
const ROLE: &str = "
    DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ DECLARE name TEXT; BEGIN
        FOR name IN SELECT quote_ident(relname) FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema()::REGNAMESPACE
        LOOP EXECUTE 'ALTER TABLE ' || name || ' OWNER TO plain'; END LOOP;
    END $$;
    GRANT ALL ON SCHEMA public TO plain;
    CREATE EXTENSION pgstattuple;
    CREATE TABLE another (words TSVECTOR NOT NULL, organization BIGINT);
    CREATE INDEX before_words ON another USING GIN (words);
    CREATE TABLE texts (words TSVECTOR NOT NULL) WITH (autovacuum_enabled = off);
    CREATE INDEX words ON texts USING GIN (words);
    ALTER TABLE texts OWNER TO plain;
    INSERT INTO texts SELECT 'one two three' FROM generate_series(1, 100);
    INSERT INTO log SELECT generate_series(1, 10000);";
const LISTED: &str = "SELECT pending_tuples FROM pgstatginindex('words')";
const KNOWN: &str = "SELECT reltuples::BIGINT FROM pg_class WHERE relname = 'log'";
const WAITS: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'postroom upkeep' AND wait_event_type = 'Lock'";

#[test]
fn another_ones_index_keeps_ours_from_nothing() {
    let Some(store) = store() else { return };
    let url = store.url().unwrap().to_owned();
    let admin = Admin::connect(&url);
    store.close();
    admin.run(ROLE);
    let plain = Store::open(Options {
        engine: Engine::Postgres(PostgresOptions::new(url_of(&url, "plain"))),
        ..once(store.options())
    });
    let plain = plain.unwrap();
    let began = Instant::now();
    while admin.number(LISTED) > 0 || admin.number(KNOWN) != 10_000 {
        assert!(began.elapsed() < PATIENCE, "{} in the list", admin.number(LISTED));
        std::thread::yield_now();
    }
    drop(plain);
}

#[test]
fn a_store_closes_although_somebody_holds_a_table() {
    let Some(store) = store() else { return };
    let (admin, holder) = (Admin::connect(store.url().unwrap()), Admin::connect(store.url().unwrap()));
    holder.run("BEGIN; LOCK TABLE log IN ACCESS EXCLUSIVE MODE");
    let began = Instant::now();
    while admin.number(WAITS) == 0 {
        assert!(began.elapsed() < PATIENCE, "nobody waits");
        std::thread::yield_now();
    }
    let began = Instant::now();
    drop(store);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// `url` with another user.
fn url_of(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{user}@{rest}")
}
