//! Mail of other programs comes into a mailbox.
//!
//! The store remembers, in the transaction that brings a message, which import (by its name) brought it into which
//! folder: an import that was cut off, or is run again, brings only what is missing.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use postroom_imap_proto::Keyword;
use postroom_mailbox::items::{ImportKey, import as import_item, is_imported};
use postroom_mailbox::search::join;
use postroom_mailbox::{
    FolderKey, MailError, Place as MailPlace, Prepared, in_mailbox, keywords_of_some, limits,
};
use postroom_types::Timestamp;
use serde::{Deserialize, Serialize};

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
    let tree = Tree::of(&target).map_err(stopped)?;
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

fn stopped(error: MailError) -> Problem {
    Problem::new("the import stopped", error)
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
#[derive(Clone)]
struct New {
    prepared: Prepared,
    key: ImportKey,
    found: MailFile,
    received_at: Timestamp,
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

    /// Stores the batch in `folder`, in its order.
    fn flush(&mut self, folder: FolderKey) -> Result<(), Problem> {
        let (batch, target) = (std::mem::take(&mut self.batch), &self.target);
        self.batch_bytes = 0;
        let keys: Vec<ImportKey> =
            batch.iter().map(|(_, message)| ImportKey::new(&target.key, &self.name, message)).collect();
        let place = MailPlace { organization: target.organization.key, mailbox: target.mailbox, folder };
        let known: Result<Vec<bool>, MailError> = target.store.read_blocking(target.place(), |read| {
            keys.iter().map(|key| is_imported(read, place, *key)).collect()
        });
        let (count, mut new) = (batch.len(), Vec::new());
        for (((found, message), key), known) in batch.into_iter().zip(keys).zip(known.map_err(stopped)?) {
            if known {
                continue;
            }
            let prepared =
                Prepared::new_blocking(&target.store, target.organization.key, &target.key, &message);
            let received_at = found.received_at.unwrap_or_else(|| target.store.clock().now());
            new.push(New { prepared: prepared.map_err(stopped)?, key, found, received_at });
        }
        let mailbox = target.mailbox;
        let (brought, keywords_left_out) = match new.is_empty() {
            true => (0, BTreeSet::new()),
            false => target
                .store
                .write_blocking(target.place(), move |tx| {
                    in_mailbox(tx, mailbox, ACTOR, |mail| {
                        new.iter().try_fold((0_u64, BTreeSet::new()), |(count, mut left_out), new| {
                            let (keywords, left) = keywords_of_some(mail, &taken(&new.found.keywords))?;
                            left_out.extend(left);
                            let flags = new.found.flags.with(keywords);
                            let uid =
                                import_item(mail, folder, &new.prepared, flags, new.received_at, new.key)?;
                            Ok((count + u64::from(uid.is_some()), left_out))
                        })
                    })
                })
                .map_err(stopped)?,
        };
        // Here, so that an import does not run away from the index; what is stored is found without it, too.
        if let Err(error) = join(&target.store, &target.key, target.organization.key) {
            tracing::warn!(%error, "the index of full-text search was not written");
        }
        let named = &mut self.answer.keywords_left_out;
        let room = NAMED_MAX.saturating_sub(named.len());
        let more: Vec<String> = keywords_left_out.difference(named).take(room).cloned().collect();
        named.extend(more);
        self.answer.imported += brought;
        self.answer.already += count as u64 - brought;
        let answer = &self.answer;
        self.counting.say(answer.messages, || {
            format!(
                "{} messages read, {} imported, {} were there",
                answer.messages, answer.imported, answer.already
            )
        });
        Ok(())
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
