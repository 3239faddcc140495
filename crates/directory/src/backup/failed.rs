//! Why a backup or a restore did not happen.

use std::fmt;
use std::path::{Path, PathBuf};

use postroom_store::StoreError;
use postroom_store::backup::BackupError;

use crate::DirectoryError;

/// A backup or restore that did not happen. Nothing half done is left, unless it says so.
#[derive(Debug)]
pub enum Failed {
    /// The folder or the store is not as it must be: what is the case, and what to do.
    Refused {
        /// What is the case.
        what: String,
        /// What to do.
        advice: String,
    },
    /// An archive.
    Archive {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        error: BackupError,
    },
    /// The file system.
    File {
        /// Where.
        path: PathBuf,
        /// What it says.
        error: std::io::Error,
    },
    /// The store or its rules.
    Directory(DirectoryError),
    /// The store was away when the organization was known, or may have been: a job goes on with it.
    Unfinished {
        /// Which organization.
        what: String,
        /// Why.
        why: String,
    },
}

impl Failed {
    /// Whether something may be there all the same.
    pub fn is_unfinished(&self) -> bool {
        matches!(self, Self::Unfinished { .. })
    }

    pub(super) fn refused(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), advice: advice.into() }
    }

    /// For `map_err`: a failure of the file system at `path`.
    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::File { path: path.to_owned(), error }
    }

    /// For `map_err`: a failure of the archive `file`. What the store says is the store's.
    pub(super) fn archive(file: &str) -> impl Fn(BackupError) -> Self {
        move |error| match error {
            BackupError::Store(error) => Self::Directory(error.into()),
            error => Self::Archive { file: file.to_owned(), error },
        }
    }

    pub(super) fn damaged(file: &str, what: impl Into<String>) -> Self {
        Self::Archive { file: file.to_owned(), error: BackupError::Damaged(what.into()) }
    }

    /// What a person can do about it.
    pub fn advice(&self) -> String {
        let text = match self {
            Self::Refused { advice, .. } => advice,
            Self::Archive { error: BackupError::Key(_), .. } => {
                "give the master key that was in use when the backup was taken with --master-key FILE"
            }
            Self::Archive { error: BackupError::Damaged(_) | BackupError::Kind(_), .. } => {
                "take another copy of this backup, or another backup; nothing of it was restored"
            }
            Self::Archive { error: BackupError::Version(_), .. } => {
                "install the Postroom that wrote it (its version is in manifest.json)"
            }
            Self::Archive { .. } | Self::File { .. } => "see to the disk and the rights, and try again",
            Self::Directory(DirectoryError::Store(StoreError::Bug(_))) => {
                "trying again does not help: report it, with the versions of what wrote the data and of what reads it"
            }
            Self::Directory(_) => "try again when the store can be reached",
            Self::Unfinished { .. } => {
                "a server that runs finishes it within minutes or removes what is there of it: look with \
                 `postroom fsck`, and with ListOrganizations"
            }
        };
        text.to_owned()
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { what, .. } => f.write_str(what),
            Self::Archive { file, error } => write!(f, "{file}: {error}"),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Directory(error) => error.fmt(f),
            Self::Unfinished { what, why } => write!(f, "{what} is not finished: {why}"),
        }
    }
}

impl std::error::Error for Failed {}

impl From<DirectoryError> for Failed {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Directory(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_not_tried_again() {
        let advice = |error: StoreError| Failed::from(error).advice();
        assert!(
            advice(StoreError::Bug("no such table".to_owned())).starts_with("trying again does not help")
        );
        assert!(advice(StoreError::Conflict("in the way".to_owned())).starts_with("try again"));
    }
}
