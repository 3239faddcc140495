//! Limits of the store: what, unit, and what happens at the edge.

use std::time::Duration;

/// The least time between two lines of the log about one thing that keeps failing.
pub const ALARM_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Transactions in one commit; more wait for the next.
pub const BATCH_TRANSACTIONS_MAX: usize = 256;
/// Time one batch may run before it commits; what is left waits for the next.
pub const BATCH_TIME_MAX: Duration = Duration::from_millis(50);
/// Callers that run a batch themselves at once; others leave it to the store's threads.
pub const CALLERS_SERVING_MAX: usize = 4;
/// Microseconds below which a file's batches are quick: the worker of an async runtime that runs one keeps its other tasks,
/// since to hand them to another thread and back costs as much as half of it.
pub const QUICK_BATCH_US: u64 = 1_000;
/// Time a batch that is smaller than the last one waits for more, in all.
pub const BATCH_JOIN_TIME_MAX: Duration = Duration::from_micros(200);
/// Transactions waiting for one place; one more is refused with `Unavailable`.
pub const QUEUE_MAX: usize = 10_000;
/// Organization files open at once; the least recently used idle one is closed.
pub const OPEN_FILES_MAX: usize = 256;
/// Reader connections per file; one more read waits.
pub const READERS_MAX: usize = 4;
/// Long reads at once; one more waits. Half of the readers of a file, so that others find one; on PostgreSQL there are more.
pub const LONG_READS_MAX: usize = 2;
/// Pages (of 4 KiB) of one transaction from which on SQLite writes some before the commit, to have memory for others. Smaller
/// ones write nothing that is rolled back.
pub const CACHE_SPILL_PAGES: i64 = 32_768;
/// Rows changed before the writer checkpoints the WAL.
pub const CHECKPOINT_ROWS: u64 = 4_000;
/// WAL frames (of 4 KiB) at which a checkpoint also waits for readers and truncates, unless some are known to read for
/// long: then those that come wait until it has been done, and the log grows meanwhile.
pub const WAL_FRAMES_MAX: i64 = 16_384;
/// How long it waits for them.
pub const TRUNCATE_TIME_MAX: Duration = Duration::from_millis(200);
/// How long a connection of SQLite waits for another one's lock.
pub const BUSY_TIME_MAX: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection.
pub const STATEMENTS_CACHED: usize = 256;
/// Times a transaction is run again after a conflict before the caller is told.
pub const CONFLICT_TRIES_MAX: u32 = 10;
/// How long a reader's snapshot may live; it pins the WAL.
pub const SNAPSHOT_AGE_MAX: Duration = Duration::from_secs(10);
/// How long a client token is remembered; after that it counts as unused. Source: DESIGN §4.
pub const CLIENT_TOKEN_AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Bytes of an answer kept beside a client token; more is a bug of the operation.
pub const CLIENT_TOKEN_ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Expired client tokens removed when a new one is claimed.
pub const SWEEP_ROWS_PER_CLAIM: i64 = 4;
/// Characters of a page token. Source: WorkMail model, `NextToken`.
pub const PAGE_TOKEN_CHARACTERS_MAX: usize = 1024;
/// Bytes of the row key in a page token: what fits into [`PAGE_TOKEN_CHARACTERS_MAX`]; more is a bug of the listing.
pub const PAGE_KEY_BYTES_MAX: usize = 720;
/// Data keys of organizations kept in memory; at the limit all are forgotten and opened again when needed.
pub const DATA_KEYS_CACHED_MAX: usize = 10_000;

/// Threads that run transactions on PostgreSQL, each with a connection. Commits that wait for the disk together share a
/// sync: 16 clients were served twice as fast by 16 threads as by 8.
pub const POSTGRES_WRITERS_DEFAULT: usize = 16;
/// Connections for snapshots on PostgreSQL, and threads that run them for async callers.
pub const POSTGRES_READERS_DEFAULT: usize = 8;
/// How long a connection attempt may take, per host.
pub const POSTGRES_CONNECT_TIME_MAX: Duration = Duration::from_secs(3);
/// How long the beginning of a transaction may take before the connection counts as lost.
pub const POSTGRES_BEGIN_TIME_MAX: Duration = Duration::from_secs(5);
/// How long one statement may take; the server is told, and the client waits a little longer.
pub const POSTGRES_STATEMENT_TIME_MAX: Duration = Duration::from_secs(30);
/// How long a COMMIT may take before its outcome is called unknown.
pub const POSTGRES_COMMIT_TIME_MAX: Duration = Duration::from_secs(30);
/// How long the server keeps a transaction of a node that says nothing.
pub const POSTGRES_IDLE_TIME_MAX: Duration = Duration::from_secs(10);
/// How long a transaction waits for the database to come back, unless the options say otherwise.
pub const POSTGRES_AWAY_WAIT_MAX: Duration = Duration::from_secs(5);
/// Times a transaction is run again after its connection was lost before COMMIT.
pub const LOST_TRIES_MAX: u32 = 4;
/// Times a transaction is run again after a constraint refused it: a row it had looked at may have been changed.
pub const RACE_TRIES_MAX: u32 = 3;
/// The first pause after a conflict; it doubles.
pub const BACK_OFF_MIN: Duration = Duration::from_millis(5);
/// The longest pause after a conflict.
pub const BACK_OFF_MAX: Duration = Duration::from_millis(500);
/// The longest pause between two attempts to connect.
pub const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);
/// How often a node looks for other nodes' changes, unless the options say otherwise.
pub const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// How long everything after a number missing in the change table is read again, since transactions commit out of order,
/// unless the options say otherwise. After that the number is asked for by itself, until no transaction is left that
/// may have it: a commit may wait for a standby for as long as that is away.
pub const CHANGE_LATE_AFTER: Duration = Duration::from_secs(30);
/// Numbers that are asked for by themselves; with more, a node's listeners look at everything.
pub const CHANGES_LATE_MAX: usize = 1_000;
/// How far below the newest change missing numbers are looked for.
pub const CHANGE_GAP_REACH: i64 = 1_000;
/// Changes in one page of a poll.
pub const CHANGES_PAGE: i64 = 5_000;
/// How long changes are kept for other nodes, unless the options say otherwise.
pub const CHANGES_KEPT: Duration = Duration::from_secs(300);
/// How often a node looks whether tables have grown so much that the server's statistics of them are of another time, and
/// has GIN indexes take in what came last.
pub const UPKEEP_INTERVAL: Duration = Duration::from_secs(1);
/// When the server is asked again for what it did not do: to look at a table, or what it refused.
pub const UPKEEP_ASKED_AGAIN: Duration = Duration::from_secs(60);
/// How long that waits for a table or an index that somebody has locked.
pub const UPKEEP_LOCK_TIME_MAX: Duration = Duration::from_millis(500);
/// Pages of a table from which on its statistics matter.
pub const STATISTICS_PAGES_MIN: i64 = 16;
/// How long a migration or one table's part of a removal may take.
pub const POSTGRES_BATCH_TIME_MAX: Duration = Duration::from_secs(3_600);

/// Bytes of a job's payload; more is a bug of the capability.
pub const JOB_PAYLOAD_BYTES_MAX: usize = 64 * 1024;
/// Bytes kept of the error of a job's last try; the rest is cut off.
pub const JOB_ERROR_BYTES_MAX: usize = 1_000;
/// Due jobs of a kind that are looked at to take one; more only help when so many nodes take them at once.
pub const LEASE_CANDIDATES: i64 = 8;
/// How long an announcement may be used; after that enqueuing with it is refused.
pub const ANNOUNCEMENT_AGE_MAX: Duration = Duration::from_secs(5 * 60);
/// How long a hint outlives its last announcement when no work is found: more than [`ANNOUNCEMENT_AGE_MAX`] and the
/// longest transaction, clocks of nodes being apart.
pub const HINT_GRACE: Duration = Duration::from_secs(15 * 60);
/// How far the clocks of nodes may be apart. What was begun later than that from now was begun by a clock that was ahead and
/// has been set back; it is not waited for.
pub const CLOCKS_APART_MAX: Duration = Duration::from_secs(3_600);
/// Shortest pause before a hint without work is looked at again.
pub const HINT_PAUSE_MIN: Duration = Duration::from_secs(1);
/// How long after its end a lease that nobody took over counts as left behind.
pub const LEFT_LEASE_AGE: Duration = Duration::from_secs(60 * 60);
/// Longest pause before a hint without work, or of an organization that cannot be opened, is looked at again.
pub const HINT_PAUSE_MAX: Duration = Duration::from_secs(5 * 60);
/// Pause before a hint is looked at again whose organization could not be read for another reason than damage.
pub const HINT_PAUSE_UNAVAILABLE: Duration = Duration::from_secs(10);
/// Hints read at once.
pub const HINTS_PAGE: i64 = 64;
/// Jobs taken from one organization before the next one's turn.
pub const JOBS_PER_VISIT: usize = 4;
/// Places of which a runner is told that work is due; of more it learns through the hints.
pub const TOLD_PLACES_MAX: usize = 10_000;
/// Pages of hints followed in one look of a runner; then it looks at the directory again first.
pub const HINT_PAGES_PER_LOOK: usize = 16;

/// How long the restore of a place may give no sign until it counts as left: then what it loaded is removed.
pub const RESTORE_LEASE: Duration = Duration::from_secs(600);
/// Threads that wait for disks and networks with bodies; what comes next waits for one of them.
pub const BLOB_THREADS_MAX: usize = 32;
/// How long somebody waits for one of these threads; then the store counts as away.
pub const BLOB_QUEUE_TIME_MAX: Duration = Duration::from_secs(20);
/// Blobs that are listed at once.
pub const BLOBS_PER_PAGE: usize = 1_000;
/// Bytes of an object in S3 at most, for ranges without an end. Source: S3's limit of an object, 5 TiB.
pub const S3_OBJECT_BYTES_MAX: u64 = 5 << 40;
/// How long a connection to S3 may take.
pub const S3_CONNECT_TIME_MAX: Duration = Duration::from_secs(3);
/// How long one request to S3 may take, with its body.
pub const S3_REQUEST_TIME_MAX: Duration = Duration::from_secs(20);
/// Times a request to S3 is made again.
pub const S3_RETRIES_MAX: usize = 2;
/// How long after its first try a request to S3 is made again.
pub const S3_RETRY_TIME_MAX: Duration = Duration::from_secs(10);
/// How long S3 is waited for in all; then it is away.
pub const S3_TIME_MAX: Duration = Duration::from_secs(30);
