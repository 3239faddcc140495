//! The flags of a whole folder in memory, two bytes a message, while sessions have it open: they share it.
//!
//! It is as of a commit sequence. Whoever asks reads the log from there on, in one snapshot with the flags of what
//! changed, so that the answer is never older than a read of the rows would be.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postroom_store::Read;

use crate::changes::{Position, changes_since, position};
use crate::item::{Place, flags_of};
use crate::uids::{Uid, UidSet};
use crate::{Flags, Folder, Keywords, MailError, limits};

/// Bytes of all of a process. Above `limits::OPEN_FLAGS_BYTES_MAX` no folder gets flags in memory any more.
#[derive(Default)]
pub(crate) struct Budget(AtomicU64);

/// The share of one folder, given back when it is dropped.
struct Share {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Share {
    fn take(budget: &Arc<Budget>, uids: usize) -> Option<Self> {
        let bytes = uids as u64 * size_of::<u16>() as u64;
        let before = budget.0.fetch_add(bytes, Ordering::Relaxed);
        let share = Self { budget: Arc::clone(budget), bytes };
        (before.saturating_add(bytes) <= limits::OPEN_FLAGS_BYTES_MAX).then_some(share)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The flags of the items of a folder, as of a commit sequence.
pub struct OpenFlags {
    position: Position,
    /// By UID: 0 where no item is, else one more than the place in `sets`.
    codes: Vec<u16>,
    /// The different sets of flags that there are, or were.
    sets: Vec<Flags>,
    places: HashMap<Flags, u16>,
    share: Share,
}

impl OpenFlags {
    /// Which of [`OpenFlags::sets`] the item `uid` has; `None` when there is no such item.
    pub fn set_of(&self, uid: Uid) -> Option<usize> {
        let code = *self.codes.get(usize::try_from(uid).ok()?)?;
        usize::from(code).checked_sub(1)
    }

    /// The different sets of flags.
    pub fn sets(&self) -> &[Flags] {
        &self.sets
    }

    /// What it is as of.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// Whether `other` says nothing that this does not. What is of another epoch is not compared.
    pub(crate) fn is_newer_than(&self, other: &Self) -> bool {
        self.position.epoch == other.position.epoch && self.position.sequence > other.position.sequence
    }

    /// Takes a page in; false when there is no room for it.
    pub(crate) fn take(&mut self, rows: &[(Uid, Flags)]) -> bool {
        rows.iter().all(|&(uid, flags)| self.put(uid, flags))
    }

    fn new(budget: &Arc<Budget>, position: Position, uid_next: usize) -> Option<Self> {
        let share = Share::take(budget, uid_next)?;
        Some(Self { position, codes: vec![0; uid_next], sets: Vec::new(), places: HashMap::new(), share })
    }

    /// A copy to be changed; `None` when there is no room for it.
    fn copy(&self) -> Option<Self> {
        let share = Share::take(&self.share.budget, self.codes.len())?;
        let (codes, sets, places) = (self.codes.clone(), self.sets.clone(), self.places.clone());
        Some(Self { position: self.position, codes, sets, places, share })
    }

    /// Notes the flags of `uid`; false when there is no room for it.
    fn put(&mut self, uid: Uid, flags: Flags) -> bool {
        let code = match self.places.get(&flags) {
            Some(code) => *code,
            None => {
                let Ok(code) = u16::try_from(self.sets.len() + 1) else { return false };
                self.sets.push(flags);
                self.places.insert(flags, code);
                code
            }
        };
        let Ok(at) = usize::try_from(uid) else { return false };
        if at >= self.codes.len() {
            if at - self.codes.len() > limits::OPEN_FLAGS_GROWTH {
                return false;
            }
            let more = Share::take(&self.share.budget, at + 1 - self.codes.len());
            let Some(mut more) = more else { return false };
            self.share.bytes += std::mem::take(&mut more.bytes);
            self.codes.resize(at + 1, 0);
        }
        self.codes[at] = code;
        true
    }

    fn remove(&mut self, uids: &UidSet) {
        for &(from, to) in uids.ranges() {
            let end = self.codes.len();
            let bound = |uid: Uid| usize::try_from(uid).unwrap_or(end).min(end);
            self.codes[bound(from)..bound(to.saturating_add(1))].fill(0);
        }
    }
}

/// Where a new one begins: nothing in it yet. `None` when the folder is small, or its UIDs are few and far between.
pub(crate) fn begin(
    read: &mut dyn Read,
    place: Place,
    budget: &Arc<Budget>,
) -> Result<Option<OpenFlags>, MailError> {
    let Some(folder) = Folder::find(read, place.organization, place.mailbox, place.folder)? else {
        return Err(MailError::FolderNotFound);
    };
    let uid_next = i64::from(folder.uid_next);
    let is_dense = uid_next <= folder.items_count.saturating_mul(limits::OPEN_FLAGS_SPARSE_MAX);
    if folder.items_count < limits::OPEN_FLAGS_ITEMS_MIN || !is_dense {
        return Ok(None);
    }
    let position = position(read, place.organization, place.mailbox)?;
    Ok(usize::try_from(uid_next).ok().and_then(|uid_next| OpenFlags::new(budget, position, uid_next)))
}

/// The next page, from the UID `from` on.
pub(crate) fn page(read: &mut dyn Read, place: Place, from: Uid) -> Result<Vec<(Uid, Flags)>, MailError> {
    flags_of(read, place, &UidSet::range(from, Uid::MAX))
}

/// What has changed since an [`OpenFlags`] was read.
pub(crate) struct News {
    gone: UidSet,
    rows: Vec<(Uid, Flags)>,
    position: Position,
    pub(crate) keywords: Keywords,
}

/// What has changed in `place` since `known`; `None` when that is so much, or another epoch, that one begins anew.
pub(crate) fn news(read: &mut dyn Read, place: Place, known: Position) -> Result<Option<News>, MailError> {
    let Some(changes) = changes_since(read, place, known.sequence)? else { return Ok(None) };
    if changes.epoch != known.epoch {
        return Ok(None);
    }
    let mut touched = changes.created;
    touched.extend(&changes.changed);
    if changes.more || touched.len() > limits::OPEN_FLAGS_CHANGES_MAX {
        return Ok(None);
    }
    let mut rows = Vec::new();
    while !touched.is_empty() {
        let page = flags_of(read, place, &touched)?;
        let Some((last, _)) = page.last() else { break };
        touched.remove_range(0, *last);
        rows.extend(page);
    }
    let mut gone = changes.gone;
    gone.extend(&changes.passed);
    let keywords = Keywords::of(read, place.organization, place.mailbox)?;
    let position = Position { sequence: changes.sequence, ..known };
    Ok(Some(News { gone, rows, position, keywords }))
}

/// `known` with `news`; `None` when there is no room for it.
pub(crate) fn renewed(known: Arc<OpenFlags>, news: &News) -> Option<Arc<OpenFlags>> {
    if news.gone.is_empty() && news.rows.is_empty() {
        return Some(known);
    }
    let mut known = match Arc::try_unwrap(known) {
        Ok(alone) => alone,
        Err(shared) => shared.copy()?,
    };
    known.remove(&news.gone);
    known.position = news.position;
    known.take(&news.rows).then(|| Arc::new(known))
}
