//! Where messages come from: what a path is, and each message of it in its order.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::{MailFile, maildir, mbox, names};

/// A folder of a source, by its path of names, and what is in it.
pub(crate) struct Folder {
    /// Empty: where the import goes.
    pub(crate) path: Vec<String>,
    files: Files,
}

enum Files {
    Mbox(PathBuf),
    Maildir(PathBuf),
    Messages(Vec<PathBuf>),
}

/// What is found in a folder.
pub(crate) enum Found {
    /// A message.
    Message(MailFile),
    /// A file that cannot be read, or not to its end: which, and why.
    Unreadable(PathBuf, io::Error),
}

/// The folders of `path`, parents before what is in them; none when there is no mail in it. An error when it, or a folder
/// in it, cannot be read; of the kind `InvalidData` when it is a file and no mbox.
///
/// A folder is looked through with what is in it: Maildirs with their subfolders, `NAME.mbox` with those in it in a
/// folder `NAME`, and `.eml` files. Symbolic links in it are named and not followed: who wrote it may not be who may read
/// what they lead to.
pub(crate) fn folders(path: &Path) -> io::Result<Vec<Folder>> {
    let one = |files| vec![Folder { path: Vec::new(), files }];
    if fs::metadata(path)?.is_dir() {
        let mut found = Vec::new();
        look_through(path, &[], &mut found)?;
        // Stable: what is of one folder stays in its order.
        found.sort_by(|one, other| one.path.cmp(&other.path));
        return Ok(found);
    }
    // The one that is asked for may be a link.
    let file = fs::canonicalize(path)?;
    let reader = BufReader::new(open_regular(&file)?);
    if has_extension(path, "eml") {
        return Ok(one(Files::Messages(vec![file])));
    }
    mbox::Reader::new(reader)?;
    Ok(one(Files::Mbox(file)))
}

fn look_through(folder: &Path, path: &[String], found: &mut Vec<Folder>) -> io::Result<()> {
    let is_maildir = maildir::is_maildir(folder);
    let below = |names: &[String]| path.iter().chain(names).cloned().collect::<Vec<_>>();
    for (names, inner) in maildir::folders(folder)? {
        found.push(Folder { path: below(&names), files: Files::Maildir(inner) });
    }
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    // Their reading says why not.
    let mut messages = if is_maildir { maildir::stray_folders(folder)? } else { Vec::new() };
    for entry in entries {
        let (inner, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let is_part = is_maildir && maildir::PARTS.contains(&name.as_str());
            if !name.starts_with('.') && !is_part {
                look_through(&inner, &below(&[names::decode(&name)]), found)?;
            }
        } else if kind.is_symlink() && (inner.is_dir() || has_extension(&inner, "mbox")) {
            // Its reading says why not.
            messages.push(inner);
        } else if has_extension(&inner, "mbox") {
            let name = inner.file_stem().unwrap_or_default().to_string_lossy();
            found.push(Folder { path: below(&[names::decode(&name)]), files: Files::Mbox(inner) });
        } else if has_extension(&inner, "eml") {
            messages.push(inner);
        }
    }
    if !messages.is_empty() {
        found.push(Folder { path: path.to_vec(), files: Files::Messages(messages) });
    }
    Ok(())
}

/// Opens a file of mail: no link, and nothing that never ends or waits for somebody.
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_file() {
        return File::open(path);
    }
    let what = if kind.is_symlink() { "a symbolic link is not followed" } else { "it is no regular file" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

impl Folder {
    /// Hands each message to `each`, in order, until it answers an error. What cannot be read does not end it.
    pub(crate) fn each<E>(&self, each: &mut dyn FnMut(Found) -> Result<(), E>) -> Result<(), E> {
        let mut read = |path: &Path, read: io::Result<MailFile>| match read {
            Ok(message) => each(Found::Message(message)),
            Err(error) => each(Found::Unreadable(path.to_owned(), error)),
        };
        match &self.files {
            Files::Mbox(path) => each_of_mbox(path, &mut |message| read(path, message)),
            Files::Maildir(folder) => match maildir::Letters::read(folder)
                .and_then(|letters| Ok((letters, maildir::files(folder)?)))
            {
                Ok((letters, files)) => {
                    files.iter().try_for_each(|path| read(path, maildir::read(path, &letters)))
                }
                Err(error) => read(folder, Err(error)),
            },
            Files::Messages(paths) => paths.iter().try_for_each(|path| read(path, maildir::read_plain(path))),
        }
    }
}

fn each_of_mbox<E>(
    path: &Path,
    each: &mut dyn FnMut(io::Result<MailFile>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = match open_regular(path).and_then(|file| mbox::Reader::new(BufReader::new(file))) {
        Ok(reader) => reader,
        Err(error) => return each(Err(error)),
    };
    loop {
        match reader.next() {
            Ok(None) => return Ok(()),
            Ok(Some(mut message)) => {
                message.name = format!("{} of {}", message.name, path.display());
                each(Ok(message))?;
            }
            Err(error) => return each(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    /// The folders that are found in `root`, with how many messages each.
    fn found(root: &Path) -> Vec<(String, usize)> {
        let count = |folder: &Folder| {
            let mut count = 0;
            let each = &mut |found| -> Result<(), ()> {
                count += usize::from(matches!(found, Found::Message(_)));
                Ok(())
            };
            folder.each(each).expect("no error");
            count
        };
        let all = folders(root).expect("readable");
        all.iter().map(|folder| (folder.path.join("/"), count(folder))).collect()
    }

    #[test]
    fn a_folder_is_looked_through_to_its_ground() {
        let root = tempfile::tempdir().expect("a folder");
        let put = |name: &[u8], text: &str| {
            let path = root.path().join(std::ffi::OsStr::from_bytes(name));
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        let mbox = "From a Sat Nov 21 20:25:00 2026\nSubject: s\n\n\n";
        put(b"A.mbox", mbox);
        // Nothing of its own.
        put(b"Work/Inner.mbox", mbox);
        put(b"Work/1.eml", "Subject: s\n");
        put(b"Work/2.EML", "Subject: s\n");
        put(b"Entw\xfcrfe/deep/x.eml", "Subject: s\n");
        put(b"box/cur/1.x:2,S", "Subject: s\n");
        put(b"box/.Sub.Inner/cur/1.x:2,S", "Subject: s\n");
        put(b"box/.Entw\xfcrfe/cur/1.x:2,S", "Subject: s\n");
        put(b"box/.a..b/cur/1.x:2,S", "Subject: s\n");
        put(b"box/Plain/cur/1.x:2,S", "Subject: s\n");
        put(b"notes.txt", "none");
        // Parts of no Maildir.
        put(b"arch/new/1.eml", "Subject: s\n");
        put(b"arch/tmp/1.mbox", mbox);
        put(b"arch/&AGM-ur/1.mbox", mbox);
        // Parts of one.
        put(b"box/cur/2.mx.eml", "Subject: s\n");
        put(b"box/new/2.x", "Subject: s\n");
        put(b"box/tmp/3.x", "Subject: s\n");
        let wanted = [
            ("A", 1),
            ("Entw\u{fffd}rfe/deep", 1),
            ("Work", 2),
            ("Work/Inner", 1),
            ("arch/cur/1", 1),
            ("arch/new", 1),
            ("arch/tmp/1", 1),
            ("box", 3),
            ("box/Entw\u{fffd}rfe", 1),
            ("box/Plain", 1),
            ("box/Sub/Inner", 1),
            ("box/a/b", 1),
        ];
        assert_eq!(found(root.path()), wanted.map(|(path, count)| (path.to_owned(), count)));
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_others_come() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("1.eml"), "Subject: s\n").expect("a file");
        fs::write(root.path().join("3.eml"), "Subject: s\n").expect("a file");
        fs::write(root.path().join("no.mbox"), "no mail\n").expect("a file");
        let secret = root.path().join("secret");
        fs::create_dir_all(secret.join("cur")).expect("a folder");
        fs::write(secret.join("cur").join("1.x:2,"), "Subject: s\n").expect("a file");
        let inner = root.path().join("inner");
        fs::create_dir_all(inner.join("cur")).expect("a folder");
        for (target, name) in [("secret/cur/1.x:2,", "2.eml"), ("secret", ".Sent"), ("no.mbox", "link.mbox")]
        {
            std::os::unix::fs::symlink(root.path().join(target), inner.join(name)).expect("a link");
        }
        std::os::unix::fs::symlink(secret.join("cur/1.x:2,"), inner.join("cur/5.x:2,")).expect("a link");
        fs::create_dir(inner.join("cur").join("a folder")).expect("a folder");
        std::os::unix::fs::symlink(secret.join("cur"), inner.join("new")).expect("a link");
        let (mut good, mut bad) = (0, Vec::new());
        for folder in folders(root.path()).expect("readable") {
            let each = &mut |found| -> Result<(), ()> {
                match found {
                    Found::Message(_) => good += 1,
                    Found::Unreadable(path, _) => bad.push(path),
                }
                Ok(())
            };
            folder.each(each).expect("no error");
        }
        let wanted =
            ["cur/5.x:2,", "cur/a folder", ".Sent", "2.eml", "link.mbox", "new"].map(|name| inner.join(name));
        let wanted: Vec<PathBuf> = wanted.into_iter().chain([root.path().join("no.mbox")]).collect();
        assert_eq!((good, bad), (3, wanted));
    }
}
