//! What was expunged goes back to where it was.

use std::collections::BTreeMap;
use std::fmt;

use postroom_mailbox::{
    Folder, FolderKey, Item, MailError, Place as MailPlace, Role, Uid, UidSet, in_mailbox, items,
};
use postroom_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::portions::while_there_is_room;
use super::tree::Tree;
use super::{ACTOR, Counting, Target, Waiting, blocking};
use crate::operator::{Operator, Progress};
use crate::problem::Problem;

/// Items that go back in one transaction.
const SLICE: usize = 200;

/// Recovers what was expunged.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailboxRecover {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Whose mailbox: id, name or address.
    pub(crate) user: String,
    /// Only what was expunged then or later, seconds since 1970.
    pub(crate) since: Option<i64>,
    /// Only say what would be recovered.
    pub(crate) dry_run: bool,
}

/// What was recovered.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recovered {
    recovered: u64,
    size_bytes: i64,
    /// How many by the folder that they are in now.
    folders: BTreeMap<String, u64>,
    dry_run: bool,
}

pub(crate) async fn run(
    operator: &Operator,
    command: MailboxRecover,
    progress: Progress,
) -> Result<Recovered, Problem> {
    let target = Target::find(operator, &command.organization, &command.user).await?;
    if !command.dry_run {
        let parameters = serde_json::json!({ "userId": command.user, "since": command.since });
        target.record("mailbox recover", "RecoverMailboxItems", parameters).await?;
    }
    blocking(move |waiting| recover(&target, &command, waiting, Counting::new(progress))).await
}

fn recover(
    target: &Target,
    command: &MailboxRecover,
    waiting: &Waiting,
    mut counting: Counting,
) -> Result<Recovered, Problem> {
    let mut answer =
        Recovered { recovered: 0, size_bytes: 0, folders: BTreeMap::new(), dry_run: command.dry_run };
    let (mut after, tree) = (0, Tree::of(target).map_err(|error| answer.stopped(error))?);
    let since = Timestamp::from_seconds(command.since.unwrap_or(0));
    let inbox = tree.paths().into_iter().find(|(_, folder)| folder.role == Some(Role::Inbox));
    let inbox = inbox.map_or_else(String::new, |(path, _)| path.join("/"));
    loop {
        waiting.check()?;
        let page = page(target, after).map_err(|error| answer.stopped(error))?;
        let Some(last) = page.last() else { return Ok(answer) };
        after = last.uid;
        let wanted: Vec<&Item> = page.iter().filter(|item| item.saved_at >= since).collect();
        for slice in wanted.chunks(SLICE) {
            let (put, refusal) = match command.dry_run {
                true => fitting(target, slice, answer.size_bytes),
                false => put_back(target, slice),
            };
            for (item, to) in put {
                let to = to.and_then(|key| tree.by_key(key));
                let name = to.map_or_else(|| inbox.clone(), |folder| tree.path(folder).join("/"));
                *answer.folders.entry(name).or_default() += 1;
                answer.recovered += 1;
                answer.size_bytes += item.size_bytes;
            }
            if let Some(refusal) = refusal {
                return Err(answer.stopped(refusal));
            }
            counting.say(answer.recovered, || format!("{} recovered", answer.recovered));
        }
    }
}

impl Recovered {
    /// What to say when it ends here.
    fn stopped(&self, error: MailError) -> Problem {
        let what = match (self.recovered, self.dry_run) {
            (0, false) => "nothing was recovered".to_owned(),
            (0, true) => "nothing would be recovered".to_owned(),
            (some, _) => format!("only {some} messages {} recovered", self.were()),
        };
        Problem::new(what, error)
    }

    fn were(&self) -> &'static str {
        if self.dry_run { "would be" } else { "were" }
    }
}

/// An item that was put back, and the folder that it is in now.
type Put<'a> = (&'a Item, Option<FolderKey>);

/// Puts back as many of `slice`, from the first on, as there is room for; answers which, and why not all. Those that
/// another one has put back meanwhile are left out.
fn put_back<'a>(target: &Target, slice: &[&'a Item]) -> (Vec<Put<'a>>, Option<MailError>) {
    let mailbox = target.mailbox;
    let (put, refusal) = while_there_is_room(slice.len(), |range| {
        let now = &slice[range];
        let uids = now.iter().map(|item| item.uid).collect::<UidSet>();
        let recovered = target.store.write_blocking(target.place(), move |tx| {
            in_mailbox(tx, mailbox, ACTOR, |mail| items::recover(mail, &uids))
        })?;
        let folders: BTreeMap<Uid, FolderKey> =
            recovered.iter().map(|done| (done.was, done.folder)).collect();
        let put = now.iter().filter_map(|item| Some((*item, Some(*folders.get(&item.uid)?))));
        Ok(put.collect::<Vec<Put<'a>>>())
    });
    (put.concat(), refusal)
}

/// Those of `slice`, from the first on, that there would be room for after `before_bytes`, and why not all.
fn fitting<'a>(target: &Target, slice: &[&'a Item], before_bytes: i64) -> (Vec<Put<'a>>, Option<MailError>) {
    let (mut put, mut bytes) = (Vec::with_capacity(slice.len()), before_bytes);
    for item in slice {
        bytes += item.size_bytes;
        if let Err(error) = target.known.check_room(bytes) {
            return (put, Some(error));
        }
        put.push((*item, item.expunged_from));
    }
    (put, None)
}

/// The next recoverable items after the UID `after`.
fn page(target: &Target, after: Uid) -> Result<Vec<Item>, MailError> {
    let (organization, mailbox) = (target.organization.key, target.mailbox);
    target.store.read_blocking(target.place(), |read| {
        let folder = Folder::of_role(read, organization, mailbox, Role::Recoverable)?.key;
        let uids = UidSet::range(after.saturating_add(1), Uid::MAX);
        postroom_mailbox::items(read, MailPlace { organization, mailbox, folder }, &uids)
    })
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (folder, count) in &self.folders {
            writeln!(f, "{folder}: {count}")?;
        }
        let were = self.were();
        writeln!(f, "{} messages ({} bytes) {were} recovered.", self.recovered, self.size_bytes)
    }
}
