//! SQLite over the VFS.
#![allow(clippy::unwrap_used, reason = "a test ends this way")]

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

fn open(path: &Path) -> Connection {
    let name = postroom_wal_vfs::register().unwrap();
    let connection = Connection::open_with_flags_and_vfs(path, OpenFlags::default(), name).unwrap();
    connection
        .execute_batch("PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0")
        .unwrap();
    connection
}

fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM things", [], |row| row.get(0)).unwrap()
}

fn is_sound(connection: &Connection) -> bool {
    connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .is_ok_and(|said: String| said == "ok")
}

/// Calls of the kernel that wrote, of this thread.
fn writes() -> u64 {
    let io = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("syscw: ")).unwrap().parse().unwrap()
}

const MANY: &str = "INSERT INTO things (size, bytes)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i, randomblob(3000) FROM n";

fn with_things(path: &Path) -> Connection {
    let connection = open(path);
    connection.execute_batch("CREATE TABLE things (size INTEGER, bytes BLOB)").unwrap();
    connection
}

#[test]
fn a_transaction_is_one_write() {
    let folder = tempfile::tempdir().unwrap();
    let connection = with_things(&folder.path().join("a.db"));
    let before = writes();
    connection.execute(MANY, [50]).unwrap();
    let many = writes() - before;
    assert!(many <= 5, "{many} writes");
    let plain = Connection::open(folder.path().join("a.db")).unwrap();
    plain.execute_batch("PRAGMA synchronous=FULL").unwrap();
    assert_eq!(count(&plain), 50, "another connection sees it");
    let before = writes();
    plain.execute(MANY, [50]).unwrap();
    assert!(writes() - before > 100, "what SQLite does by itself");
    assert_eq!(count(&connection), 100);
    assert!(is_sound(&connection));
}

#[test]
fn a_transaction_that_outgrows_the_cache_reads_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = with_things(&path);
    connection.execute_batch("PRAGMA cache_size=10; BEGIN").unwrap();
    connection.execute(MANY, [1_000]).unwrap();
    connection.execute_batch("SAVEPOINT half").unwrap();
    connection.execute("UPDATE things SET bytes = randomblob(2000) WHERE size % 3 = 0", []).unwrap();
    connection.execute(MANY, [500]).unwrap();
    let sum = |connection: &Connection| -> i64 {
        connection.query_row("SELECT sum(length(bytes)) FROM things", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(sum(&connection), 1_000 * 3_000 - 333 * 1_000 + 500 * 3_000);
    let other = Connection::open(&path).unwrap();
    assert_eq!(count(&other), 0);
    connection.execute_batch("ROLLBACK TO half").unwrap();
    assert_eq!(sum(&connection), 1_000 * 3_000);
    connection.execute("UPDATE things SET bytes = randomblob(1000) WHERE size % 2 = 0", []).unwrap();
    connection.execute_batch("COMMIT").unwrap();
    assert_eq!((count(&other), sum(&other)), (1_000, 500 * 3_000 + 500 * 1_000));
    assert!(is_sound(&other));
    connection.execute_batch("BEGIN").unwrap();
    connection.execute(MANY, [1_000]).unwrap();
    connection.execute_batch("ROLLBACK; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    connection.execute(MANY, [3]).unwrap();
    drop(other);
    drop(connection);
    let connection = open(&path);
    assert_eq!(count(&connection), 1_003);
    assert!(is_sound(&connection));
}

/// What a crash leaves: the files as they are while the connection is open.
#[test]
fn what_was_committed_is_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = with_things(&path);
    for number in 1..=20 {
        connection.execute("INSERT INTO things (size) VALUES (?1)", [number]).unwrap();
        if number % 7 == 0 {
            connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)").unwrap();
        }
        connection.execute_batch("BEGIN").unwrap();
        connection.execute("INSERT INTO things (size) VALUES (?1)", [number]).unwrap();
        let copy = folder.path().join(format!("{number}.db"));
        std::fs::copy(&path, &copy).unwrap();
        std::fs::copy(folder.path().join("a.db-wal"), folder.path().join(format!("{number}.db-wal")))
            .unwrap();
        let copy = Connection::open(&copy).unwrap();
        assert_eq!(count(&copy), number);
        assert!(is_sound(&copy));
        connection.execute_batch("ROLLBACK").unwrap();
    }
}

/// Somebody else writes after a large transaction was rolled back, as long as none of it was written before its end.
#[test]
fn what_is_rolled_back_in_the_cache_leaves_nothing_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = with_things(&path);
    connection.execute_batch("PRAGMA cache_spill=32768; BEGIN").unwrap();
    let before = writes();
    // Four times what the cache holds.
    connection.execute(MANY, [2_500]).unwrap();
    assert_eq!(writes() - before, 0);
    connection.execute_batch("ROLLBACK").unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA synchronous=FULL").unwrap();
    other.execute(MANY, [30]).unwrap();
    connection.execute(MANY, [1]).unwrap();
    drop(connection);
    assert_eq!(count(&other), 31);
    assert!(is_sound(&other));
}
