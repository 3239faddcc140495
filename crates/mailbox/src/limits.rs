//! Limits of mailboxes (WB §14): what, unit, and what happens at the edge.

use std::time::Duration;

/// The most a mailbox may hold, MB, and what a new one may; a greater quota is refused.
pub const QUOTA_MB_MAX: i64 = 51_200;
/// How long a detached mailbox can be had again by its owner; after that it may be erased at any time.
pub const DETACHED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Keywords that one mailbox may have; another one is refused.
pub const KEYWORDS_MAX: u8 = 120;
/// Bytes of a keyword's name; a longer one is refused.
pub const KEYWORD_BYTES_MAX: usize = 128;
/// Folders that one mailbox may have; another one is refused.
pub const FOLDERS_MAX: i64 = 10_000;
/// Bytes of a folder's own name, without those that it is in; a longer one is refused.
pub const FOLDER_NAME_BYTES_MAX: usize = 250;
/// Folders in folders; a deeper one is refused.
pub const FOLDER_DEPTH_MAX: usize = 32;
/// Bytes of a message; a larger one is refused. What WorkMail takes by mail, MIME and all, is 40 MB (WB §12.5).
pub const MESSAGE_BYTES_MAX: usize = 50 * 1024 * 1024;
/// Items that one transaction changes: longer work goes in slices, so that others get their turn.
pub const ITEMS_PER_WRITE: usize = 1_000;
/// Rows of a folder that are read into memory at once.
pub const ROWS_PER_READ: i64 = 1_000;
