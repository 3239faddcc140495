//! Secrets at rest: a master key outside the store, a data key in each place, values sealed by the data key.
//!
//! ```text
//! master key (a file, later a KMS)
//!   └ wraps the data key of the directory and of each organization (table data_keys, in the place itself)
//!       ├ seals values: secrets of access keys, DKIM keys, small bodies        DataKey::seal, DataKey::open
//!       ├ seals large bodies in frames, which open one by one                  DataKey::seal_framed, DataKey::open_frames
//!       └ derives keys: page tokens, hashes of personal access tokens, audit   DataKey::derive
//! ```
//!
//! An organization's data key lies in its own store, so that a tenant is moved and restored as a unit; it is not
//! bound to the organization's short number, which changes when it is restored beside the original. The directory's
//! data key also tells at start whether the master key is the right one.
//!
//! Entry points: [`Keyring::open_with_file`], [`Keyring::data_key`], [`DataKey`].

mod data_key;
mod derive;
mod framed;
pub(crate) mod frames;
mod keyring;
mod master;
mod schema;
mod secret;
mod statements;

pub use data_key::{DataKey, Purpose};
pub use framed::{FrameMap, Framed, Frames};
pub use keyring::Keyring;
pub(crate) use keyring::context;
pub use master::{FileMasterKey, MasterKey};
pub(crate) use schema::{IN_DIRECTORY, IN_ORGANIZATION, TABLE};
pub use secret::Secret;
pub(crate) use statements::ALL as STATEMENTS;

use std::fmt;

use crate::StoreError;

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealError {
    /// The sealed bytes are damaged, or were sealed under another key, purpose or context.
    NotAuthentic,
    /// The master key is not the one that the data key was wrapped with.
    WrongMasterKey,
    /// The place has no data key any more: what was sealed in it does not open.
    NoDataKey,
    /// The master key cannot be used now (a KMS that is away).
    MasterKeyUnavailable(String),
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAuthentic => f.write_str("sealed data is damaged or was sealed for something else"),
            Self::WrongMasterKey => f.write_str("the master key is not the one this data was sealed with"),
            Self::NoDataKey => f.write_str(
                "its data key is lost, so nothing that was sealed in it opens: restore it from a backup, \
                 beside it or after its deletion with ForceDelete",
            ),
            Self::MasterKeyUnavailable(cause) => write!(f, "the master key cannot be used: {cause}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SealError {}

impl From<StoreError> for SealError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
