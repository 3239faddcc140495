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
