//! A place as an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::archive::{Header, KEY_CONTEXT, MAGIC, kind};
use super::records::{write_blob, write_end, write_row, write_table};
use super::{BackupError, Counts, places, unfinished};
use crate::blobs::{self, BlobId};
use crate::seal::frames::FrameWriter;
use crate::seal::{Keyring, Secret};
use crate::{Parameter, Place, SchemaModule, Store, StoreError, Value};

/// Writes the archive of `place` to `path` from one snapshot, while others read and write.
///
/// `about` goes into the header in clear. The file appears under its name when it is whole and on disk, mode 0600.
/// Blocks; call it on a thread that may.
pub fn write_archive(
    store: &Store,
    keyring: &Keyring,
    place: Place,
    about: &serde_json::Value,
    path: &Path,
) -> Result<Counts, BackupError> {
    let random = store.random().as_ref();
    let key = Secret::new(random.bytes());
    let wrapped = keyring.master().wrap(random, KEY_CONTEXT, &key)?;
    let header = Header {
        kind: kind(place).to_owned(),
        taken_at: store.clock().now().micros(),
        versions: versions(store.modules(), place),
        about: about.clone(),
        wrapped_key: STANDARD.encode(wrapped),
    };
    let header = serde_json::to_vec(&header).map_err(std::io::Error::other)?;
    let beside = path.with_extension("partial");
    let written = store.scan(place, |sql| {
        // From the start each time: a lost connection runs the closure again.
        let counts = dump(sql, store, place, &header, &key, &beside);
        Ok::<_, StoreError>(counts)
    });
    let counts = match written.map_err(BackupError::from).and_then(|counts| counts) {
        Ok(counts) => counts,
        Err(error) => {
            drop(fs::remove_file(&beside));
            return Err(error);
        }
    };
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(counts)
}

fn dump(
    sql: &mut dyn crate::Sql,
    store: &Store,
    place: Place,
    header: &[u8],
    key: &Secret,
    path: &Path,
) -> Result<Counts, BackupError> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(MAGIC)?;
    file.write_all(&u32::try_from(header.len()).map_err(std::io::Error::other)?.to_be_bytes())?;
    file.write_all(header)?;
    let frames = FrameWriter::new(BufWriter::new(file), key, header.to_vec());
    let mut out = zstd::Encoder::new(frames, 3)?;
    let mut counts = Counts::default();
    for table in tables(store.modules(), place) {
        counts.tables += 1;
        let named = dump_table(sql, &table, place, &mut out, &mut counts)?;
        dump_blobs(store, place, &named, &mut out)?;
    }
    write_end(&mut out, counts.rows)?;
    let file = out.finish()?.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(counts)
}

fn dump_table(
    sql: &mut dyn crate::Sql,
    table: &PlacedTable,
    place: Place,
    out: &mut impl Write,
    counts: &mut Counts,
) -> Result<BTreeSet<BlobId>, BackupError> {
    let number = [Parameter::Integer(place.number())];
    let (text, parameters) = if table.by_place {
        (format!("SELECT * FROM {} WHERE organization = $1", table.name), &number[..])
    } else {
        (format!("SELECT * FROM {}", table.name), &[][..])
    };
    let (mut begun, mut failed, mut named) = (false, None, BTreeSet::new());
    sql.stream(&text, parameters, &mut |columns, row| {
        let written = if begun { Ok(()) } else { write_table(out, table.name, columns) };
        begun = true;
        counts.rows += 1;
        named.extend(blob_of(columns, &row));
        match written.and_then(|()| write_row(out, &row)) {
            Ok(()) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    })?;
    failed.map_or(Ok(named), |error| Err(error.into()))
}

/// The blob that `row` names.
fn blob_of(columns: &[String], row: &crate::Row) -> Option<BlobId> {
    match row.0.get(columns.iter().position(|column| column == blobs::COLUMN)?) {
        Some(Value::Bytes(id)) => BlobId::from_bytes(id),
        _ => None,
    }
}

/// Writes the blobs `named`. None of them goes meanwhile: what a snapshot's rows name was in use when it was taken, and
/// is kept for a day after that.
fn dump_blobs(
    store: &Store,
    place: Place,
    named: &BTreeSet<BlobId>,
    out: &mut impl Write,
) -> Result<(), BackupError> {
    let Place::Organization(key) = place else { return Ok(()) };
    for id in named {
        let Some(bytes) = store.blobs().read_blocking(key, *id, 0..u64::MAX)? else {
            return Err(StoreError::Impaired(format!("the body {id} is gone: run fsck")).into());
        };
        write_blob(out, *id, &bytes)?;
    }
    Ok(())
}

/// A table of a place.
pub(super) struct PlacedTable {
    pub(super) name: &'static str,
    /// Whether its rows are chosen by the place's number. Tables that only the directory has are whole.
    pub(super) by_place: bool,
}

/// The tables of `place`, parents first, each once.
pub(super) fn tables(modules: &[SchemaModule], place: Place) -> Vec<PlacedTable> {
    let in_directory = place == Place::Directory;
    let mut tables: Vec<PlacedTable> = Vec::new();
    for module in modules.iter().filter(|module| module.in_directory == in_directory) {
        for &name in module.tables {
            // What nodes of one cell tell each other, the notes of restores and a store's name in a bucket mean nothing
            // elsewhere; blobs are written as such, wherever they are.
            let left_out =
                ["changes", unfinished::TABLE, places::TABLE, blobs::IDENTITY_TABLE, blobs::CHUNKS_TABLE];
            if !left_out.contains(&name) && !tables.iter().any(|table| table.name == name) {
                let in_organizations =
                    |other: &SchemaModule| !other.in_directory && other.tables.contains(&name);
                let by_place = !in_directory || modules.iter().any(in_organizations);
                tables.push(PlacedTable { name, by_place });
            }
        }
    }
    tables
}

/// The newest migration of each module of `place`.
pub(super) fn versions(modules: &[SchemaModule], place: Place) -> BTreeMap<String, i64> {
    let in_directory = place == Place::Directory;
    let of_place =
        modules.iter().filter(|module| module.in_directory == in_directory && module.name != "store.changes");
    of_place.map(|module| (module.name.to_owned(), module.newest())).collect()
}

pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
