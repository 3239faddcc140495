//! UIDs: the next one is above all, and the holes are those that no item has.

use postroom_store::{Read, StoreError, parameters};

use super::mending::Mending;
use super::{Check, FOUND_MAX, Of, Wrong, folder_wrong, found};
use crate::folder::FolderKey;
use crate::item::Place;
use crate::sql::items as sql;
use crate::uids::{Uid, UidSet};
use crate::{MailError, holes, limits};

macro_rules! highest {
    () => {
        "(SELECT COALESCE(MAX(i.uid), 0) FROM items i
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.folder = folders.folder)"
    };
}

macro_rules! highest_gone {
    () => {
        "(SELECT COALESCE(MAX(t.uid), 0) FROM tombstones t
        WHERE t.organization = $1 AND t.mailbox = $2 AND t.folder = folders.folder)"
    };
}

postroom_store::statements! {
    REACHED = concat!("SELECT folder FROM folders WHERE organization = $1 AND mailbox = $2 AND (uid_next < 1
        OR uid_next <= ", highest!(), " OR uid_next <= ", highest_gone!(), ") ORDER BY folder LIMIT $3");
    SET_UID_NEXT = concat!("UPDATE folders SET content_sequence = $4, uid_next = 1 + CASE WHEN ", highest!(), " > ",
        highest_gone!(), " THEN ", highest!(), " ELSE ", highest_gone!(), " END
        WHERE organization = $1 AND mailbox = $2 AND folder = $3");
    NEXT_UIDS = "SELECT folder, uid_next FROM folders WHERE organization = $1 AND mailbox = $2 ORDER BY folder";
    STRAY_HOLES = "SELECT DISTINCT h.folder FROM uid_holes h WHERE h.organization = $1 AND h.mailbox = $2
        AND NOT EXISTS (SELECT 1 FROM folders f
        WHERE f.organization = $1 AND f.mailbox = $2 AND f.folder = h.folder) ORDER BY h.folder LIMIT $3";
}

/// What a client believes of a folder rests on both: their repairs renew the epoch.
pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "a folder's next UID is above every one that it gave out",
        find: |read, of| found(read, of, &REACHED, |row| folder_wrong(row, "would give out a UID again")),
        mend: Some(|mending, wrong| {
            let sequence = mending.sequence;
            mending.renew_epoch();
            mending.execute(&SET_UID_NEXT, parameters![wrong.at[0], sequence])
        }),
    },
    Check {
        invariant: "the holes of a folder are the UIDs that no item has",
        find: untrue_holes,
        mend: Some(rebuild),
    },
    Check {
        invariant: "the folder of holes is there",
        find: |read, of| found(read, of, &STRAY_HOLES, |row| folder_wrong(row, "is gone, but has holes")),
        mend: Some(|mending, wrong| mending.execute(&sql::DELETE_HOLES, parameters![wrong.at[0]])),
    },
];

fn untrue_holes(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let rows = read.query(&NEXT_UIDS, parameters![of.organization.0, of.mailbox.0])?;
    let mut wrong = Vec::new();
    for mut row in rows {
        let (folder, uid_next): (i64, i64) = (row.take(0), row.take(1));
        let place = Place { organization: of.organization, mailbox: of.mailbox, folder: FolderKey(folder) };
        let uid_next = Uid::try_from(uid_next.max(1)).unwrap_or(Uid::MAX);
        // What is at the next UID or above is another finding.
        let there = there(read, place, uid_next)?;
        let is_right = match holes::live(read, place, uid_next) {
            Ok(live) => live == there,
            Err(MailError::Store(error)) => return Err(error),
            Err(_) => false,
        };
        if !is_right {
            wrong.push(Wrong {
                what: format!("folder {folder} has holes where items are, or the other way about"),
                at: [folder, i64::from(uid_next), 0],
            });
        }
        if i64::try_from(wrong.len()).is_ok_and(|count| count >= FOUND_MAX) {
            break;
        }
    }
    Ok(wrong)
}

/// The UIDs of the items of `place` below `uid_next`, from a walk over them.
fn there(read: &mut dyn Read, place: Place, uid_next: Uid) -> Result<UidSet, StoreError> {
    let (mut all, mut from) = (UidSet::default(), 1_i64);
    let Place { organization, mailbox, folder } = place;
    let last = i64::from(uid_next) - 1;
    loop {
        let key = parameters![organization.0, mailbox.0, folder.0, from, last, limits::ROWS_PER_READ];
        let rows = read.query(&sql::UIDS, key)?;
        if rows.is_empty() {
            return Ok(all);
        }
        for mut row in rows {
            let uid: i64 = row.take(0);
            all.insert(Uid::try_from(uid).unwrap_or(Uid::MAX));
            from = uid + 1;
        }
    }
}

fn rebuild(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    let [folder, uid_next, _] = wrong.at;
    let Of { organization, mailbox } = mending.of;
    let place = Place { organization, mailbox, folder: FolderKey(folder) };
    let uid_next = Uid::try_from(uid_next).unwrap_or(Uid::MAX);
    let mut gone = UidSet::range(1, uid_next.saturating_sub(1));
    gone.subtract(&there(mending.tx, place, uid_next)?);
    mending.renew_epoch();
    mending.execute(&sql::DELETE_HOLES, parameters![folder])?;
    holes::add(mending.tx, place, &gone)
}
