//! Why a mailbox operation was refused, by what the caller can do about it.

use postroom_directory::DirectoryError;
use postroom_store::StoreError;
use postroom_types::EntityId;

/// A refusal of the mailbox crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxError {
    /// The entity is there and has no mailbox: not enabled, or not of a kind that owns one.
    NoMailbox(EntityId),
    /// The quota is not one that a mailbox may have.
    QuotaOutOfRange {
        /// The most it may be, MB.
        quota_mb_max: i64,
    },
    /// The directory's refusal.
    Directory(DirectoryError),
}

impl From<DirectoryError> for MailboxError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for MailboxError {
    fn from(error: StoreError) -> Self {
        Self::Directory(error.into())
    }
}
