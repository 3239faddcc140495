//! A transaction in a mailbox: takes its row, gives out numbers, and writes down at the end what was touched.

use std::collections::BTreeMap;

use postroom_store::{Change, Parameter, Read, Row, Statement, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::folder::{Folder, FolderKey};
use crate::holes;
use crate::item::{Item, Place};
use crate::keywords::KeywordUse;
use crate::mailbox::quota_bytes;
use crate::sql::{annotations, folders, grants, items, mailboxes};
use crate::uids::{Uid, UidSet};
use crate::{Flags, MailError, MailboxKey, limits};

/// What happened to items, as the log says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// They came into the folder.
    Created,
    /// Flags other than "read".
    Flags,
    /// "Read", and nothing else.
    Read,
    /// They left the folder.
    Gone,
}

/// Every kind of change with its word in the store.
const WORDS: [(What, &str); 4] =
    [(What::Created, "CREATED"), (What::Flags, "FLAGS"), (What::Read, "READ"), (What::Gone, "GONE")];

impl What {
    pub(crate) fn word(self) -> &'static str {
        WORDS.iter().find(|(what, _)| *what == self).map_or("", |(_, word)| word)
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(what, _)| *what)
    }
}

/// What a transaction did to one folder.
#[derive(Default)]
struct Touched {
    /// The folder's next UID when this transaction began, once it was asked for.
    uid_next: Option<i64>,
    /// UIDs given out.
    given: i64,
    items_count: i64,
    unread_count: i64,
    deleted_count: i64,
    size_bytes: i64,
    log: BTreeMap<What, UidSet>,
    removed: bool,
}

/// A transaction that changes what is in a mailbox.
///
/// Holding one proves that the mailbox's row is locked and its commit sequence has moved: changes of one mailbox come
/// one after the other on both engines, and a UID, once given out, is above all that were given out before.
pub struct MailTx<'a, 't> {
    tx: &'a mut Tx<'t>,
    /// The organization's short key.
    pub organization: OrganizationKey,
    /// Which mailbox.
    pub mailbox: MailboxKey,
    /// The commit sequence of this change.
    pub sequence: i64,
    actor: &'a str,
    next_id: i64,
    next_folder: i64,
    size_bytes: i64,
    quota_bytes: i64,
    touched: BTreeMap<FolderKey, Touched>,
    pub(crate) keywords: KeywordUse,
}

/// Runs `work` in the mailbox, on behalf of `actor`, and writes down what it did.
///
/// `MailboxGone` when it is not attached (any more); otherwise the errors of `work`.
pub fn in_mailbox<T>(
    tx: &mut Tx<'_>,
    mailbox: MailboxKey,
    actor: &str,
    work: impl FnOnce(&mut MailTx<'_, '_>) -> Result<T, MailError>,
) -> Result<T, MailError> {
    let organization = tx.organization();
    let row = tx.query_first(&mailboxes::ADVANCE, parameters![organization.0, mailbox.0])?;
    let Some(mut row) = row else { return Err(MailError::MailboxGone) };
    let mut mail = MailTx {
        organization,
        mailbox,
        sequence: row.take(0),
        actor,
        next_id: row.take(1),
        next_folder: row.take(2),
        size_bytes: row.take(3),
        quota_bytes: quota_bytes(row.take(4)),
        touched: BTreeMap::new(),
        keywords: KeywordUse::default(),
        tx,
    };
    let answer = work(&mut mail)?;
    mail.settle()?;
    Ok(answer)
}

impl MailTx<'_, '_> {
    /// A number that no item, content, e-mail or thread of this mailbox has.
    pub(crate) fn next_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// A number that no folder of this mailbox ever had.
    pub(crate) fn next_folder(&mut self) -> FolderKey {
        self.next_folder += 1;
        FolderKey(self.next_folder - 1)
    }

    /// How many folders the mailbox ever had: never fewer than it has.
    pub(crate) fn folders_given(&self) -> i64 {
        self.next_folder - 1
    }

    /// Runs `statement`; answers the number of rows it changed.
    pub(crate) fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, StoreError> {
        self.tx.execute(statement, parameters)
    }

    /// Tells watchers of `folder` to look, although no item of it changed.
    pub(crate) fn touch(&mut self, folder: FolderKey) {
        self.touched.entry(folder).or_default();
    }

    /// Tells, after the commit, that others may do something else with folders than before.
    pub(crate) fn publish_grants(&mut self) {
        self.tx.publish(Change::Grants { organization: self.organization });
    }

    /// Removes `folder`, which is empty by now.
    pub(crate) fn remove_folder(&mut self, folder: FolderKey) {
        self.touched.entry(folder).or_default().removed = true;
    }

    /// Refuses what the mailbox has no room for: `QuotaExceeded`.
    pub(crate) fn charge(&mut self, size_bytes: i64) -> Result<(), MailError> {
        if self.size_bytes.saturating_add(size_bytes) > self.quota_bytes {
            return Err(MailError::QuotaExceeded { quota_bytes: self.quota_bytes });
        }
        self.size_bytes += size_bytes;
        Ok(())
    }

    /// How many bytes what can be recovered may have.
    pub(crate) fn recoverable_bytes_max(&self) -> i64 {
        self.quota_bytes.saturating_mul(limits::RECOVERABLE_QUOTAS)
    }

    /// Bytes of the items of `folder` now, whose row was read in this transaction.
    pub(crate) fn size_bytes_of(&self, folder: &Folder) -> i64 {
        folder.size_bytes + self.touched.get(&folder.key).map_or(0, |touched| touched.size_bytes)
    }

    /// Gives back the room of what is deleted.
    pub(crate) fn discharge(&mut self, size_bytes: i64) {
        self.size_bytes -= size_bytes;
    }

    /// Puts `item` into `folder` under the next UID, which is answered; its `uid`, `slot` and sequences are of no
    /// account. `FolderNotFound`; `Limit` when the folder has given out every UID there is.
    pub(crate) fn put(&mut self, folder: FolderKey, item: &Item) -> Result<Uid, MailError> {
        let uid_next = self.uid_next(folder)?;
        let touched = self.touched.entry(folder).or_default();
        touched.uid_next = Some(uid_next);
        let uid = u32::try_from(uid_next + touched.given).ok().filter(|uid| *uid < Uid::MAX);
        let uid = uid.ok_or(MailError::Limit("the folder has given out every UID"))?;
        touched.given += 1;
        touched.count(item, 1);
        touched.log.entry(What::Created).or_default().insert(uid);
        self.keywords.count(item.flags, 1);
        let (low, high) = item.flags.columns();
        self.tx.execute(
            &items::INSERT,
            parameters![
                self.organization.0,
                self.mailbox.0,
                folder.0,
                i64::from(uid),
                item.item,
                item.content,
                item.email,
                item.thread,
                low,
                high,
                self.sequence,
                item.received_at,
                self.tx.now(),
                item.size_bytes,
                item.expunged_from.map(|folder| folder.0)
            ],
        )?;
        Ok(uid)
    }

    /// The next UID of `folder` when this transaction began: `FolderNotFound`.
    fn uid_next(&mut self, folder: FolderKey) -> Result<i64, MailError> {
        if let Some(known) = self.touched.get(&folder).and_then(|touched| touched.uid_next) {
            return Ok(known);
        }
        let key = parameters![self.organization.0, self.mailbox.0, folder.0];
        let row = self.tx.query_first(&folders::UID_NEXT, key)?;
        row.map(|mut row| row.take(0)).ok_or(MailError::FolderNotFound)
    }

    /// Takes `item` out of `folder`; it went to `moved_to`, if anywhere.
    pub(crate) fn take_out(
        &mut self,
        folder: FolderKey,
        item: &Item,
        moved_to: Option<FolderKey>,
    ) -> Result<(), MailError> {
        let touched = self.touched.entry(folder).or_default();
        touched.count(item, -1);
        touched.log.entry(What::Gone).or_default().insert(item.uid);
        self.keywords.count(item.flags, -1);
        let (organization, mailbox, uid) = (self.organization.0, self.mailbox.0, i64::from(item.uid));
        self.tx.execute(&items::DELETE, parameters![organization, mailbox, folder.0, uid])?;
        self.tx.execute(
            &items::INSERT_TOMBSTONE,
            parameters![
                organization,
                mailbox,
                folder.0,
                self.sequence,
                uid,
                item.item,
                item.email,
                i64::from(item.slot),
                moved_to.map(|folder| folder.0),
                item.received_at
            ],
        )?;
        Ok(())
    }

    /// Gives `item` of `folder` the flags `flags`; `item` has them afterwards. Nothing happens when it has them.
    pub(crate) fn set_flags(
        &mut self,
        folder: FolderKey,
        item: &mut Item,
        flags: Flags,
    ) -> Result<bool, MailError> {
        if item.flags == flags {
            return Ok(false);
        }
        self.keywords.count(item.flags, -1);
        self.keywords.count(flags, 1);
        let touched = self.touched.entry(folder).or_default();
        touched.count(item, -1);
        let read_only = item.flags.without(Flags::SEEN) == flags.without(Flags::SEEN);
        let what = if read_only { What::Read } else { What::Flags };
        touched.log.entry(what).or_default().insert(item.uid);
        if item.flags.contains(Flags::SEEN) != flags.contains(Flags::SEEN) {
            item.read_sequence = self.sequence;
        }
        if !read_only {
            item.flags_sequence = self.sequence;
        }
        item.flags = flags;
        touched.count(item, 1);
        let (low, high) = flags.columns();
        let (organization, mailbox, uid) = (self.organization.0, self.mailbox.0, i64::from(item.uid));
        self.tx.execute(
            &items::SET_FLAGS,
            parameters![
                organization,
                mailbox,
                folder.0,
                uid,
                low,
                high,
                item.flags_sequence,
                item.read_sequence
            ],
        )?;
        Ok(true)
    }

    /// Writes counters, holes and the log, and tells who watches.
    fn settle(mut self) -> Result<(), MailError> {
        let (organization, mailbox, sequence) = (self.organization, self.mailbox, self.sequence);
        for (folder, touched) in std::mem::take(&mut self.touched) {
            let place = Place { organization, mailbox, folder };
            if touched.removed {
                let key = parameters![organization.0, mailbox.0, folder.0];
                self.tx.execute(&folders::DELETE, key)?;
                self.tx.execute(&items::DELETE_HOLES, key)?;
                self.tx.execute(&annotations::DELETE_OF_FOLDER, key)?;
                if self.tx.execute(&grants::DELETE_OF_FOLDER, key)? > 0 {
                    self.tx.publish(Change::Grants { organization });
                }
            } else {
                if let Some(gone) = touched.log.get(&What::Gone) {
                    holes::add(self.tx, place, gone)?;
                }
                touched.write_counters(self.tx, place, sequence)?;
            }
            touched.write_log(self.tx, place, sequence, self.actor)?;
            self.tx.publish(Change::Mailbox { organization, mailbox: mailbox.0, folder: folder.0, sequence });
        }
        self.keywords.settle(self.tx, organization, mailbox, sequence)?;
        self.tx.execute(
            &mailboxes::SETTLE,
            parameters![organization.0, mailbox.0, self.next_id, self.next_folder, self.size_bytes],
        )?;
        Ok(())
    }
}

impl Touched {
    fn write_counters(&self, tx: &mut Tx<'_>, place: Place, sequence: i64) -> Result<(), StoreError> {
        let Place { organization, mailbox, folder } = place;
        tx.execute(
            &folders::COUNT_CHANGE,
            parameters![
                organization.0,
                mailbox.0,
                folder.0,
                self.given,
                sequence,
                self.items_count,
                self.unread_count,
                self.deleted_count,
                self.size_bytes
            ],
        )?;
        Ok(())
    }

    fn write_log(
        &self,
        tx: &mut Tx<'_>,
        Place { organization, mailbox, folder }: Place,
        sequence: i64,
        actor: &str,
    ) -> Result<(), StoreError> {
        for (number, (what, uids)) in (0_i64..).zip(&self.log) {
            let (what, uids) = (what.word(), uids.to_bytes());
            let key = (organization.0, mailbox.0, folder.0);
            tx.execute(
                &items::INSERT_LOG,
                parameters![key.0, key.1, key.2, sequence, number, what, actor, &uids],
            )?;
        }
        Ok(())
    }

    /// Counts `item` in (`by` 1) or out (`by` -1).
    fn count(&mut self, item: &Item, by: i64) {
        self.items_count += by;
        self.size_bytes += by * item.size_bytes;
        self.unread_count += by * i64::from(!item.flags.contains(Flags::SEEN));
        self.deleted_count += by * i64::from(item.flags.contains(Flags::DELETED));
    }
}

impl Read for MailTx<'_, '_> {
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(statement, parameters)
    }

    fn now(&self) -> Timestamp {
        self.tx.now()
    }
}
