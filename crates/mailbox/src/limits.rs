//! Limits of mailboxes (WB §14): what, unit, and what happens at the edge.

use std::time::Duration;

/// The most a mailbox may hold, MB, and what a new one may; a greater quota is refused.
pub const QUOTA_MB_MAX: i64 = 51_200;
/// How long a detached mailbox can be had again by its owner; after that it may be erased at any time.
pub const DETACHED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
