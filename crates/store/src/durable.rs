//! Names and bytes that outlive a power loss: a new name is on the disk when the folder that has it is synced.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Creates `path` and what is missing above it.
///
/// The folder above `path` is synced in any case, and those further up where that is allowed: an earlier process may
/// have created them and died before it synced.
pub(crate) fn create_folders(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    let path = path.canonicalize()?;
    let mut above = path.ancestors().skip(1);
    above.next().map_or(Ok(()), sync_folder)?;
    above.take_while(|folder| sync_folder(folder).is_ok()).for_each(drop);
    Ok(())
}

/// Makes the names in `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Writes the bytes of `path` once more and syncs them; nothing happens when there is no such file.
///
/// After a failed sync the machine may show bytes that are not on the disk and that no later sync brings there, since
/// it counts them as written. Others may read the file meanwhile, nobody may write it.
pub(crate) fn write_again(path: &Path) -> io::Result<()> {
    let file = match fs::OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let (mut buffer, mut offset) = (vec![0; 1 << 20], 0);
    loop {
        let read = file.read_at(&mut buffer, offset)?;
        if read == 0 {
            return if offset == 0 { Ok(()) } else { file.sync_all() };
        }
        file.write_all_at(&buffer[..read], offset)?;
        offset += read as u64;
    }
}
