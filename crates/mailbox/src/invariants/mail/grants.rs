//! Rights to folders are of folders that are there, and are rights.

use std::collections::BTreeSet;

use postroom_store::{Read, StoreError, parameters};

use super::{Check, Of, Wrong, found};
use crate::FolderRights;
use crate::sql::grants as sql;

postroom_store::statements! {
    WITHOUT_FOLDER = "SELECT DISTINCT g.folder FROM folder_grants g WHERE g.organization = $1 AND g.mailbox = $2
        AND NOT EXISTS (SELECT 1 FROM folders f
        WHERE f.organization = $1 AND f.mailbox = $2 AND f.folder = g.folder) ORDER BY g.folder LIMIT $3";
    KINDS = "SELECT folder, rights FROM folder_grants WHERE organization = $1 AND mailbox = $2
        GROUP BY folder, rights ORDER BY folder, rights";
    DELETE_KIND = "DELETE FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND rights = $4";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "the folder of a right is there",
        find: |read, of| {
            found(read, of, &WITHOUT_FOLDER, |mut row| {
                let folder: i64 = row.take(0);
                Wrong {
                    what: format!("folder {folder} is gone and somebody has rights to it"),
                    at: [folder, 0, 0],
                }
            })
        },
        mend: Some(|mending, wrong| {
            mending.execute(&sql::DELETE_OF_FOLDER, parameters![wrong.at[0]])?;
            mending.publish_grants();
            Ok(())
        }),
    },
    Check {
        invariant: "rights to a folder are rights that there are",
        find: |read, of| {
            let folders = strange(read, of)?.into_iter().map(|(folder, _)| folder);
            let folders: BTreeSet<i64> = folders.collect();
            let what = |folder| format!("somebody has something to folder {folder} that is no right");
            Ok(folders.into_iter().map(|folder| Wrong { what: what(folder), at: [folder, 0, 0] }).collect())
        },
        // What is no right allows nothing, and goes.
        mend: Some(|mending, wrong| {
            let of = mending.of;
            for (folder, rights) in strange(mending.tx, of)? {
                if folder == wrong.at[0] {
                    mending.execute(&DELETE_KIND, parameters![folder, &rights])?;
                }
            }
            mending.publish_grants();
            Ok(())
        }),
    },
];

/// Rights that are none, or not written as they are, with their folders. A mailbox has `limits::MAILBOX_GRANTS_MAX` rows.
fn strange(read: &mut dyn Read, of: Of) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = read.query(&KINDS, parameters![of.organization.0, of.mailbox.0])?;
    let all = rows.into_iter().map(|mut row| (row.take(0), row.take(1)));
    let is_right =
        |rights: &str| FolderRights::of_letters(rights).is_some_and(|known| known.letters() == rights);
    Ok(all.filter(|(_, rights): &(i64, String)| rights.is_empty() || !is_right(rights)).collect())
}
