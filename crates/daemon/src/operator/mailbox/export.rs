//! A mailbox as files that other programs read.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use postroom_mailbox::{Folder, Item, Keywords, MailError, Place as MailPlace, SealedBody, Uid, UidSet};
use serde::{Deserialize, Serialize};

use super::tree::Tree;
use super::{Counting, Target, Waiting, at_file, blocking};
use crate::mail_files::maildir::Letters;
use crate::mail_files::{maildir, mbox, names};
use crate::operator::{Operator, Progress};
use crate::problem::Problem;

/// What the name of an mbox file ends with.
const MBOX: &str = ".mbox";
/// Bytes that the name of a file may have on Linux.
const NAME_BYTES_MAX: usize = 255;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum MailFormat {
    /// Maildir++: a file a message, flags and keywords in its name.
    Maildir,
    /// A file a folder (mboxrd), flags and keywords in header fields in front.
    Mbox,
}

/// Writes a mailbox into files.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailboxExport {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Whose mailbox: id, name or address.
    pub(crate) user: String,
    /// How.
    pub(crate) format: MailFormat,
    /// Only this folder, as a path with slashes.
    pub(crate) folder: Option<String>,
    /// Where, absolute.
    pub(crate) to: PathBuf,
}

/// What was written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Exported {
    to: PathBuf,
    folders: u64,
    messages: u64,
    size_bytes: i64,
    /// Keywords that a Maildir has no letter for, each once.
    keywords_left_out: BTreeSet<String>,
}

pub(crate) async fn run(
    operator: &Operator,
    command: MailboxExport,
    progress: Progress,
) -> Result<Exported, Problem> {
    let target = Target::find(operator, &command.organization, &command.user).await?;
    let parameters =
        serde_json::json!({ "userId": command.user, "to": command.to, "folder": command.folder });
    target.record("mailbox export", "ExportMailbox", parameters).await?;
    blocking(move |waiting| export(&target, command, waiting, Counting::new(progress))).await
}

fn export(
    target: &Target,
    command: MailboxExport,
    waiting: &Waiting,
    mut counting: Counting,
) -> Result<Exported, Problem> {
    let failed = |error: MailError| {
        let cause = error.to_string();
        Problem::told("the export is not whole", cause)
            .advise("remove what it wrote, and run the command again when the store can be read")
    };
    let tree = Tree::of(target).map_err(failed)?;
    let mut folders = tree.paths();
    if let Some(only) = &command.folder {
        let path: Vec<String> = only.split('/').map(str::to_owned).collect();
        let found = tree.find(&path).map(|folder| folder.key);
        folders.retain(|(_, folder)| Some(folder.key) == found);
        if folders.is_empty() {
            return Err(Problem::told(format!("there is no folder {only}"), "no folder has that path")
                .advise("name it as clients show it, with \"/\" between folders"));
        }
    }
    must_be_new(&command.to)?;
    if command.folder.is_none() {
        folders.iter().try_for_each(|(path, folder)| must_fit(command.format, path, folder))?;
    }
    let (to, keywords_left_out) = (command.to.clone(), BTreeSet::new());
    let mut answer = Exported { to, folders: 0, messages: 0, size_bytes: 0, keywords_left_out };
    let is_one = command.folder.is_some();
    for (path, folder) in folders {
        let mut writer = Writer::open(&command, &path, folder, is_one).map_err(at_file(&command.to))?;
        let mut after = 0;
        loop {
            waiting.check()?;
            let (page, keywords) = page(target, folder, after).map_err(failed)?;
            let Some(last) = page.last() else { break };
            after = last.uid;
            for item in page {
                waiting.check()?;
                let Some(message) = body(target, item.content).map_err(failed)? else { continue };
                let names: Vec<&str> =
                    item.flags.keywords().filter_map(|number| keywords.name(number)).collect();
                let left_out = writer.write(&item, &message, &names).map_err(at_file(&command.to))?;
                answer.keywords_left_out.extend(left_out.into_iter().map(str::to_owned));
                answer.messages += 1;
                answer.size_bytes += item.size_bytes;
                counting
                    .say(answer.messages, || format!("{} messages, in {}", answer.messages, path.join("/")));
            }
        }
        writer.finish().map_err(at_file(&command.to))?;
        answer.folders += 1;
    }
    Ok(answer)
}

/// What is there is not written over, and not mixed with.
fn must_be_new(path: &Path) -> Result<(), Problem> {
    let is_new = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_new {
        return Ok(());
    }
    Err(Problem::told(format!("{} is there already", path.display()), "it is not empty")
        .advise("name a folder or file that is new"))
}

/// Refuses a folder whose name the file system cannot have, before anything is written.
fn must_fit(format: MailFormat, path: &[String], folder: &Folder) -> Result<(), Problem> {
    let (bytes, advice) = match format {
        MailFormat::Maildir if folder.role == Some(postroom_mailbox::Role::Inbox) => return Ok(()),
        MailFormat::Maildir => (maildir::name(path).len(), "export with --format mbox, or rename the folder"),
        MailFormat::Mbox => {
            let last = path.last().map_or("", String::as_str);
            (names::encode(last).len() + MBOX.len(), "rename the folder, or export the others with --folder")
        }
    };
    if bytes <= NAME_BYTES_MAX {
        return Ok(());
    }
    let cause = format!("its name in files would have {bytes} bytes, and may have {NAME_BYTES_MAX}");
    Err(Problem::told(format!("the folder {} cannot be exported so", path.join("/")), cause).advise(advice))
}

/// The next items of `folder`, and what the mailbox called its keywords when they were read.
fn page(target: &Target, folder: &Folder, after: Uid) -> Result<(Vec<Item>, Keywords), MailError> {
    let (organization, mailbox) = (target.organization.key, target.mailbox);
    let place = MailPlace { organization, mailbox, folder: folder.key };
    let uids = UidSet::range(after.saturating_add(1), Uid::MAX);
    target.store.read_blocking(target.place(), |read| {
        Ok((postroom_mailbox::items(read, place, &uids)?, Keywords::of(read, organization, mailbox)?))
    })
}

/// The bytes of `content`; `None` when the item went since the page was read.
fn body(target: &Target, content: i64) -> Result<Option<Vec<u8>>, MailError> {
    let (organization, mailbox) = (target.organization.key, target.mailbox);
    let sealed = target
        .store
        .read_blocking(target.place(), |read| SealedBody::read(read, organization, mailbox, content))?;
    sealed.map(|sealed| sealed.open_blocking(&target.store, &target.key)).transpose()
}

/// Where one folder is written to.
enum Writer {
    Maildir(PathBuf, Letters),
    Mbox(BufWriter<File>),
}

impl Writer {
    fn open(
        command: &MailboxExport,
        path: &[String],
        folder: &Folder,
        is_one: bool,
    ) -> std::io::Result<Self> {
        let is_root = is_one || folder.role == Some(postroom_mailbox::Role::Inbox);
        match command.format {
            MailFormat::Maildir => {
                let root = maildir::create(&command.to, &[])?;
                let folder = if is_root { root } else { maildir::create(&command.to, path)? };
                Ok(Self::Maildir(folder, Letters::default()))
            }
            MailFormat::Mbox if is_one => Ok(Self::Mbox(BufWriter::new(File::create_new(&command.to)?))),
            MailFormat::Mbox => {
                let mut file = command.to.clone();
                file.extend(path.iter().map(|name| names::encode(name)));
                fs::create_dir_all(file.parent().unwrap_or(&command.to))?;
                file.as_mut_os_string().push(MBOX);
                Ok(Self::Mbox(BufWriter::new(File::create_new(file)?)))
            }
        }
    }

    /// Answers the keywords that were left out.
    fn write<'k>(
        &mut self,
        item: &Item,
        message: &[u8],
        keywords: &[&'k str],
    ) -> std::io::Result<Vec<&'k str>> {
        match self {
            Self::Maildir(folder, named) => {
                let (letters, left_out) = maildir::letters(item.flags, keywords, named);
                maildir::write(folder, item.uid, message, &letters, item.received_at)?;
                Ok(left_out)
            }
            Self::Mbox(file) => {
                mbox::write(file, message, item.flags, keywords, item.received_at)?;
                Ok(Vec::new())
            }
        }
    }

    fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Maildir(folder, named) => {
                named.write(&folder)?;
                File::open(folder.join("cur"))?.sync_all()
            }
            Self::Mbox(mut file) => file.flush().and_then(|()| file.get_ref().sync_all()),
        }
    }
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, folders, messages, size_bytes, keywords_left_out } = self;
        for name in keywords_left_out {
            writeln!(f, "left out, since a folder of a Maildir has letters for 26: the keyword {name}")?;
        }
        writeln!(
            f,
            "{messages} messages ({size_bytes} bytes) of {folders} folders were written to {}.",
            to.display()
        )
    }
}
