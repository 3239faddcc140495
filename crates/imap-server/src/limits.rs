//! Limits of IMAP sessions: what, unit, and what happens at the edge.

use std::time::Duration;

/// How long a client that is logged in may be silent between commands: then BYE. RFC 9051 §5.4 asks for 30 minutes at least.
pub const SILENCE_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a client that has lost its right in a command may take for the word that it has: then the connection is cut.
pub const BYE_TIME_MAX: Duration = Duration::from_secs(1);
/// Log-ins that may fail in one connection: then BYE.
pub const LOG_INS_FAILED_MAX: u32 = 5;
/// Commands in one connection that are no IMAP: then BYE.
pub const COMMANDS_REFUSED_MAX: u32 = 50;
/// Bytes that are collected before they are sent.
pub const OUTPUT_BYTES: usize = 64 * 1024;
/// Bytes that are read at once while a message comes in; between commands it is [`READ_IDLE_BYTES`].
pub const READ_BYTES: usize = 64 * 1024;
/// Bytes that are read at once between commands: small, since thousands of sessions wait there.
pub const READ_IDLE_BYTES: usize = 1024;
/// How long a session waits before what it knows of its folder is packed; where IDLE begins it is packed at once.
pub(crate) const PACK_AFTER: Duration = Duration::from_secs(1);
/// Ranges of UIDs of a folder from which they are packed. Fewer take less than the rest of the session.
pub(crate) const PACKED_RANGES_MIN: usize = 64;
/// Bytes of a command with all its literals: two of the largest messages. More is BAD with LIMIT.
pub const COMMAND_BYTES_MAX: u64 = 2 * postroom_mailbox::limits::MESSAGE_BYTES_MAX as u64;
/// Bytes of the literals of a command up to which no room is asked for: names, searches, small lists.
pub const LITERALS_UNCOUNTED_BYTES: u64 = 4 * 1024;
/// How long it is taken as given that a mailbox is there and has room, before a literal is asked for.
pub const ROOM_SEEN_TIME: Duration = Duration::from_secs(1);
/// How slowly a literal may come, beside the time that its client may be silent: then BYE. Room that is taken and hardly
/// used is missing to others.
pub const LITERAL_BYTES_PER_SECOND_MIN: u64 = 8 * 1024;
/// Bytes of a command that is refused, which its client sends without having been asked and which are read and thrown
/// away; more is BYE. They take no memory. RFC 7888 §4.
pub const SKIPPED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Items whose envelopes, structures or previews are in memory at once.
pub const SHOWN_AT_ONCE: usize = 200;
/// Different texts that one search may look for: each is a look-up in the index. More is NO with LIMIT.
pub const SEARCH_TEXTS_MAX: usize = 64;
/// Texts that a search looks for in one turn. What is not in the index yet is read once for them.
pub const SEARCH_TEXTS_AT_ONCE: usize = 8;
/// Messages that a search looks at one by one before others have their turn.
pub(crate) const SEARCH_ROWS_PER_TURN: usize = 64;
/// Messages that are sorted or threaded at once: more are NO with LIMIT. Each takes some hundred bytes of memory.
pub const SORTED_MAX: u64 = 200_000;
/// How deep a message may stand below another one in a thread when it is put there; a deeper one begins its own.
pub const THREAD_DEPTH_MAX: usize = 1_000;
/// How often a command that takes long says that it is still at work. RFC 9585 §3.
pub const PROGRESS_EVERY: Duration = Duration::from_secs(10);
/// Bytes of messages that one command copies to another user's mailbox: more are NO with LIMIT. They are in memory once,
/// since they are sealed anew.
pub const ACROSS_BYTES_MAX: i64 = 100 * 1024 * 1024;
/// Bytes that one FETCH tells of one message: more is NO with LIMIT, since they are in memory at once. A client that asks
/// for a message and once more for all of its parts stays below.
pub const FETCHED_BYTES_MAX: usize = 3 * postroom_mailbox::limits::MESSAGE_BYTES_MAX;
/// Bytes of messages that FETCH marks as read together, before it sends them: a client that is gone, or whose session is
/// ended, has not read what it was not sent. More is one transaction the more.
pub const MARKED_BYTES_MAX: i64 = 256 * 1024;
/// Bytes of the patterns of one LIST or LSUB with their references: more is NO with LIMIT. Each folder is compared with each.
pub const PATTERNS_BYTES_MAX: usize = 16 * 1024;
/// Mailboxes that NOTIFY may name: more is NO with LIMIT. At each change every folder is compared with each.
pub const NOTIFY_NAMES_MAX: usize = 100;
/// Messages whose flags are asked for from which they are told from memory.
pub const FLAGS_FROM_MEMORY_MIN: u64 = 1_000;
