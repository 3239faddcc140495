//! Folders are in folders that are there, and none is in itself.

use std::collections::{BTreeMap, BTreeSet};

use postroom_store::{Read, StoreError, parameters};
use postroom_types::fold;

use super::folders::free_name;
use super::mending::Mending;
use super::{Check, Of, Wrong, folder_wrong, found};
use crate::folder::FolderKey;
use crate::sql::folders as sql;

postroom_store::statements! {
    ORPHANS = "SELECT f.folder FROM folders f WHERE f.organization = $1 AND f.mailbox = $2 AND f.parent <> 0
        AND NOT EXISTS (SELECT 1 FROM folders p
        WHERE p.organization = $1 AND p.mailbox = $2 AND p.folder = f.parent) ORDER BY f.folder LIMIT $3";
    PARENTS = "SELECT folder, parent FROM folders WHERE organization = $1 AND mailbox = $2 ORDER BY folder";
    NAME = "SELECT name FROM folders WHERE organization = $1 AND mailbox = $2 AND folder = $3";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "the folder that a folder is in is there",
        find: |read, of| found(read, of, &ORPHANS, |row| folder_wrong(row, "is in one that is gone")),
        mend: Some(to_the_top),
    },
    Check { invariant: "no folder is in itself", find: circles, mend: Some(to_the_top) },
];

/// Of each circle its lowest folder.
fn circles(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let rows = read.query(&PARENTS, parameters![of.organization.0, of.mailbox.0])?;
    let parents: BTreeMap<i64, i64> = rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect();
    let mut lowest = BTreeSet::new();
    let mut sound = BTreeSet::new();
    for &folder in parents.keys() {
        let (mut at, mut path) = (folder, Vec::new());
        // The top, or something that is gone, is no key.
        while parents.contains_key(&at) && !path.contains(&at) && !sound.contains(&at) {
            path.push(at);
            at = parents[&at];
        }
        if let Some(begin) = path.iter().position(|known| *known == at) {
            lowest.extend(path[begin..].iter().min());
        }
        sound.extend(path);
    }
    let wrong = lowest
        .into_iter()
        .map(|folder| Wrong { what: format!("folder {folder} is in itself"), at: [folder, 0, 0] });
    Ok(wrong.collect())
}

/// Puts the folder, with all that is in it, at the top.
fn to_the_top(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    let (folder, top, sequence) = (wrong.at[0], FolderKey::ROOT.0, mending.sequence);
    let key = parameters![mending.of.organization.0, mending.of.mailbox.0, folder];
    let Some(mut row) = mending.tx.query_first(&NAME, key)? else { return Ok(()) };
    let name = free_name(mending, top, &row.take::<String>(0), folder)?;
    mending.touch(folder);
    mending.execute(&sql::RENAME, parameters![folder, top, &name, &fold(&name), sequence])
}
