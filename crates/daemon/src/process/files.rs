//! Files of the data directory: private, whole or not there.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

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

fn write_synced(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = file.with_extension("new");
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
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Problem::new(format!("cannot remove {}", file.display()), error))
        }
        _ => Ok(()),
    }
}
