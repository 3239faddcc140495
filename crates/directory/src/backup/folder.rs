//! The folder that a backup is written to.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use postroom_types::hex;

use super::Failed;
use super::manifest::{MANIFEST, Manifest};

/// Says that the folder is no backup yet; and of two that write to one folder, one is refused.
const UNFINISHED: &str = "unfinished";

/// A folder that is being filled. Dropped before it is finished, what was written is removed.
pub(super) struct Folder {
    path: PathBuf,
    written: Vec<PathBuf>,
    made: bool,
    finished: bool,
}

impl Folder {
    /// Makes the folder, for its owner only; an existing one must be empty.
    pub(super) fn begin(path: &Path) -> Result<Self, Failed> {
        let made = match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(Failed::file(path)(error)),
        };
        if fs::read_dir(path).map_err(Failed::file(path))?.next().is_some() {
            return Err(not_empty(path));
        }
        let mark = path.join(UNFINISHED);
        let marked = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&mark);
        match marked.and_then(|file| file.sync_all()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(not_empty(path)),
            marked => marked.map_err(Failed::file(&mark))?,
        }
        Ok(Self { path: path.to_owned(), written: vec![mark], made, finished: false })
    }

    /// Where the file `name` goes; it is removed again when the backup does not end.
    pub(super) fn file(&mut self, name: &str) -> PathBuf {
        let path = self.path.join(name);
        if !self.written.contains(&path) {
            self.written.push(path.clone());
        }
        path
    }

    /// Writes the manifest: now it is a backup.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<(), Failed> {
        let (path, beside) = (self.path.join(MANIFEST), self.file("manifest.partial"));
        let text = serde_json::to_vec_pretty(manifest).map_err(std::io::Error::other);
        let written = text.and_then(|text| {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::remove_file(self.path.join(UNFINISHED))?;
            fs::rename(&beside, &path)?;
            File::open(&self.path)?.sync_all()?;
            let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        });
        written.map_err(Failed::file(&path))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        // Without the manifest nothing here counts; what cannot be removed only takes room.
        drop(fs::remove_file(self.path.join(MANIFEST)));
        self.written.iter().for_each(|file| drop(fs::remove_file(file)));
        if self.made {
            drop(fs::remove_dir(&self.path));
        }
    }
}

fn not_empty(path: &Path) -> Failed {
    let what = if path.join(MANIFEST).exists() {
        "it holds a backup, and a backup is never overwritten"
    } else if path.join(UNFINISHED).exists() {
        "it holds a backup that is being taken or was cut off"
    } else {
        "it is not empty"
    };
    Failed::refused(format!("{}: {what}", path.display()), "name a folder that is not there yet")
}

/// Size and SHA-256 of a file.
pub(super) fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut context, mut size) = (File::open(path)?, Context::new(&SHA256), 0);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, hex(context.finish().as_ref())));
        }
        size += read as u64;
        context.update(&buffer[..read]);
    }
}
