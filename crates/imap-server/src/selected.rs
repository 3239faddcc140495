//! The folder that a session has selected: what the client knows of it, and how it catches up.

use std::sync::Arc;

use postroom_imap_proto::{NumberSet, Numbers, SequenceSet};
use postroom_mailbox::limits::ROWS_PER_READ;
use postroom_mailbox::{
    Changes, FolderRights, Item, Keywords, MailboxEpoch, Mailboxes, PackedUids, Place, Ranks, Uid, UidSet,
    Watch, changes_since, items, live,
};

use crate::failure::Failure;
use crate::names::Shelf;
use crate::out::{Out, next_turn};
use crate::{limits, respond};

/// What the client has enabled, as far as responses depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Enabled {
    /// CONDSTORE, or anything that implies it.
    pub(crate) condstore: bool,
    /// QRESYNC.
    pub(crate) qresync: bool,
    /// IMAP4rev2.
    pub(crate) rev2: bool,
    /// UTF8=ACCEPT.
    pub(crate) utf8: bool,
}

impl Enabled {
    /// Whether changed flags are told with the UID also to who did not name it (RFC 7162 §3.2.4, RFC 9051 §7.5.2).
    pub(crate) fn names_uid(self) -> bool {
        self.qresync || self.rev2
    }
}

/// A folder that is selected.
pub(crate) struct Selected {
    /// Which one.
    pub(crate) place: Place,
    /// The mailbox that it is in.
    pub(crate) shelf: Arc<Shelf>,
    /// Its path as the owner sees it.
    pub(crate) path: Box<str>,
    /// EXAMINE.
    pub(crate) read_only: bool,
    /// What the user may do in it, as of the beginning of the command or later.
    pub(crate) rights: FolderRights,
    /// The UIDs that the client knows of: message number `n` is the `n`th of them.
    pub(crate) known: UidSet,
    /// Those of `known` that are gone, as the client will hear when it may.
    pub(crate) gone: UidSet,
    /// The commit sequence that all this is as of.
    pub(crate) sequence: i64,
    /// The epoch in which all this holds.
    pub(crate) epoch: MailboxEpoch,
    /// The mailbox's keywords as the client was told them.
    pub(crate) keywords: Keywords,
    /// What `$` stands for (RFC 5182).
    pub(crate) saved: UidSet,
    /// Tells when there may be something new.
    pub(crate) watch: Watch,
}

/// What a session knows of its folder while it waits: `known`, `gone` and `saved`.
pub(crate) struct Packed([PackedUids; 3]);

/// Whether EXPUNGE may be told now (RFC 9051 §7.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expunges {
    /// Yes.
    Told,
    /// Not while message numbers are in use.
    Held,
}

impl Selected {
    /// Packs the sets of UIDs if that is worth it. Until [`Selected::unpack`] they are empty.
    pub(crate) fn pack(&mut self) -> Option<Packed> {
        let mut sets = [&mut self.known, &mut self.gone, &mut self.saved];
        let ranges: usize = sets.iter().map(|set| set.ranges().len()).sum();
        let is_worth_it = ranges >= limits::PACKED_RANGES_MIN;
        is_worth_it.then(|| Packed(sets.each_mut().map(|set| std::mem::take(*set).pack())))
    }

    /// Takes back what [`Selected::pack`] gave.
    pub(crate) fn unpack(&mut self, packed: &Packed) {
        [self.known, self.gone, self.saved] = packed.0.each_ref().map(PackedUids::unpack);
    }

    /// The UIDs that `set` means; for message numbers, those that the client knows. UIDs that are not there are left
    /// out, message numbers that are not there are BAD.
    pub(crate) fn resolve(&self, numbers: Numbers, set: &SequenceSet) -> Result<UidSet, Failure> {
        let count = self.count();
        let wanted = set.resolve(count).unwrap_or_default();
        if numbers == Numbers::Sequence && wanted.last().is_some_and(|last| last > count) {
            return Err(Failure::Bad("There is no message of that number"));
        }
        Ok(self.meant(numbers, set))
    }

    /// As [`Selected::resolve`], as SEARCH takes it: message numbers that are not there are left out, too.
    pub(crate) fn meant(&self, numbers: Numbers, set: &SequenceSet) -> UidSet {
        if *set == SequenceSet::Saved {
            return self.saved.intersection(&self.known);
        }
        match numbers {
            Numbers::Uid => {
                let wanted = set.resolve(self.known.last().unwrap_or(0)).unwrap_or_default();
                uid_set(&wanted).intersection(&self.known)
            }
            Numbers::Sequence => {
                let wanted = set.resolve(self.count()).unwrap_or_default();
                let ranges = wanted.ranges().iter();
                self.known
                    .numbered_all(ranges.map(|range| (u64::from(*range.start()), u64::from(*range.end()))))
            }
        }
    }

    /// The message number of `uid`, which the client knows.
    pub(crate) fn number(&self, uid: Uid) -> u32 {
        u32::try_from(self.known.rank(uid)).unwrap_or(u32::MAX)
    }

    /// The message numbers of `uids`, which the client knows and which rise: one walk over both.
    pub(crate) fn numbers(&self, uids: impl IntoIterator<Item = Uid>) -> impl Iterator<Item = u32> {
        let mut ranks = Ranks::default();
        uids.into_iter().map(move |uid| u32::try_from(ranks.rank(&self.known, uid)).unwrap_or(u32::MAX))
    }

    /// How many messages the client knows.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.known.len()).unwrap_or(u32::MAX)
    }

    /// Tells what happened since the last time. Nothing is told twice, and what is held comes later.
    pub(crate) async fn catch_up(
        &mut self,
        mailboxes: &Mailboxes,
        out: &mut Out<'_>,
        enabled: Enabled,
        expunges: Expunges,
    ) -> Result<(), Failure> {
        loop {
            let (place, sequence) = (self.place, self.sequence);
            let changes =
                mailboxes.read(place.organization, move |read| changes_since(read, place, sequence)).await?;
            match changes {
                Some(changes) => {
                    self.is_still(changes.epoch)?;
                    let more = changes.more;
                    self.apply(mailboxes, out, enabled, changes).await?;
                    if more {
                        next_turn().await;
                        continue;
                    }
                }
                None => self.look_again(mailboxes, out, enabled).await?,
            }
            break;
        }
        if expunges == Expunges::Told {
            self.tell_gone(out, enabled);
        }
        Ok(())
    }

    async fn apply(
        &mut self,
        mailboxes: &Mailboxes,
        out: &mut Out<'_>,
        enabled: Enabled,
        changes: Changes,
    ) -> Result<(), Failure> {
        self.sequence = changes.sequence;
        self.gone.extend(&changes.gone.intersection(&self.known));
        if !changes.created.is_empty() {
            self.known.extend(&changes.created);
            respond::exists(&mut out.bytes, self.count());
            if !enabled.rev2 {
                respond::recent(&mut out.bytes);
            }
        }
        let mut told = changes.changed.intersection(&self.known);
        if enabled.condstore {
            // A client that keeps mod-sequences learns those of new messages at once (RFC 7162 §3.1).
            told.extend(&changes.created);
        }
        self.tell_flags(mailboxes, out, enabled, told).await
    }

    /// Tells the flags of the items `uids`.
    pub(crate) async fn tell_flags(
        &mut self,
        mailboxes: &Mailboxes,
        out: &mut Out<'_>,
        enabled: Enabled,
        mut uids: UidSet,
    ) -> Result<(), Failure> {
        while !uids.is_empty() {
            let (place, wanted) = (self.place, uids.numbered(1, ROWS_PER_READ.unsigned_abs()));
            let rows = mailboxes
                .read(place.organization, move |read| {
                    let keywords = Keywords::of(read, place.organization, place.mailbox)?;
                    Ok((items(read, place, &wanted)?, keywords))
                })
                .await?;
            let (rows, keywords) = rows;
            self.learn_keywords(out, keywords);
            let Some(last) = rows.last().map(|item| item.uid) else { break };
            rows.iter().for_each(|item| self.tell_item(out, enabled, item, false));
            uids.remove_range(0, last);
            out.relieve().await?;
            if !uids.is_empty() {
                next_turn().await;
            }
        }
        Ok(())
    }

    /// Tells the flags of `item`.
    pub(crate) fn tell_item(&self, out: &mut Out<'_>, enabled: Enabled, item: &Item, with_uid: bool) {
        respond::fetch_flags(
            &mut out.bytes,
            self.number(item.uid),
            (with_uid || enabled.names_uid()).then_some(item.uid),
            item.flags,
            &self.keywords,
            enabled.condstore.then(|| item.mod_seq()),
        );
    }

    /// Notes that this session made the change `sequence`. When nobody else made one since the last look, there is
    /// nothing to tell about it.
    pub(crate) fn was_alone(&mut self, sequence: i64) {
        if sequence == self.sequence + 1 {
            self.sequence = sequence;
        }
    }

    /// Tells the flags that there are, when a keyword is new.
    pub(crate) fn learn_keywords(&mut self, out: &mut Out<'_>, keywords: Keywords) {
        if keywords != self.keywords {
            self.keywords = keywords;
            respond::flags(&mut out.bytes, &self.keywords);
        }
    }

    /// The log does not go back far enough: what the client knows is compared with what is there.
    /// Fails when the mailbox was put back or repaired: what the client knows of it may mean other messages now, and only
    /// a new UIDVALIDITY says so.
    pub(crate) fn is_still(&self, epoch: MailboxEpoch) -> Result<(), Failure> {
        if epoch == self.epoch { Ok(()) } else { Err(Failure::Over("The mailbox was put back: begin anew")) }
    }

    async fn look_again(
        &mut self,
        mailboxes: &Mailboxes,
        out: &mut Out<'_>,
        enabled: Enabled,
    ) -> Result<(), Failure> {
        let now = look(mailboxes, self.place).await?;
        self.is_still(now.epoch)?;
        let mut gone = self.known.clone();
        gone.subtract(&now.live);
        self.gone.extend(&gone);
        let before = self.known.clone();
        self.known.extend(&now.live);
        self.sequence = now.sequence;
        if self.known != before {
            respond::exists(&mut out.bytes, self.count());
        }
        let told = now.live;
        self.tell_flags(mailboxes, out, enabled, told).await
    }

    /// Tells which messages are gone.
    fn tell_gone(&mut self, out: &mut Out<'_>, enabled: Enabled) {
        if self.gone.is_empty() {
            return;
        }
        let gone = std::mem::take(&mut self.gone);
        if enabled.qresync {
            respond::vanished(&mut out.bytes, &gone, false);
        } else {
            // Each number is as of after the ones told before it (RFC 9051 §7.5.1): from the end, none moves another.
            let numbers: Vec<u32> = self.numbers(gone.iter()).collect();
            numbers.iter().rev().for_each(|number| respond::expunge(&mut out.bytes, *number));
        }
        self.known.subtract(&gone);
        self.saved.subtract(&gone);
    }
}

/// A number set as the mailbox crate has it.
pub(crate) fn uid_set(numbers: &NumberSet) -> UidSet {
    let mut set = UidSet::default();
    numbers.ranges().iter().for_each(|range| set.insert_range(*range.start(), *range.end()));
    set
}

/// The other way.
pub(crate) fn number_set(uids: &UidSet) -> NumberSet {
    uids.ranges().iter().map(|&(from, to)| from..=to).collect()
}

/// What a folder has now.
pub(crate) struct Look {
    /// Its UIDs.
    pub(crate) live: UidSet,
    /// As of this commit sequence.
    pub(crate) sequence: i64,
    /// And in this epoch.
    pub(crate) epoch: MailboxEpoch,
    /// Its row.
    pub(crate) folder: postroom_mailbox::Folder,
    /// The mailbox's keywords.
    pub(crate) keywords: Keywords,
    /// The first item that is not read.
    pub(crate) first_unread: Option<Uid>,
}

/// Looks at `place`, in one snapshot.
pub(crate) async fn look(mailboxes: &Mailboxes, place: Place) -> Result<Look, Failure> {
    let look = mailboxes
        .read(place.organization, move |read| {
            let folder =
                postroom_mailbox::Folder::find(read, place.organization, place.mailbox, place.folder)?
                    .ok_or(postroom_mailbox::MailError::FolderNotFound)?;
            let position = postroom_mailbox::position(read, place.organization, place.mailbox)?;
            Ok(Look {
                live: live(read, place, folder.uid_next)?,
                sequence: position.sequence,
                epoch: position.epoch,
                keywords: Keywords::of(read, place.organization, place.mailbox)?,
                first_unread: match folder.unread_count {
                    0 => None,
                    _ => postroom_mailbox::first_unread(read, place, 1)?,
                },
                folder,
            })
        })
        .await?;
    Ok(look)
}
