//! Limits of the store: what, unit, and what happens at the edge.

use std::time::Duration;

/// Transactions in one commit; more wait for the next.
pub const BATCH_TRANSACTIONS_MAX: usize = 256;
/// Time one batch may run before it commits; what is left waits for the next.
pub const BATCH_TIME_MAX: Duration = Duration::from_millis(50);
/// Transactions waiting for one place; one more is refused with `Unavailable`.
pub const QUEUE_MAX: usize = 10_000;
/// Organization files open at once; the least recently used idle one is closed.
pub const OPEN_FILES_MAX: usize = 256;
/// Reader connections per file; one more read waits.
pub const READERS_MAX: usize = 4;
/// Rows changed before the writer checkpoints the WAL.
pub const CHECKPOINT_ROWS: u64 = 4_000;
/// WAL frames (of 4 KiB) at which a checkpoint also waits for readers and truncates.
pub const WAL_FRAMES_MAX: i64 = 16_384;
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
/// Rows removed in one transaction of a sweep.
pub const SWEEP_ROWS: u64 = 500;
/// Characters of a page token. Source: WorkMail model, `NextToken`.
pub const PAGE_TOKEN_CHARACTERS_MAX: usize = 1024;
/// Bytes of the row key in a page token: what fits into [`PAGE_TOKEN_CHARACTERS_MAX`]; more is a bug of the listing.
pub const PAGE_KEY_BYTES_MAX: usize = 720;
/// Data keys of organizations kept in memory; at the limit all are forgotten and opened again when needed.
pub const DATA_KEYS_CACHED_MAX: usize = 10_000;
