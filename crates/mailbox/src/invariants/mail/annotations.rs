//! Annotations are of folders that are there.

use postroom_store::parameters;

use super::{Check, Wrong, found};
use crate::sql::annotations as sql;

postroom_store::statements! {
    WITHOUT_FOLDER = "SELECT DISTINCT a.folder FROM annotations a WHERE a.organization = $1 AND a.mailbox = $2
        AND a.folder <> 0 AND NOT EXISTS (SELECT 1 FROM folders f
        WHERE f.organization = $1 AND f.mailbox = $2 AND f.folder = a.folder) ORDER BY a.folder LIMIT $3";
}

pub(super) const CHECKS: &[Check] = &[Check {
    invariant: "the folder of an annotation is there",
    find: |read, of| {
        found(read, of, &WITHOUT_FOLDER, |mut row| {
            let folder: i64 = row.take(0);
            Wrong { what: format!("folder {folder} is gone and has annotations"), at: [folder, 0, 0] }
        })
    },
    mend: Some(|mending, wrong| mending.execute(&sql::DELETE_OF_FOLDER, parameters![wrong.at[0]])),
}];
