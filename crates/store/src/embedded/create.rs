//! A new file of the store, which is there whole or not at all.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use super::connection::{SqliteSql, store_error};
use crate::durable::sync_folder;
use crate::{Outcome, StoreError};

/// Creates `path`; nothing happens when it is there. Its folder is synced in either case: whoever created the file may
/// have died before that.
///
/// SQLite writes the first page of a new file under its name and syncs it then. When that sync fails, or the machine
/// stops before it, half a page may be all that is ever on the disk. So the file is made under another name, what an
/// earlier try has left there goes first, and it gets its name when it is on the disk.
pub(super) fn create(path: &Path) -> std::result::Result<(), StoreError> {
    if !path.exists() {
        let new = path.with_extension("new");
        on_disk(path, remove(&new))?;
        SqliteSql::create(&new).map(drop).map_err(|error| store_error(&error))?;
        on_disk(path, File::open(&new).and_then(|file| file.sync_all()))?;
        on_disk(path, fs::rename(&new, path))?;
    }
    on_disk(path, path.parent().map_or(Ok(()), sync_folder))
}

/// Removes what an earlier try has left.
fn remove(new: &Path) -> Result<()> {
    for ending in ["new", "new-journal", "new-wal", "new-shm"] {
        match fs::remove_file(new.with_extension(ending)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn on_disk(path: &Path, done: Result<()>) -> std::result::Result<(), StoreError> {
    done.map_err(|error: Error| StoreError::Unavailable {
        outcome: Outcome::NotWritten,
        cause: format!("{}: {error}", path.display()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_try_has_left_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        for name in ["store.new", "store.new-journal", "store.new-wal"] {
            fs::write(folder.path().join(name), b"half a page").unwrap();
        }
        create(&path).unwrap();
        create(&path).unwrap();
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["store.db"]);
        assert_eq!(fs::metadata(&path).unwrap().len(), 4096, "a whole page without a log");
        assert!(SqliteSql::open_writer(&path).is_ok());
    }
}
