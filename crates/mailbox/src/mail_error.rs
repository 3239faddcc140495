//! Why an operation on folders and items was refused, by what the caller can do about it.

use std::fmt;

use postroom_store::seal::SealError;
use postroom_store::{Outcome, StoreError};

/// A refusal of an operation on what is in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailError {
    /// The mailbox is gone or detached: its owner is no longer enabled.
    MailboxGone,
    /// No such folder, or it was deleted since.
    FolderNotFound,
    /// A folder of that name is there.
    FolderExists,
    /// A folder cannot have that name: why.
    FolderName(&'static str),
    /// The folder is one that every mailbox has; it can be neither deleted nor moved.
    FolderReserved,
    /// The folder has folders in it.
    FolderHasChildren,
    /// A limit of this crate is reached: which.
    Limit(&'static str),
    /// The mailbox is full.
    QuotaExceeded {
        /// What it may hold, bytes.
        quota_bytes: i64,
    },
    /// The message is larger than `limits::MESSAGE_BYTES_MAX`.
    TooLarge,
    /// Something stored is damaged: what. A person should look.
    Damaged(String),
    /// The store's refusal.
    Store(StoreError),
}

impl MailError {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MailboxGone => f.write_str("the mailbox is gone"),
            Self::FolderNotFound => f.write_str("no such folder"),
            Self::FolderExists => f.write_str("a folder of that name exists"),
            Self::FolderName(why) => write!(f, "a folder cannot have that name: {why}"),
            Self::FolderReserved => f.write_str("every mailbox has this folder"),
            Self::FolderHasChildren => f.write_str("the folder has folders in it"),
            Self::Limit(which) => write!(f, "the limit is reached: {which}"),
            Self::QuotaExceeded { quota_bytes } => {
                write!(f, "the mailbox is full: it may hold {quota_bytes} bytes")
            }
            Self::TooLarge => f.write_str("the message is too large"),
            Self::Damaged(what) => write!(f, "what is stored is damaged: {what}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MailError {}

impl From<StoreError> for MailError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SealError> for MailError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Store(error) => Self::Store(error),
            SealError::MasterKeyUnavailable(cause) => {
                Self::Store(StoreError::Unavailable { outcome: Outcome::NotWritten, cause })
            }
            SealError::WrongMasterKey | SealError::NoDataKey => {
                Self::Store(StoreError::Impaired(error.to_string()))
            }
            SealError::NotAuthentic => Self::Damaged(error.to_string()),
        }
    }
}
