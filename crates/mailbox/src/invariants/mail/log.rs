//! The log of changes can be read, and what left a folder is not in it.

use postroom_store::{Read, StoreError, parameters};

use super::mending::Mending;
use super::{Check, FOUND_MAX, Of, Wrong, found};
use crate::limits;
use crate::mail_tx::What;
use crate::uids::UidSet;

postroom_store::statements! {
    ENTRIES_AFTER = "SELECT folder, sequence, number, what, uids FROM change_log WHERE organization = $1 AND mailbox = $2
        AND (folder, sequence, number) > ($3, $4, $5) ORDER BY folder, sequence, number LIMIT $6";
    DELETE_ENTRY = "DELETE FROM change_log WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND sequence = $4
        AND number = $5";
    UNDEAD = "SELECT t.folder, t.uid, t.sequence FROM tombstones t JOIN items i
        ON i.organization = $1 AND i.mailbox = $2 AND i.folder = t.folder AND i.uid = t.uid
        WHERE t.organization = $1 AND t.mailbox = $2 ORDER BY t.folder, t.sequence, t.uid LIMIT $3";
    DELETE_TOMBSTONE = "DELETE FROM tombstones WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4
        AND sequence = $5";
}

pub(super) const CHECKS: &[Check] = &[
    Check { invariant: "an entry of the log can be read", find: unreadable, mend: Some(remove_entry) },
    Check {
        invariant: "what left a folder is not in it",
        find: |read, of| {
            found(read, of, &UNDEAD, |mut row| {
                let (folder, uid, sequence): (i64, i64, i64) = (row.take(0), row.take(1), row.take(2));
                let what = format!("item {uid} of folder {folder} is there and is said to have left");
                Wrong { what, at: [folder, uid, sequence] }
            })
        },
        mend: Some(|mending, wrong| {
            mending.renew_epoch();
            mending.raise_floor(wrong.at[2])?;
            mending.execute(&DELETE_TOMBSTONE, parameters![wrong.at[0], wrong.at[1], wrong.at[2]])
        }),
    },
];

fn unreadable(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let (mut wrong, mut after) = (Vec::new(), [i64::MIN; 3]);
    loop {
        let [folder, sequence, number] = after;
        let (organization, mailbox) = (of.organization.0, of.mailbox.0);
        let key = parameters![organization, mailbox, folder, sequence, number, limits::ROWS_PER_READ];
        let rows = read.query(&ENTRIES_AFTER, key)?;
        if rows.is_empty() || i64::try_from(wrong.len()).is_ok_and(|count| count >= FOUND_MAX) {
            return Ok(wrong);
        }
        for mut row in rows {
            after = [row.take(0), row.take(1), row.take(2)];
            let (what, uids): (String, Vec<u8>) = (row.take(3), row.take(4));
            if What::of_word(&what).is_none() || UidSet::from_bytes(&uids).is_err() {
                let what = format!("what sequence {} did to folder {} cannot be read", after[1], after[0]);
                wrong.push(Wrong { what, at: after });
            }
        }
    }
}

/// Clients that have not seen the entry look at everything again.
fn remove_entry(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    let [folder, sequence, number] = wrong.at;
    mending.touch(folder);
    mending.raise_floor(sequence)?;
    mending.execute(&DELETE_ENTRY, parameters![folder, sequence, number])
}
