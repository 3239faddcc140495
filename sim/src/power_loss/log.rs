//! The records that the preloaded library wrote; `shim/shim.h` says what they mean.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

// | magic 4 | kind 2 | unused 2 | inode 8 | offset 8 | other 8 | name length 4 | data length 4 | name | data |
// in the machine's own byte order.
const HEADER_BYTES: usize = 40;
const MAGIC: u32 = 0x5254_5350;
const DATA_BYTES_MAX: usize = 64 << 20;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The workload said something.
    Mark(Vec<u8>),
    /// A file or folder got its first name.
    Create { inode: u64, folder: u64, name: String, is_folder: bool },
    /// A file got one more name.
    Link { inode: u64, folder: u64, name: String },
    /// A name was removed.
    Unlink { folder: u64, name: String },
    /// A name became another, replacing what had it.
    Rename { inode: u64, from: u64, old: String, to: u64, new: String },
    /// Bytes were written.
    Write { inode: u64, offset: u64, data: Vec<u8> },
    /// The length was set.
    Truncate { inode: u64, size: u64 },
    /// A sync began; of the data only when it is `fdatasync`.
    SyncBegin { inode: u64, ticket: u64, data_only: bool },
    /// A sync ended well.
    SyncEnd { inode: u64, ticket: u64 },
    /// A sync failed.
    SyncFailed { inode: u64, ticket: u64 },
    /// A process began, all earlier ones are gone.
    Start,
}

/// Reads the whole log. A record that is cut short ends it: its process was killed while writing it.
pub fn read(path: &Path) -> Result<Vec<Record>, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut input = BufReader::with_capacity(1 << 20, file);
    let mut records = Vec::new();
    while let Some(record) = next(&mut input).map_err(|error| format!("{}: {error}", path.display()))? {
        records.push(record);
    }
    Ok(records)
}

fn next(input: &mut impl Read) -> Result<Option<Record>, String> {
    let Some(header) = bytes(input, HEADER_BYTES) else { return Ok(None) };
    let mut rest = header.as_slice();
    let (magic, kind) = (u32::from_ne_bytes(take(&mut rest)), u16::from_ne_bytes(take(&mut rest)));
    take::<2>(&mut rest);
    if magic != MAGIC {
        return Err("a record does not begin as one".to_owned());
    }
    let [inode, offset, other] = [(); 3].map(|()| u64::from_ne_bytes(take(&mut rest)));
    let [name, data] = [(); 2].map(|()| u32::from_ne_bytes(take(&mut rest)) as usize);
    if name.max(data) > DATA_BYTES_MAX {
        return Err("a record has an impossible length".to_owned());
    }
    let (Some(name), Some(data)) = (bytes(input, name), bytes(input, data)) else { return Ok(None) };
    let name = String::from_utf8(name).map_err(|_| "a name is not UTF-8".to_owned())?;
    Ok(Some(match kind {
        1 => Record::Mark(data),
        2 | 3 => Record::Create { inode, folder: other, name, is_folder: kind == 3 },
        4 => Record::Link { inode, folder: other, name },
        5 => Record::Unlink { folder: other, name },
        6 => {
            let new = String::from_utf8(data).map_err(|_| "a name is not UTF-8".to_owned())?;
            Record::Rename { inode, from: other, old: name, to: offset, new }
        }
        7 => Record::Write { inode, offset, data },
        8 => Record::Truncate { inode, size: offset },
        9 => Record::SyncBegin { inode, ticket: offset, data_only: other == 1 },
        10 => Record::SyncEnd { inode, ticket: offset },
        11 => Record::SyncFailed { inode, ticket: offset },
        12 => Record::Start,
        other => return Err(format!("a record has the unknown kind {other}")),
    }))
}

fn bytes(input: &mut impl Read, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    input.read_exact(&mut bytes).is_ok().then_some(bytes)
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let mut taken = [0; N];
    if let Some((first, after)) = rest.split_first_chunk::<N>() {
        (taken, *rest) = (*first, after);
    }
    taken
}
