//! The list of what a backup holds.

use serde::{Deserialize, Serialize};

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
