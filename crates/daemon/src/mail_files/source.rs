//! Where messages come from: what a path is, and each message of it in its order.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::{MailFile, maildir, mbox, names};

/// What an import reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// One file of messages.
    Mbox(PathBuf),
    /// A file for each folder, `NAME.mbox`, with those that are in it in a folder `NAME`.
    MboxTree(PathBuf),
    /// A Maildir with its subfolders.
    Maildir(PathBuf),
    /// Files of one message each.
    Messages(Vec<PathBuf>),
}

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

impl Source {
    /// Looks what `path` is; `None` when there is no mail in it.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        if !fs::metadata(path)?.is_dir() {
            let is_message = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
            let path = path.to_owned();
            return Ok(Some(if is_message { Self::Messages(vec![path]) } else { Self::Mbox(path) }));
        }
        if maildir::is_maildir(path) {
            return Ok(Some(Self::Maildir(path.to_owned())));
        }
        if !with_extension(path, "mbox")?.is_empty() {
            return Ok(Some(Self::MboxTree(path.to_owned())));
        }
        let messages = with_extension(path, "eml")?;
        Ok(if messages.is_empty() { None } else { Some(Self::Messages(messages)) })
    }

    /// Its folders, parents before what is in them.
    pub(crate) fn folders(&self) -> io::Result<Vec<Folder>> {
        let one = |files| vec![Folder { path: Vec::new(), files }];
        Ok(match self {
            Self::Mbox(path) => one(Files::Mbox(path.clone())),
            Self::Messages(paths) => one(Files::Messages(paths.clone())),
            Self::Maildir(root) => {
                let found = maildir::folders(root)?.into_iter();
                found.map(|(path, folder)| Folder { path, files: Files::Maildir(folder) }).collect()
            }
            Self::MboxTree(root) => {
                let mut found = Vec::new();
                tree(root, &[], &mut found)?;
                found
            }
        })
    }
}

impl Folder {
    /// Hands each message to `each`, in order, until it answers an error.
    pub(crate) fn each<E: From<io::Error>>(
        &self,
        each: &mut dyn FnMut(MailFile) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.files {
            Files::Mbox(path) => {
                let mut reader = mbox::Reader::new(BufReader::new(File::open(path)?))?;
                while let Some(mut found) = reader.next()? {
                    found.name = format!("{} of {}", found.name, path.display());
                    each(found)?;
                }
                Ok(())
            }
            Files::Maildir(folder) => {
                let keywords = maildir::Letters::read(folder)?;
                maildir::files(folder)?.iter().try_for_each(|path| each(maildir::read(path, &keywords)?))
            }
            Files::Messages(paths) => paths.iter().try_for_each(|path| each(maildir::read_plain(path)?)),
        }
    }
}

fn tree(folder: &Path, above: &[String], found: &mut Vec<Folder>) -> io::Result<()> {
    for file in with_extension(folder, "mbox")? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path: Vec<String> = above.iter().cloned().chain([names::decode(&name)]).collect();
        let inner = folder.join(&name);
        found.push(Folder { path: path.clone(), files: Files::Mbox(file) });
        if inner.is_dir() {
            tree(&inner, &path, found)?;
        }
    }
    Ok(())
}

/// The files of `folder` whose names end so, in the order of their names.
fn with_extension(folder: &Path, wanted: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted)) && path.is_file()
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
