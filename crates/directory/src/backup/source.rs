//! A backup that is read.

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
use super::manifest::{Entry, FORMAT, MANIFEST, Manifest};

/// A backup's folder, with the master key that its archives were sealed with. Nothing of the store is touched.
#[derive(Clone)]
pub struct Source {
    folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    master: Arc<dyn MasterKey>,
}

impl Source {
    /// Reads the manifest of `folder`.
    pub fn open(folder: &Path, master: Arc<dyn MasterKey>) -> Result<Self, Failed> {
        let path = folder.join(MANIFEST);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Failed::refused(
                    format!("{} holds no backup: there is no {MANIFEST}", folder.display()),
                    "name the folder of a backup; one that was cut off has no manifest and cannot be used",
                ));
            }
            Err(error) => return Err(Failed::file(&path)(error)),
        };
        let value: serde_json::Value = serde_json::from_slice(&text)
            .map_err(|error| Failed::damaged(MANIFEST, format!("it is not JSON: {error}")))?;
        if value["format"] != json!(FORMAT) {
            let by = value["written_by"].as_str().unwrap_or("another program");
            let what =
                format!("it was written by {by} in form {}, and this is form {FORMAT}", value["format"]);
            return Err(Failed::Archive { file: MANIFEST.to_owned(), error: BackupError::Version(what) });
        }
        let manifest = serde_json::from_value(value)
            .map_err(|error| Failed::damaged(MANIFEST, format!("it cannot be understood: {error}")))?;
        Ok(Self { folder: folder.to_owned(), manifest, master })
    }

    /// Whether the archives' headers can be read and their keys opened. Nothing else is looked at.
    pub fn try_key(&self) -> Result<(), Failed> {
        let entries = self.manifest.organizations.iter().chain(&self.manifest.directory);
        for entry in entries {
            let path = self.path(entry)?;
            Archive::open_with(&path, Arc::clone(&self.master)).map_err(Failed::archive(&entry.file))?;
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

    /// Opens an archive whose bytes are those that were written, of this program's schema.
    pub(super) fn archive(&self, store: &Store, entry: &Entry, place: Place) -> Result<Archive, Failed> {
        let file = &entry.file;
        let path = self.path(entry)?;
        let (size_bytes, sha256) = digest(&path).map_err(Failed::file(&path))?;
        if size_bytes != entry.size_bytes {
            let what = format!("it has {size_bytes} bytes and was written with {}", entry.size_bytes);
            return Err(Failed::damaged(file, what));
        }
        if sha256 != entry.sha256 {
            return Err(Failed::damaged(file, "its bytes are not those that were written"));
        }
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
