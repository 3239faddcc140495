//! What came last into a GIN index.

use std::time::Instant;

use crate::support::{Admin, PATIENCE, store};

const LISTED: &str = "SELECT pending_tuples FROM pgstatginindex('words')";

#[test]
fn what_came_last_does_not_stay_in_a_list_that_every_search_reads() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    admin.run("CREATE EXTENSION pgstattuple");
    admin.run("CREATE TABLE texts (words TSVECTOR NOT NULL) WITH (autovacuum_enabled = off)");
    admin.run("CREATE INDEX words ON texts USING GIN (words)");
    let list_becomes = |is_empty: bool| {
        let began = Instant::now();
        while (admin.number(LISTED) == 0) != is_empty {
            assert!(began.elapsed() < PATIENCE, "{} in the list", admin.number(LISTED));
            if !is_empty {
                admin.run("INSERT INTO texts VALUES ('one two three')");
            }
            std::thread::yield_now();
        }
    };
    list_becomes(false);
    list_becomes(true);
    assert!(admin.number("SELECT COUNT(*) FROM texts WHERE words @@ 'two'") > 0);
}
