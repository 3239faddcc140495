//! An image of mailboxes, opened: whether everything acknowledged is there and nothing is half there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postroom_directory::fsck::{Compare, Fsck, Look};
use postroom_mailbox::{Flags, FolderKey, Prepared};
use postroom_mailbox::{MailError, MailboxKey, in_mailbox, items::append};
use postroom_store::{Clock as _, Place, Read as _, Statement, StoreError, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use super::expected::ExpectedMailbox;
use super::opened::{JumpingClock, Opened, sweep};
use crate::mail::{Found, Message, Model, log::Entry};
use crate::power_loss::expected::Expected;
use crate::power_loss::workload::{block_on, data_folder, key_file};

/// What the capability checks, as the program does.
const COMPARES: &[Compare] = &[
    |store, organization, _, look| postroom_mailbox::invariants::compare(store, organization, look.repair),
    |store, organization, key, look| {
        postroom_mailbox::search::check(store, organization, key.filter(|_| look.repair))
    },
    postroom_mailbox::check_blobs,
];
/// Later than any clock of a workload.
const LATER: Duration = Duration::from_secs(20_000 * 24 * 60 * 60);
const TWO_DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// The number of the transaction that stores them in mailbox 0.
const MORE_NUMBER: i64 = 900_000_000;
/// Messages that are stored after the loss: a small one, and one whose body is a file.
const MORE: [Message; 2] =
    [Message { number: 900_000_001, size: 100 }, Message { number: 900_000_002, size: 530_000 }];

static NAMED: Statement =
    Statement::new("SELECT DISTINCT blob_id FROM bodies WHERE organization = $1 AND blob_id IS NOT NULL");

/// Opens the image below `root` as the program would after a power loss; `Err` says what is wrong.
///
/// Afterwards it appends to every mailbox, closes the store, opens it again days later, lets the sweep and its
/// collector of bodies run, and looks once more.
pub(in crate::power_loss) fn check(root: &Path, seed: u64, expected: &Expected) -> Result<(), String> {
    if expected.key_in_use && !key_file(root, seed).exists() {
        return Err("LOST: the master key".to_owned());
    }
    let clock = JumpingClock::ahead_by(Duration::ZERO);
    let opened = Opened::open(root, seed, &clock)?;
    let image = Image { seed, expected, organization: expected.mail.organization.map(OrganizationKey) };
    let checked = image.first(&opened);
    opened.store.close();
    let logs = checked?;
    let Some(organization) = image.organization else { return Ok(()) };
    clock.jump(LATER);
    let opened =
        Opened::open(root, seed, &clock).map_err(|error| format!("opening it a second time: {error}"))?;
    let checked = image.second(&opened, &clock, organization, root, &logs);
    opened.store.close();
    checked.map_err(|error| format!("after two more messages and days, {error}"))
}

/// Mailboxes by their keys: the log of each.
type Logs = BTreeMap<i64, Vec<Entry>>;

struct Image<'a> {
    seed: u64,
    expected: &'a Expected,
    organization: Option<OrganizationKey>,
}

impl Image<'_> {
    fn first(&self, opened: &Opened) -> Result<Logs, String> {
        let Some(organization) = self.organization else { return Ok(Logs::new()) };
        let mut logs = Logs::new();
        for (key, mailbox) in &self.expected.mail.mailboxes {
            let failed = |error: String| format!("mailbox {key}: {error}");
            let latest = self.expected.mail.latest;
            let log = self.mailbox(opened, organization, (*key, mailbox), &[], latest).map_err(failed)?;
            logs.insert(*key, log);
        }
        fsck(opened)?;
        for (key, log) in &mut logs {
            let Some(mailbox) = self.expected.mail.mailboxes.get(key) else { continue };
            let inbox = FolderKey(mailbox.base.inbox);
            let entry = self.append_more(opened, organization, MailboxKey(*key), inbox);
            log.push(entry.map_err(|error| format!("mailbox {key}: writing after the power loss: {error}"))?);
        }
        Ok(logs)
    }

    fn second(
        &self,
        opened: &Opened,
        clock: &JumpingClock,
        organization: OrganizationKey,
        root: &Path,
        logs: &Logs,
    ) -> Result<(), String> {
        for _ in 0..2 {
            block_on(sweep(opened)).map_err(|error| format!("the sweep: {error}"))?;
            clock.jump(TWO_DAYS);
        }
        let latest = clock.now();
        for (key, mailbox) in &self.expected.mail.mailboxes {
            let known = logs.get(key).map_or(&[][..], Vec::as_slice);
            let log = self.mailbox(opened, organization, (*key, mailbox), known, latest);
            log.map_err(|error| format!("mailbox {key}: {error}"))?;
        }
        fsck(opened)?;
        let files = bodies(&data_folder(root).join(format!("organizations/{}/bodies", organization.0)))?;
        let named = opened.store.read_blocking(Place::Organization(organization), |read| {
            let rows = read.query(&NAMED, parameters![organization.0])?;
            Ok::<_, StoreError>(rows.into_iter().map(|mut row| hex(&row.take::<Vec<u8>>(0))).collect())
        });
        let named: BTreeSet<String> = named.map_err(|error| error.to_string())?;
        (files == named).then_some(()).ok_or_else(|| {
            let (left, gone) = (files.difference(&named), named.difference(&files));
            format!("bodies {:?} are left, {:?} are gone", left.collect::<Vec<_>>(), gone.collect::<Vec<_>>())
        })
    }

    /// Reads a mailbox, compares it with what was said of it and its bodies with what they must be; answers its log.
    ///
    /// `known`: its log, when it was looked at before, with what was written since. `latest`: no sweep was later.
    fn mailbox(
        &self,
        opened: &Opened,
        organization: OrganizationKey,
        (key, mailbox): (i64, &ExpectedMailbox),
        known: &[Entry],
        latest: Timestamp,
    ) -> Result<Vec<Entry>, String> {
        let place = Place::Organization(organization);
        let found =
            opened.store.read_blocking(place, |read| Found::read(read, organization, MailboxKey(key)));
        let found = found.map_err(|error| error.to_string())?;
        if !known.is_empty() && known != found.log {
            return Err("what was written after the power loss is lost".to_owned());
        }
        mailbox.compare(&found.log, found.sequence)?;
        let more = more(mailbox.base.inbox);
        let op = |number| if number == MORE_NUMBER + key { Some(&more) } else { mailbox.op(number) };
        let mut model = Model::new(&mailbox.base);
        model.replay(&found.log, op, latest)?;
        let messages = found.compare(&mut model, latest)?;
        for (content, message) in messages {
            let body = opened.mailboxes.body(organization, MailboxKey(key), content);
            let body = block_on(body).map_err(|error| format!("LOST: the body of {message:?}: {error}"))?;
            if body.as_deref() != Some(&message.bytes(self.seed)[..]) {
                return Err(format!("LOST: the body of {message:?} has other bytes"));
            }
        }
        Ok(found.log)
    }

    fn append_more(
        &self,
        opened: &Opened,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        inbox: FolderKey,
    ) -> Result<Entry, MailError> {
        let prepare =
            |message: Message| block_on(opened.mailboxes.prepare(organization, message.bytes(self.seed)));
        let ready: Arc<[Prepared]> = MORE.into_iter().map(prepare).collect::<Result<_, _>>()?;
        opened.store.write_blocking(Place::Organization(organization), move |tx| {
            let at = tx.now();
            let (sequence, uids) = in_mailbox(tx, mailbox, "sim", |mail| {
                let append = |message| append(mail, inbox, message, Flags::NONE, Timestamp::from_seconds(1));
                let uids = ready.iter().map(append).collect::<Result<_, _>>()?;
                Ok((mail.sequence, uids))
            })?;
            let answer = crate::mail::Answer::Uids(uids);
            let entry = Entry { sequence, number: MORE_NUMBER + mailbox.0, at, answer };
            entry.enter(tx, mailbox)?;
            Ok(entry)
        })
    }
}

/// What [`Image::append_more`] does.
fn more(inbox: i64) -> crate::mail::Op {
    crate::mail::Op::Append { folder: inbox, messages: MORE.to_vec(), flags: 0 }
}

/// `postroom fsck`, every body read.
fn fsck(opened: &Opened) -> Result<(), String> {
    let checks = postroom_mailbox::invariants::CHECKS;
    let fsck = Fsck::new(opened.store.clone(), opened.keyring.clone(), checks, COMPARES);
    let look = Look { repair: false, read_bodies: true };
    let report =
        block_on(fsck.look(None, look, Arc::new(drop))).map_err(|error| format!("fsck: {error:?}"))?;
    match report.findings.first() {
        Some(found) => Err(format!("fsck: {found:?}, {} findings", report.findings.len())),
        None => Ok(()),
    }
}

/// Names of the files on the shelves of `folder`.
fn bodies(folder: &Path) -> Result<BTreeSet<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut names = BTreeSet::new();
    if !folder.exists() {
        return Ok(names);
    }
    for shelf in std::fs::read_dir(folder).map_err(failed)? {
        for body in std::fs::read_dir(shelf.map_err(failed)?.path()).map_err(failed)? {
            names.insert(body.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
