//! The list of what a backup holds.

use std::path::Path;

use postroom_store::backup::BackupError;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Failed;

/// Name of the manifest's file.
pub(super) const MANIFEST: &str = "manifest.json";
/// Name of the directory's archive.
pub(super) const DIRECTORY: &str = "directory.postroom";
/// The form of the folder that this program writes and reads.
pub(super) const FORMAT: u32 = 1;

/// What a backup holds; the manifest's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// The program that wrote it.
    pub written_by: String,
    /// When it began, microseconds since the epoch.
    pub taken_at: i64,
    /// The directory's archive; none when only some organizations were asked for.
    pub directory: Option<Entry>,
    /// The organizations' archives.
    pub organizations: Vec<Entry>,
    /// Organizations that could not be saved.
    pub left_out: Vec<LeftOut>,
}

impl Manifest {
    /// Reads the manifest of `folder`, which needs no key.
    pub fn read(folder: &Path) -> Result<Self, Failed> {
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
        serde_json::from_value(value)
            .map_err(|error| Failed::damaged(MANIFEST, format!("it cannot be understood: {error}")))
    }
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Of which organization; empty for the directory.
    pub organization_id: String,
    /// Its alias then.
    pub alias: String,
    /// The file in the folder.
    pub file: String,
    /// Its size.
    pub size_bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Rows in it.
    pub rows: u64,
}

/// An organization that could not be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which.
    pub organization_id: String,
    /// Its alias.
    pub alias: String,
    /// Why.
    pub why: String,
}
