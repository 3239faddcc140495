//! Mail of other programs comes into a mailbox.
//!
//! The store remembers, in the transaction that brings a message, which import (by its name) brought it into which
//! folder: an import that was cut off, or is run again, brings only what is missing.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use postroom_imap_proto::Keyword;
use postroom_mailbox::items::{ImportKey, import as import_item, is_imported};
use postroom_mailbox::search::join;
use postroom_mailbox::{
    FolderKey, MailError, Place as MailPlace, Prepared, in_mailbox, keywords_of_some, limits,
};
use postroom_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::portions::while_there_is_room;
use super::tree::Tree;
use super::{ACTOR, Counting, Target, Waiting, at_file, blocking};
use crate::mail_files::MailFile;
use crate::mail_files::source::{self, Folder, Found};
use crate::operator::{Operator, Progress};
use crate::problem::Problem;

/// Messages that come in one transaction.
const BATCH: usize = 50;
/// Bytes of messages that are held at once; the last message may go beyond.
const BATCH_BYTES: usize = 8 << 20;
/// Messages left out that the answer names.
const NAMED_MAX: usize = 100;

/// Brings mail into a mailbox.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailboxImport {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Whose mailbox: id, name or address.
    pub(crate) user: String,
    /// Into which folder, as a path with slashes; none: the Inbox, and folders of the source at the top.
    pub(crate) folder: Option<String>,
    /// What the import is called; none: as its source.
    pub(crate) name: Option<String>,
    /// A file or folder, absolute.
    pub(crate) from: PathBuf,
}

/// What came.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Imported {
    messages: u64,
    imported: u64,
    /// Brought by this import before.
    already: u64,
    /// Larger than a mailbox takes.
    too_large: u64,
    /// Files that could not be read, or not to their end, and empty messages.
    unreadable: u64,
    /// Folders that a mailbox cannot have.
    folders_left_out: u64,
    /// Which those are, and why, the first hundred.
    left_out: Vec<String>,
    /// Keywords that the mailbox had no room for, the first hundred.
    keywords_left_out: BTreeSet<String>,
}

impl Imported {
    /// Messages, files and folders that did not come.
    pub(crate) fn left_out(&self) -> u64 {
        self.too_large + self.unreadable + self.folders_left_out
    }

    fn count(&mut self, stored: Stored) {
        self.imported += stored.brought;
        // Another run of the same import was quicker.
        self.already += stored.tried - stored.brought;
        let named = &mut self.keywords_left_out;
        let room = NAMED_MAX.saturating_sub(named.len());
        let more: Vec<String> = stored.keywords_left_out.difference(named).take(room).cloned().collect();
        named.extend(more);
    }

    fn name_left_out(&mut self, what: &str, why: &dyn fmt::Display) {
        if self.left_out.len() < NAMED_MAX {
            self.left_out.push(format!("{what}: {why}"));
        }
    }
}

pub(crate) async fn run(
    operator: &Operator,
    command: MailboxImport,
    progress: Progress,
) -> Result<Imported, Problem> {
    let target = Target::find(operator, &command.organization, &command.user).await?;
    let from = command.from.clone();
    let folders = blocking(move |_| source::folders(&from).map_err(|error| at_source(&from, error))).await?;
    if folders.is_empty() {
        return Err(Problem::told(
            format!("there is no mail in {}", command.from.display()),
            "nothing in it is known",
        )
        .advise("name an mbox file, a Maildir (with `cur` in it), or a folder of .mbox or of .eml files"));
    }
    let parameters =
        serde_json::json!({ "userId": command.user, "from": command.from, "name": command.name });
    target.record("mailbox import", "ImportMailbox", parameters).await?;
    blocking(move |waiting| import(target, &folders, &command, waiting, progress)).await
}

fn import(
    target: Target,
    folders: &[Folder],
    command: &MailboxImport,
    waiting: &Waiting,
    progress: Progress,
) -> Result<Imported, Problem> {
    let tree = Tree::of(&target).map_err(|error| Problem::new("the import stopped", error))?;
    let name = command.name.clone().unwrap_or_else(|| command.from.display().to_string());
    let mut import = Import {
        target,
        tree,
        name,
        batch: Vec::new(),
        batch_bytes: 0,
        answer: Imported::default(),
        counting: Counting::new(progress),
    };
    let into: Vec<String> =
        command.folder.iter().flat_map(|path| path.split('/').map(str::to_owned)).collect();
    let cannot =
        |path: &[String], error| Problem::new(format!("there can be no folder {}", path.join("/")), error);
    import.tree.make(&import.target, &into).map_err(|error| cannot(&into, error))?;
    for folder in folders {
        let mut path: Vec<String> = into.iter().chain(&folder.path).cloned().collect();
        if path.is_empty() {
            path.push("Inbox".to_owned());
        }
        let key = match import.tree.make(&import.target, &path) {
            Ok(key) => key,
            // As the source calls it; the other folders come.
            Err(why @ (MailError::FolderName(_) | MailError::Limit(_))) => {
                import.answer.folders_left_out += 1;
                import.answer.name_left_out(&format!("the folder {}", path.join("/")), &why);
                continue;
            }
            Err(error) => return Err(cannot(&path, error)),
        };
        folder.each(&mut |found| {
            waiting.check()?;
            import.take(key, found)
        })?;
        import.flush(key)?;
    }
    Ok(import.answer)
}

fn at_source(path: &Path, error: std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::InvalidData => Problem::new(format!("{} is no mbox file", path.display()), error)
            .advise("a file of one message is called NAME.eml"),
        _ => at_file(path)(error),
    }
}

/// An import that is under way.
struct Import {
    target: Target,
    tree: Tree,
    name: String,
    batch: Vec<(MailFile, Vec<u8>)>,
    batch_bytes: usize,
    answer: Imported,
    counting: Counting,
}

/// A message that comes.
struct New {
    prepared: Prepared,
    key: ImportKey,
    found: MailFile,
    received_at: Timestamp,
}

/// What came of a part of a batch.
#[derive(Default)]
struct Stored {
    tried: u64,
    brought: u64,
    keywords_left_out: BTreeSet<String>,
}

impl Import {
    /// One message; it comes with the next batch.
    fn take(&mut self, folder: FolderKey, found: Found) -> Result<(), Problem> {
        let mut found = match found {
            Found::Message(found) => found,
            Found::Unreadable(path, error) => {
                self.answer.unreadable += 1;
                self.answer.name_left_out(&path.display().to_string(), &error);
                return Ok(());
            }
        };
        self.answer.messages += 1;
        match found.message.take() {
            // No message in IMAP's sense, and no client could have sent it.
            Some(message) if message.is_empty() => {
                self.answer.unreadable += 1;
                self.answer.name_left_out(&found.name, &"it is empty");
            }
            Some(message) => {
                self.batch_bytes += message.len();
                self.batch.push((found, message));
            }
            None => {
                self.answer.too_large += 1;
                let why = format!("larger than {} bytes", limits::MESSAGE_BYTES_MAX);
                self.answer.name_left_out(&found.name, &why);
            }
        }
        if self.batch.len() >= BATCH || self.batch_bytes >= BATCH_BYTES {
            self.flush(folder)?;
        }
        Ok(())
    }

    /// Stores the batch in `folder`, in its order: as much of it as there is room for.
    fn flush(&mut self, folder: FolderKey) -> Result<(), Problem> {
        let count = self.batch.len();
        let new: Arc<[New]> = self.prepare(folder).map_err(|error| self.stopped(error))?.into();
        let known = count - new.len();
        let (stored, refusal) =
            while_there_is_room(new.len(), |range| self.store(folder, Arc::clone(&new), range));
        // Here, so that an import does not run away from the index; what is stored is found without it, too.
        if let Err(error) = join(&self.target.store, &self.target.key, self.target.organization.key) {
            tracing::warn!(%error, "the index of full-text search was not written");
        }
        self.answer.already += known as u64;
        for stored in stored {
            self.answer.count(stored);
        }
        if let Some(refusal) = refusal {
            return Err(self.stopped(refusal));
        }
        let answer = &self.answer;
        self.counting.say(answer.messages, || {
            format!(
                "{} messages read, {} imported, {} were there",
                answer.messages, answer.imported, answer.already
            )
        });
        Ok(())
    }

    /// Takes the messages of the batch that the import has not brought into `folder` before.
    fn prepare(&mut self, folder: FolderKey) -> Result<Vec<New>, MailError> {
        let (batch, target) = (std::mem::take(&mut self.batch), &self.target);
        self.batch_bytes = 0;
        let keys: Vec<ImportKey> =
            batch.iter().map(|(_, message)| ImportKey::new(&target.key, &self.name, message)).collect();
        let place = MailPlace { organization: target.organization.key, mailbox: target.mailbox, folder };
        let known: Result<Vec<bool>, MailError> = target.store.read_blocking(target.place(), |read| {
            keys.iter().map(|key| is_imported(read, place, *key)).collect()
        });
        let mut new = Vec::new();
        for (((found, message), key), known) in batch.into_iter().zip(keys).zip(known?) {
            if known {
                continue;
            }
            let (store, organization) = (&target.store, target.organization.key);
            let prepared = Prepared::new_blocking(store, organization, &target.key, &message)?;
            let received_at = found.received_at.unwrap_or_else(|| store.clock().now());
            new.push(New { prepared, key, found, received_at });
        }
        Ok(new)
    }

    /// Stores those of `new` in `range`.
    fn store(&self, folder: FolderKey, new: Arc<[New]>, range: Range<usize>) -> Result<Stored, MailError> {
        let mailbox = self.target.mailbox;
        self.target.store.write_blocking(self.target.place(), move |tx| {
            in_mailbox(tx, mailbox, ACTOR, |mail| {
                let mut stored = Stored::default();
                for new in &new[range.clone()] {
                    let (keywords, left_out) = keywords_of_some(mail, &taken(&new.found.keywords))?;
                    stored.keywords_left_out.extend(left_out);
                    let flags = new.found.flags.with(keywords);
                    let uid = import_item(mail, folder, &new.prepared, flags, new.received_at, new.key)?;
                    stored.tried += 1;
                    stored.brought += u64::from(uid.is_some());
                }
                Ok(stored)
            })
        })
    }

    /// What to say when it ends here.
    fn stopped(&self, error: MailError) -> Problem {
        match self.answer.imported {
            0 => Problem::new("the import stopped", error),
            some => Problem::new(format!("the import stopped after {some} messages"), error),
        }
    }
}

/// The keywords that a mailbox can have: what no client could have sent, none could read.
fn taken(keywords: &[String]) -> Vec<String> {
    let fits = |name: &&String| Keyword::new(name).is_some() && name.len() <= limits::KEYWORD_BYTES_MAX;
    keywords.iter().filter(fits).cloned().collect()
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.left_out {
            writeln!(f, "left out: {name}")?;
        }
        for name in &self.keywords_left_out {
            let max = limits::KEYWORDS_MAX;
            writeln!(f, "left out, since a mailbox may have {max} keywords: the keyword {name}")?;
        }
        let Self { messages, imported, already, .. } = self;
        let left_out = self.left_out();
        writeln!(
            f,
            "{messages} messages: {imported} imported, {already} were imported before, {left_out} left out."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::taken;

    #[test]
    fn keywords_that_would_break_a_list_of_flags_are_left_out() {
        let found = ["Work", "$Forwarded", "a)", "(b", "\"c\"", "\\Seen", "wörk", "{1}", "", "d]"];
        let found: Vec<String> = found.iter().map(|name| (*name).to_owned()).collect();
        let long = "x".repeat(200);
        assert_eq!(taken(&[&found[..], &[long]].concat()), ["Work", "$Forwarded"]);
    }
}
