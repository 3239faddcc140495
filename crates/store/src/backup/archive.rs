//! The file: its header and its sealed stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::records::{Record, read_record};
use super::{BackupError, Counts};
use crate::blobs::BlobId;
use crate::seal::frames::FrameReader;
use crate::seal::{Keyring, MasterKey, Secret};
use crate::{Place, Row};

pub(super) const MAGIC: &[u8; 8] = b"PSTRARC1";
const HEADER_BYTES_MAX: usize = 1 << 20;

/// What an archive says about itself, in clear but authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `directory` or `organization`.
    pub kind: String,
    /// When the snapshot was taken, microseconds since the epoch.
    pub taken_at: i64,
    /// Newest migration of each schema module.
    pub versions: BTreeMap<String, i64>,
    /// What the capability above adds: of an organization, its row of the directory.
    pub about: serde_json::Value,
    /// The archive's key, wrapped by the master key (base64).
    pub(super) wrapped_key: String,
}

impl Header {
    /// Whether it is the directory's archive.
    pub fn is_directory(&self) -> bool {
        self.kind == DIRECTORY
    }
}

const DIRECTORY: &str = "directory";

/// What an archive of `place` says that it is.
pub(super) fn kind(place: Place) -> &'static str {
    match place {
        Place::Directory => DIRECTORY,
        Place::Organization(_) => "organization",
    }
}

/// What the archive's key is bound to when it is wrapped.
pub(super) const KEY_CONTEXT: &[u8] = b"postroom archive key";

/// What is in an archive.
pub(super) enum Part<'a> {
    /// A row, with its table and the names of its columns.
    Row(&'a str, &'a [String], Row),
    /// A blob.
    Blob(BlobId, Vec<u8>),
}

/// An archive whose header has been read and whose key is open.
pub struct Archive {
    path: PathBuf,
    /// The header.
    pub header: Header,
    header_bytes: Vec<u8>,
    key: Secret,
    /// Opens what the archive has sealed.
    pub(super) master: Arc<dyn MasterKey>,
}

impl Archive {
    /// Opens the archive in `path` with the master key of `keyring`.
    pub fn open(path: &Path, keyring: &Keyring) -> Result<Self, BackupError> {
        Self::open_with(path, keyring.shared_master())
    }

    /// Opens the archive in `path` with the master key that it was made under; [`Archive::load`] wraps the data keys in
    /// it anew.
    pub fn open_with(path: &Path, master: Arc<dyn MasterKey>) -> Result<Self, BackupError> {
        let (header_bytes, _) = read_header(path)?;
        let header: Header = serde_json::from_slice(&header_bytes)
            .map_err(|error| BackupError::Damaged(format!("its header cannot be read: {error}")))?;
        let wrapped = super::dump::from_base64(&header.wrapped_key)
            .ok_or_else(|| BackupError::Damaged("its key cannot be read".to_owned()))?;
        let key = master.unwrap(KEY_CONTEXT, &wrapped)?;
        Ok(Self { path: path.to_owned(), header, header_bytes, key, master })
    }

    /// Reads the whole archive without using it, so that a damaged one is refused before anything is written.
    pub fn verify(&self) -> Result<Counts, BackupError> {
        self.each(|_| Ok(()))
    }

    /// Calls `each` with every part.
    pub(super) fn each(
        &self,
        mut each: impl FnMut(Part<'_>) -> Result<(), BackupError>,
    ) -> Result<Counts, BackupError> {
        let (_, file) = read_header(&self.path)?;
        let frames = FrameReader::new(file, &self.key, self.header_bytes.clone());
        let mut stream = BufReader::new(zstd::Decoder::new(frames)?);
        let (mut table, mut columns, mut counts) = (String::new(), Vec::new(), Counts::default());
        loop {
            match read_record(&mut stream, columns.len())? {
                Record::Table { name, columns: of_table } => {
                    counts.tables += 1;
                    (table, columns) = (name, of_table);
                }
                Record::Row(_) if columns.is_empty() => {
                    return Err(BackupError::Damaged("a row comes before its table".to_owned()));
                }
                Record::Row(row) => {
                    counts.rows += 1;
                    each(Part::Row(&table, &columns, row))?;
                }
                Record::Blob(id, bytes) => each(Part::Blob(id, bytes))?,
                Record::End(rows) if rows == counts.rows => break,
                Record::End(rows) => {
                    return Err(BackupError::Damaged(format!("{} rows instead of {rows}", counts.rows)));
                }
            }
        }
        // The last frame is part of the proof that nothing was cut off.
        let mut rest = [0; 1];
        if stream.read(&mut rest)? != 0 {
            return Err(BackupError::Damaged("there is something after its end".to_owned()));
        }
        Ok(counts)
    }
}

/// The bytes of the header, and the file after it.
fn read_header(path: &Path) -> Result<(Vec<u8>, BufReader<File>), BackupError> {
    let mut file = BufReader::new(File::open(path)?);
    let mut start = [0; 12];
    file.read_exact(&mut start).map_err(|_| BackupError::Damaged("it is too short".to_owned()))?;
    let (magic, length) = start.split_at(8);
    if magic != MAGIC {
        return Err(BackupError::Damaged("it is not a Postroom archive".to_owned()));
    }
    let length = length.iter().fold(0_usize, |length, &byte| (length << 8) | usize::from(byte));
    if length > HEADER_BYTES_MAX {
        return Err(BackupError::Damaged("its header has an impossible length".to_owned()));
    }
    let mut header = vec![0; length];
    file.read_exact(&mut header).map_err(|_| BackupError::Damaged("its header is cut short".to_owned()))?;
    Ok((header, file))
}
