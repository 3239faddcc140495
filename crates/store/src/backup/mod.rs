//! Logical archives: one place (the directory or an organization) as one sealed file, the same from both engines.
//!
//! An archive is a header in clear (what it is, when, which schema versions), then the rows of every table of the
//! place from one snapshot, compressed and sealed in frames under a key of its own, which the master key wraps. It
//! can be loaded on either engine and under another short number of the organization. Blobs that rows name are in it, so
//! nothing outside is needed to restore it; they go where the store that loads it keeps blobs.
//!
//! ```text
//! | magic 8 | header length 4 | header (JSON) | frame | frame | … | last frame |
//! frame: | length 4, highest bit: last | AES-256-GCM of at most 64 KiB; nonce: frame number and last bit; AAD: header |
//! plain text of the frames, joined: a zstd stream of records
//! record: | 1 | table name | columns | or | 2 | values of a row of that table | or | 3 | rows in all |
//!         or | 4 | id of a blob 32 | its bytes |, after the table whose rows name it
//! ```
//!
//! Entry points: [`write_archive`], [`Archive::open`], [`Archive::load`].

mod archive;
mod clear;
mod dump;
mod load;
mod places;
mod records;
mod unfinished;

pub use archive::{Archive, Header};
pub use clear::{clear_directory, is_empty};
pub use dump::write_archive;
pub(crate) use places::ALL as PLACES_STATEMENTS;
pub use places::{
    PlaceRestore, Stage, abandon_place, advance_place, begin_place, end_place, place_restores, touch_place,
};
pub(crate) use unfinished::{ALL as STATEMENTS, SCHEMA as UNFINISHED};
pub use unfinished::{Unfinished, begin_restore, end_restore, unfinished_restore};

use std::fmt;

use crate::StoreError;
use crate::seal::SealError;

/// How far a dump or a load came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tables.
    pub tables: u64,
    /// Rows in all of them.
    pub rows: u64,
}

/// Why an archive could not be written or read.
#[derive(Debug)]
pub enum BackupError {
    /// The file system.
    Io(std::io::Error),
    /// The bytes are not what was written: cut short, changed, or no archive at all. Says where.
    Damaged(String),
    /// The archive was sealed under another master key, or the master key cannot be used.
    Key(SealError),
    /// The archive is not of what was asked for. Says of what.
    Kind(String),
    /// The archive is of another version of the schema than this program's.
    Version(String),
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the archive cannot be read or written: {error}"),
            Self::Damaged(what) => write!(f, "the archive is damaged: {what}"),
            Self::Key(error) => write!(f, "the archive cannot be opened: {error}"),
            Self::Kind(what) => write!(f, "the archive is another one: {what}"),
            Self::Version(what) => write!(f, "the archive is of another version: {what}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SealError> for BackupError {
    fn from(error: SealError) -> Self {
        Self::Key(error)
    }
}
