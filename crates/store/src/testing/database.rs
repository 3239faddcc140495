//! Where a test's data is: a folder or a database, removed with the test.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::postgres::run_alone;

/// The environment variable that names a PostgreSQL server for tests, or says `skip`.
pub const VARIABLE: &str = "POSTROOM_TEST_POSTGRES";

/// The server's URL; `None`, and a line on standard error, when PostgreSQL is left out.
pub fn postgres_url() -> Option<String> {
    let value = std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!(
            "this test needs PostgreSQL: run it by `cargo xtask test`, name a server in {VARIABLE}=postgres://…, or \
             leave it out with {VARIABLE}=skip"
        )
    });
    if value != "skip" {
        return Some(value);
    }
    static SAID: Once = Once::new();
    // Not `eprintln!`, which the test harness would swallow.
    SAID.call_once(|| {
        drop(writeln!(std::io::stderr(), "PostgreSQL is left out of these tests: {VARIABLE}=skip"));
    });
    None
}

/// A name that no other test has, in this process or another.
fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    format!("postroom_test_{}_{next}_{nanos:x}", std::process::id())
}

/// A folder of a test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        let path = std::env::temp_dir().join(unique());
        std::fs::create_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A database of a test.
pub(super) struct Database {
    server: String,
    name: String,
    pub(super) url: String,
}

impl Database {
    pub(super) fn create(server: &str) -> Self {
        let name = unique();
        run_alone(server, &format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap_or_else(|error| panic!("{VARIABLE}: cannot create a database: {error}"));
        Self { server: server.to_owned(), url: with_database(server, &name), name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = run_alone(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            drop(writeln!(std::io::stderr(), "the database {} is left behind: {error}", self.name));
        }
    }
}

/// The URL `server` with another database.
fn with_database(server: &str, name: &str) -> String {
    let Some((scheme, rest)) = server.split_once("://") else {
        // `key=value` words: the last one counts.
        return format!("{server} dbname={name}");
    };
    let (before, query) = rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
    let authority = before.split('/').next().unwrap_or_default();
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{scheme}://{authority}/{name}{query}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (server, expected) in [
            ("postgres://u:p@h:1/postgres?a=b", "postgres://u:p@h:1/new?a=b"),
            ("postgresql://postgres@%2Ftmp%2Fx/postgres", "postgresql://postgres@%2Ftmp%2Fx/new"),
            ("postgres://h", "postgres://h/new"),
            ("postgres://?host=/tmp", "postgres:///new?host=/tmp"),
            ("host=/tmp user=postgres", "host=/tmp user=postgres dbname=new"),
        ] {
            assert_eq!(with_database(server, "new"), expected);
        }
    }
}
