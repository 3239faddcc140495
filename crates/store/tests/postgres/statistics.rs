//! What the server knows of tables that have grown.

use std::time::Instant;

use crate::support::{Admin, PATIENCE, store};

/// How often the server was asked to look at the log, and rows that it then knew of.
const LOOKS: &str = "SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'log'";
const KNOWN: &str = "SELECT reltuples::BIGINT FROM pg_class WHERE relname = 'log'";
/// Columns of the table of changes of which every statement names one value, as far as the planner knows.
const CALLED_ONE: &str = "SELECT COUNT(*) FROM pg_attribute WHERE attrelid = 'changes'::regclass
    AND attname IN ('organization', 'mailbox') AND attoptions = ARRAY['n_distinct=1']";

#[test]
fn the_server_looks_at_a_table_when_it_has_doubled_and_not_by_itself() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    let rows_become = |rows: i64| {
        let began = Instant::now();
        while admin.number(KNOWN) != rows {
            assert!(began.elapsed() < PATIENCE, "the server knows of {} rows", admin.number(KNOWN));
            std::thread::yield_now();
        }
    };
    admin.run("ALTER TABLE log SET (autovacuum_enabled = off)");
    admin.run("INSERT INTO log SELECT generate_series(1, 10000)");
    rows_become(10_000);
    // Not for this alone.
    admin.run("INSERT INTO log SELECT generate_series(1, 5000)");
    admin.run("INSERT INTO log SELECT generate_series(1, 20000)");
    rows_become(35_000);
    assert!(admin.number(LOOKS) <= 2, "looked at {} times", admin.number(LOOKS));
}

/// A mailbox that the planner has never heard of is not taken for a small one.
#[test]
fn the_planner_takes_an_organization_for_all_of_a_table() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    let began = Instant::now();
    while admin.number(CALLED_ONE) != 2 {
        assert!(began.elapsed() < PATIENCE, "{} columns are called one", admin.number(CALLED_ONE));
        std::thread::yield_now();
    }
}
