//! Limits of mailboxes (WB §14): what, unit, and what happens at the edge.

use std::time::Duration;

/// The most a mailbox may hold, MB, and what a new one may; a greater quota is refused.
pub const QUOTA_MB_MAX: i64 = 51_200;
/// How long a detached mailbox can be had again by its owner; after that it may be erased at any time.
pub const DETACHED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Keywords that one mailbox may have; for another one, one is given up that no item has, or it is refused.
pub const KEYWORDS_MAX: u8 = 120;
/// Bytes of a keyword's name; a longer one is refused.
pub const KEYWORD_BYTES_MAX: usize = 128;
/// Folders that one mailbox may have; another one is refused.
pub const FOLDERS_MAX: i64 = 10_000;
/// Folders made after a backup that a restore keeps apart from those made after the restore, by UIDVALIDITY, however
/// quickly they were made: more than `FOLDERS_MAX`, since folders go, too.
pub const FOLDERS_FORGOTTEN_MAX: i64 = 65_536;
/// Folders of a mailbox by which the UIDVALIDITY of the next one is above it.
pub const FOLDERS_APART: i64 = 1_024;
/// Bytes of a folder's own name, without those that it is in; a longer one is refused.
pub const FOLDER_NAME_BYTES_MAX: usize = 250;
/// Folders in folders; a deeper one is refused.
pub const FOLDER_DEPTH_MAX: usize = 32;
/// Annotations of one mailbox and its folders, of all readers; another one is refused.
pub const ANNOTATIONS_MAX: i64 = 1_000;
/// Bytes of an annotation; a longer one is refused. They do not count for the quota, whose measure is messages.
pub const ANNOTATION_BYTES_MAX: usize = 16 * 1024;
/// Users and groups that have rights to one folder; another one is refused, also where a new folder would have them.
pub const FOLDER_GRANTS_MAX: i64 = 100;
/// Rights of users and groups to all folders of one mailbox; another one is refused, and a folder that would have some.
pub const MAILBOX_GRANTS_MAX: i64 = 10_000;
/// Mailboxes with folders that one user or group has rights to; another one is refused. Each is read by LIST. Not by
/// folders: one owner could use up what a grantee may be given.
pub const GRANTED_MAILBOXES_MAX: i64 = 1_000;
/// Bytes of a message; a larger one is refused. What WorkMail takes by mail, MIME and all, is 40 MB (WB §12.5).
pub const MESSAGE_BYTES_MAX: usize = 50 * 1024 * 1024;
/// Bytes of a message up to which its body is in its row; a larger one is a blob. Measured: docs/decisions/0010.
pub const ROW_BODY_BYTES_MAX: usize = 512 * 1024;
/// Bytes of a message from which it is read and sealed on a thread that may block.
pub const BLOCKING_BYTES_MIN: usize = 256 * 1024;
/// How long after its blob was put a message may be stored; after that it is refused, so that a blob without a row that
/// is older was left behind.
pub const BLOB_USED_WITHIN: Duration = Duration::from_secs(60 * 60);
/// How long a blob is kept without a row, and how old it is at least when it is found without one. DESIGN §4.
pub const BLOB_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Items that one transaction changes: longer work goes in slices, so that others get their turn.
pub const ITEMS_PER_WRITE: usize = 1_000;
/// Bytes of a subject, a name or an address that messages are sorted by; what is longer is cut off.
pub const SORT_KEY_BYTES_MAX: usize = 250;
/// Rows of a folder that are read into memory at once.
pub const ROWS_PER_READ: i64 = 1_000;
/// How long an item that was expunged can be recovered; after that it may be removed at any time.
pub const RECOVERABLE_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How much what can be recovered may hold for each byte of the mailbox's quota: when it is more, the oldest of it is
/// given up before its time, as Exchange does (RecoverableItemsQuota), whose own limit is near that of a mailbox.
pub const RECOVERABLE_QUOTAS: i64 = 1;
/// How long the log of changes goes back at least: who was away longer reads everything anew (GP §4.3).
pub const LOG_KEPT: Duration = Duration::from_secs(60 * 24 * 60 * 60);
/// How much later than `DETACHED_KEPT` a mailbox is erased, so that no node whose clock is behind still gives it back.
pub const ERASED_AFTER: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// Rows that a sweep removes in one transaction.
pub const ROWS_PER_SWEEP: i64 = 500;
/// Pause between two sweeps.
pub const SWEEP_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// Characters of a word that full-text search tells apart; longer ones are the same when they begin alike.
pub const SEARCH_WORD_CHARACTERS_MAX: usize = 40;
/// Words of a message, each once a field, that it is found by: the first ones, headers before the body.
pub const SEARCH_TERMS_MAX: usize = 10_000;
/// Bytes of them as stored, without their prefix; the next ones are left out. PostgreSQL takes 1 MiB with it.
pub const SEARCH_TERMS_BYTES_MAX: usize = 512 * 1024;
/// Words, and what joins them, of one search; a larger one is refused.
pub const SEARCH_QUERY_PARTS_MAX: usize = 128;
/// How deep what joins words may stand in what joins them; a deeper one is refused.
pub const SEARCH_QUERY_DEPTH_MAX: usize = 16;
/// Contents that join SQLite's index in one round.
pub const SEARCH_JOIN_MAX: usize = 1_024;
/// Bytes of their terms from which on the others wait for the next round.
pub const SEARCH_JOIN_BYTES: usize = 8 * 1024 * 1024;
/// How much less of the processor a round gets than whoever answers somebody: a third, as Linux weighs it.
pub const SEARCH_JOIN_NICENESS: i32 = 5;
/// Segments of SQLite's index from which on they are merged while nothing waits.
pub const SEARCH_SEGMENTS_MAX: i64 = 4;
/// Segments of it from which on they are merged although something waits.
pub const SEARCH_SEGMENTS_BUSY_MAX: i64 = 64;
/// Steps of merging after each round then, `SEARCH_MERGE_PAGES` each: about twice what a round writes.
pub const SEARCH_MERGES_PER_ROUND: usize = 4;
/// Pages of 4 KiB that are written at once where segments of SQLite's index are merged: who stores messages meanwhile waits
/// no longer for a round than that takes.
pub const SEARCH_MERGE_PAGES: i64 = 256;
/// How long nothing has changed before a round begins.
pub const SEARCH_JOIN_PAUSE: Duration = Duration::from_millis(200);
/// How long a round waits for that, from the first change on.
pub const SEARCH_JOIN_AFTER: Duration = Duration::from_secs(2);
/// Contents that may wait for SQLite's index before who stores more waits for them.
pub const SEARCH_PENDING_MAX: u64 = 3_072;
/// Those of one mailbox that a search looks at; while there are more it waits.
pub const SEARCH_LOOKED_AT_MAX: i64 = 4_096;
/// How long a search waits for that at most, from the first turn of each piece of it on; then it is refused.
pub const SEARCH_INDEX_TIME_MAX: Duration = Duration::from_secs(10);
/// How long it waits before it asks for another round: one may have failed.
pub const SEARCH_ROUND_TIME_MAX: Duration = Duration::from_secs(1);
/// How long who stores waits for the index at most.
pub const SEARCH_PENDING_TIME_MAX: Duration = Duration::from_secs(5);
/// Contents or items that one answer of a search names; who wants more asks again for what is above the last one.
pub const SEARCH_ROWS_MAX: i64 = 10_000;
/// Items of a folder from which its flags are kept in memory while it is open: fewer are read as fast.
pub const OPEN_FLAGS_ITEMS_MIN: i64 = 1_000;
/// UIDs for each item above which they are not: most of the memory would stand for nothing.
pub const OPEN_FLAGS_SPARSE_MAX: i64 = 4;
/// Bytes of flags in memory, of all folders of the process: what is above it is read from the store each time.
pub const OPEN_FLAGS_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Items that changed since flags were read above which they are read again as a whole.
pub const OPEN_FLAGS_CHANGES_MAX: u64 = 5_000;
/// UIDs by which flags in memory grow at once.
pub const OPEN_FLAGS_GROWTH: usize = 100_000;
