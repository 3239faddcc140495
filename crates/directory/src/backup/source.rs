//! A backup that is read.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use postroom_store::backup::{Archive, BackupError};
use postroom_store::seal::MasterKey;
use postroom_store::{Place, Store};
use postroom_types::{Constrained, OrganizationId};
use serde_json::json;

use super::Failed;
use super::about::About;
use super::folder::digest;
use super::manifest::{Entry, MANIFEST, Manifest};

/// A backup's folder, with the master key that its archives were sealed with. Nothing of the store is touched.
#[derive(Clone)]
pub struct Source {
    folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    master: Arc<dyn MasterKey>,
}

impl Source {
    /// The backup in `folder`, whose manifest has been read.
    pub fn new(folder: &Path, manifest: Manifest, master: Arc<dyn MasterKey>) -> Self {
        Self { folder: folder.to_owned(), manifest, master }
    }

    /// Whether the archives' headers can be read and their keys opened. Nothing else is looked at.
    pub fn try_key(&self) -> Result<(), Failed> {
        let entries = self.manifest.organizations.iter().chain(&self.manifest.directory);
        for entry in entries {
            let path = self.path(entry)?;
            let opened = Archive::open_with(&path, Arc::clone(&self.master));
            if let Err(error) = opened.map_err(Failed::archive(&entry.file)) {
                // No key is blamed for bytes that are not those that were written.
                self.as_written(entry)?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Where the archive is; a manifest that names anything but a file in its folder is none.
    fn path(&self, entry: &Entry) -> Result<PathBuf, Failed> {
        let file = &entry.file;
        if file.contains(['/', '\\', '\0']) || file.starts_with('.') {
            return Err(Failed::damaged(MANIFEST, format!("{file:?} is no name of an archive")));
        }
        Ok(self.folder.join(file))
    }

    /// The archive of the organization that a person calls `name`: id or alias.
    pub(super) fn find(&self, name: &str) -> Result<&Entry, Failed> {
        let entries = &self.manifest.organizations;
        let found = entries.iter().find(|entry| entry.organization_id == name);
        let found = found.or_else(|| entries.iter().find(|entry| entry.alias.eq_ignore_ascii_case(name)));
        found.ok_or_else(|| {
            let left_out = self
                .manifest
                .left_out
                .iter()
                .find(|left| left.organization_id == name || left.alias.eq_ignore_ascii_case(name));
            let what = match left_out {
                Some(left) => format!("the backup was taken without organization {name}: {}", left.why),
                None => format!("the backup has no organization {name}"),
            };
            Failed::refused(what, format!("the organizations in it are listed in {MANIFEST}"))
        })
    }

    /// Where the archive is, whose bytes are those that were written.
    fn as_written(&self, entry: &Entry) -> Result<PathBuf, Failed> {
        let file = &entry.file;
        let path = self.path(entry)?;
        let (size_bytes, sha256) = digest(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failed::damaged(file, "it is not there, so the backup is not whole"),
            _ => Failed::file(&path)(error),
        })?;
        if size_bytes != entry.size_bytes {
            let what = format!("it has {size_bytes} bytes and was written with {}", entry.size_bytes);
            return Err(Failed::damaged(file, what));
        }
        if sha256 != entry.sha256 {
            return Err(Failed::damaged(file, "its bytes are not those that were written"));
        }
        Ok(path)
    }

    /// Opens an archive whose bytes are those that were written, of this program's schema.
    pub(super) fn archive(&self, store: &Store, entry: &Entry, place: Place) -> Result<Archive, Failed> {
        let (file, path) = (&entry.file, self.as_written(entry)?);
        let archive = Archive::open_with(&path, Arc::clone(&self.master)).map_err(Failed::archive(file))?;
        archive.check(store, place).map_err(Failed::archive(file))?;
        Ok(archive)
    }

    /// The header's row of the directory, when it is of the organization that the manifest names.
    pub(super) fn about(entry: &Entry, archive: &Archive) -> Result<About, Failed> {
        let about: About = serde_json::from_value(archive.header.about.clone()).map_err(|error| {
            Failed::damaged(&entry.file, format!("its header is not understood: {error}"))
        })?;
        if about.organization_id != entry.organization_id
            || OrganizationId::parse(&about.organization_id).is_err()
        {
            let what =
                format!("it is of organization {}, not {}", about.organization_id, entry.organization_id);
            return Err(Failed::Archive { file: entry.file.clone(), error: BackupError::Kind(what) });
        }
        Ok(about)
    }

    /// Whether the directory's archive, which is authentic, lists what the manifest lists.
    pub(super) fn agrees(&self, directory: &Archive) -> bool {
        let listed =
            json!({ "organizations": self.manifest.organizations, "left_out": self.manifest.left_out });
        directory.header.about == listed
    }
}
