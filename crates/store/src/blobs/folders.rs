//! Blobs as files in the folder of their organization: `bodies/<2 hex>/<64 hex>`.
//!
//! Ours and not a library's: no folder may come into being beside an organization's own, which may be removed
//! meanwhile, and the names of new folders have to be as durable as the files.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use postroom_types::{OrganizationKey, Timestamp};

use super::{BlobId, Found, unavailable};
use crate::durable::sync_folder;
use crate::lock::lock;
use crate::{Random, StoreError, limits};

/// What the name of a file ends with while it is written.
const NEW: &str = ".new";

/// The folders of organizations.
pub(crate) struct Folders {
    root: PathBuf,
    /// Shelves whose names are on the disk, a bit each.
    durable: Mutex<HashMap<OrganizationKey, [u64; 4]>>,
}

impl Folders {
    /// In `root`, which has a folder for each organization.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, durable: Mutex::default() }
    }

    pub(super) fn put(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        bytes: &[u8],
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        let shelf = self.shelf(organization, id.shelf());
        let part = u64::from_ne_bytes(random.bytes());
        let new = shelf.join(format!("{id}.{part:016x}{NEW}"));
        let put = self.make(organization, id.shelf()).and_then(|()| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&new, shelf.join(id.to_string()))?;
            sync_folder(&shelf)
        });
        put.map_err(|error| {
            drop(fs::remove_file(&new));
            // The folder may have been taken away: the next one looks again.
            lock(&self.durable).remove(&organization);
            unavailable(new.display(), error)
        })
    }

    /// Makes a shelf, unless it is there, durably: whoever made it may have died before its name was on the disk.
    fn make(&self, organization: OrganizationKey, shelf: u8) -> io::Result<()> {
        let (word, bit) = (usize::from(shelf / 64), 1 << (shelf % 64));
        if lock(&self.durable).get(&organization).is_some_and(|shelves| shelves[word] & bit != 0) {
            return Ok(());
        }
        let folder = self.organization(organization);
        let bodies = folder.join("bodies");
        make_folder(&bodies)?;
        sync_folder(&folder)?;
        make_folder(&self.shelf(organization, shelf))?;
        sync_folder(&bodies)?;
        lock(&self.durable).entry(organization).or_default()[word] |= bit;
        Ok(())
    }

    pub(super) fn read(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        range: Range<u64>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(organization, id);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unavailable(path.display(), error)),
        };
        read_range(&file, range).map(Some).map_err(|error| unavailable(path.display(), error))
    }

    pub(super) fn page(
        &self,
        organization: OrganizationKey,
        after: Option<BlobId>,
    ) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        for shelf in after.map_or(0, BlobId::shelf)..=u8::MAX {
            let mut on_shelf = Vec::new();
            self.each(organization, shelf, |name, entry| {
                let Some(id) = BlobId::from_name(name).filter(|id| after.is_none_or(|after| *id > after))
                else {
                    return Ok(());
                };
                let known = entry.metadata()?;
                on_shelf.push(Found { id, size_bytes: known.len(), put_at: time(known.modified()?) });
                Ok(())
            })?;
            on_shelf.sort_unstable_by_key(|found| found.id);
            found.extend(on_shelf);
            if found.len() >= limits::BLOBS_PER_PAGE {
                break;
            }
        }
        Ok(found)
    }

    pub(super) fn remove(&self, organization: OrganizationKey, id: BlobId) -> Result<(), StoreError> {
        let path = self.path(organization, id);
        match fs::remove_file(&path) {
            // That its name is gone need not be durable: it would be collected again.
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unavailable(path.display(), error)),
            _ => Ok(()),
        }
    }

    pub(super) fn remove_leftovers(
        &self,
        organization: OrganizationKey,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        (0..=u8::MAX).try_for_each(|shelf| {
            self.each(organization, shelf, |name, entry| {
                if name.ends_with(NEW) && time(entry.metadata()?.modified()?) < before {
                    fs::remove_file(entry.path())?;
                }
                Ok(())
            })
        })
    }

    /// Calls `each` with what is on a shelf; what goes away meanwhile is left out.
    fn each(
        &self,
        organization: OrganizationKey,
        shelf: u8,
        mut each: impl FnMut(&str, &fs::DirEntry) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let path = self.shelf(organization, shelf);
        let there = |result: io::Result<()>| match result {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unavailable(path.display(), error)),
            _ => Ok(()),
        };
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => return there(Err(error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| unavailable(path.display(), error))?;
            if let Some(name) = entry.file_name().to_str() {
                there(each(name, &entry))?;
            }
        }
        Ok(())
    }

    fn organization(&self, organization: OrganizationKey) -> PathBuf {
        self.root.join(organization.0.to_string())
    }

    fn shelf(&self, organization: OrganizationKey, shelf: u8) -> PathBuf {
        self.organization(organization).join("bodies").join(format!("{shelf:02x}"))
    }

    fn path(&self, organization: OrganizationKey, id: BlobId) -> PathBuf {
        self.shelf(organization, id.shelf()).join(id.to_string())
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn read_range(file: &File, range: Range<u64>) -> io::Result<Vec<u8>> {
    let end = range.end.min(file.metadata()?.len());
    let size = usize::try_from(end.saturating_sub(range.start)).map_err(io::Error::other)?;
    let mut bytes = vec![0; size];
    file.read_exact_at(&mut bytes, range.start)?;
    Ok(bytes)
}

fn time(at: SystemTime) -> Timestamp {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    #[test]
    fn a_shelf_that_was_taken_away_is_made_again() {
        let root = tempfile::tempdir().unwrap();
        let (folders, organization) = (Folders::new(root.path().to_owned()), OrganizationKey(1));
        let id = BlobId::from_bytes(&[7; 32]).unwrap();
        let put = || folders.put(organization, id, b"bytes", &SystemRandom);
        assert!(put().is_err(), "an organization that is gone gets no folder");
        fs::create_dir(root.path().join("1")).unwrap();
        put().unwrap();
        fs::remove_dir_all(root.path().join("1/bodies")).unwrap();
        assert!(put().is_err());
        put().unwrap();
        assert_eq!(folders.read(organization, id, 1..3).unwrap().unwrap(), b"yt");
    }
}
