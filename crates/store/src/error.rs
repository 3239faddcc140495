//! What can go wrong in the store, by what the caller can do about it.

use std::fmt;

/// Whether a failed write may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was written.
    NotWritten,
    /// The commit was sent and its answer was lost: it may be there. Look it up by client token, or answer 503.
    Unknown,
}

/// A store operation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The engine is away, full, or closed after a failed sync. Trying again later may help.
    Unavailable {
        /// Whether the write may have taken effect.
        outcome: Outcome,
        /// For the log, never for a peer.
        cause: String,
    },
    /// Another transaction was in the way (SQLSTATE 40001, 40P01); the store runs the transaction again by itself
    /// and answers this only when its tries are used up.
    Conflict(String),
    /// The organization's data cannot be opened: newer version, failed migration, damaged file.
    Impaired(String),
    /// A statement failed in a way that no input may cause, or a transaction panicked.
    Bug(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { outcome: Outcome::NotWritten, cause } => {
                write!(f, "store unavailable: {cause}")
            }
            Self::Unavailable { outcome: Outcome::Unknown, cause } => {
                write!(f, "store unavailable, the last write may or may not be there: {cause}")
            }
            Self::Conflict(cause) => write!(f, "conflicting transactions: {cause}"),
            Self::Impaired(cause) => write!(f, "organization impaired: {cause}"),
            Self::Bug(cause) => write!(f, "bug in a statement: {cause}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// The store could not be opened.
#[derive(Debug)]
pub struct OpenError {
    /// What was being opened.
    pub what: String,
    /// Why it failed.
    pub cause: String,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open {}: {}", self.what, self.cause)
    }
}

impl std::error::Error for OpenError {}
