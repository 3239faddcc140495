//! Files of the data directory: private, whole or not there.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// Makes `folder` (and its parents) for its owner only; an existing one is left as it is.
pub(crate) fn make_private_directory(folder: &Path) -> Result<(), Problem> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| {
        Problem::new(format!("cannot make the directory {}", folder.display()), error)
            .advise("name a folder that this user may write to with --data")
    })
}

/// Writes `file` for its owner only: a reader sees the old content or all of the new, also after a power cut.
pub(crate) fn write_private(file: &Path, content: &[u8]) -> Result<(), Problem> {
    write_synced(file, content)
        .map_err(|error| Problem::new(format!("cannot write {}", file.display()), error))
}

/// The same for a file that the program does without: a full disk is told in the log, and the old one stays, if there is
/// one.
pub(crate) fn write_if_room(file: &Path, content: &[u8]) -> Result<(), Problem> {
    match write_synced(file, content) {
        Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            tracing::warn!(file = %file.display(), "the disk is full: a file is not written");
            remove(&beside(file))
        }
        written => written.map_err(|error| Problem::new(format!("cannot write {}", file.display()), error)),
    }
}

/// What is written first.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("new")
}

fn write_synced(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = beside(file);
    let mut new = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    new.set_permissions(Permissions::from_mode(0o600))?;
    new.write_all(content)?;
    new.sync_all()?;
    fs::rename(&beside, file)?;
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Removes `file` if it is there.
pub(crate) fn remove(file: &Path) -> Result<(), Problem> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Problem::new(format!("cannot remove {}", file.display()), error))
        }
        _ => Ok(()),
    }
}
