//! What `fsck` checks of the retention policy.

use postroom_directory::invariants::{cause, told};
use postroom_store::fsck::RowCheck;

use crate::retention::RetentionPolicy;
use crate::sql;

/// What the row is checked for.
pub const ROWS: &[RowCheck] = &[told("a retention policy can be read", &sql::SELECT, |row, _| {
    RetentionPolicy::from_row(row).err().map(cause)
})];
