//! Items are in folders that are there, every role has its folder, and what is kept to be recovered says so.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::fold;

use super::mending::Mending;
use super::{Check, Of, Wrong, folder_wrong, found};
use crate::folder::{FolderKey, ROLES, Role};
use crate::sql::folders as sql;

postroom_store::statements! {
    STRAY = "SELECT DISTINCT i.folder FROM items i WHERE i.organization = $1 AND i.mailbox = $2 AND NOT EXISTS
        (SELECT 1 FROM folders f WHERE f.organization = $1 AND f.mailbox = $2 AND f.folder = i.folder)
        ORDER BY i.folder LIMIT $3";
    ROLES_THERE = "SELECT folder, role FROM folders WHERE organization = $1 AND mailbox = $2 AND role IS NOT NULL
        ORDER BY folder";
    CLEAR_ROLE = "UPDATE folders SET role = NULL WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    NOT_RECOVERABLE = "SELECT i.folder, i.uid FROM items i JOIN folders f
        ON f.organization = $1 AND f.mailbox = $2 AND f.folder = i.folder
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.expunged_from IS NOT NULL
        AND (f.role IS NULL OR f.role <> 'RECOVERABLE') ORDER BY i.folder, i.uid LIMIT $3";
    FROM_NOWHERE = "SELECT i.folder, i.uid FROM items i JOIN folders f
        ON f.organization = $1 AND f.mailbox = $2 AND f.folder = i.folder
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.expunged_from IS NULL
        AND f.role = 'RECOVERABLE' ORDER BY i.folder, i.uid LIMIT $3";
    NOT_EXPUNGED = "UPDATE items SET expunged_from = NULL
        WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4";
    EXPUNGED_FROM_INBOX = "UPDATE items SET expunged_from = (SELECT f.folder FROM folders f
        WHERE f.organization = $1 AND f.mailbox = $2 AND f.role = 'INBOX')
        WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "the folder of an item is there",
        find: |read, of| found(read, of, &STRAY, |row| folder_wrong(row, "is gone, but has items in it")),
        mend: Some(|mending, wrong| {
            mending.renew_epoch();
            insert(mending, wrong.at[0], None, "Recovered")
        }),
    },
    Check {
        invariant: "a folder's role is one that there is",
        find: |read, of| {
            let there = roles(read, of)?.into_iter();
            let unknown = there.filter(|(_, role)| ROLES.iter().all(|(_, word, _)| word != role));
            let wrong = unknown.map(|(folder, _)| Wrong {
                what: format!("folder {folder} has a role that there is not"),
                at: [folder, 0, 0],
            });
            Ok(wrong.collect())
        },
        mend: Some(|mending, wrong| mending.execute(&CLEAR_ROLE, parameters![wrong.at[0]])),
    },
    Check {
        invariant: "every role has its folder",
        find: |read, of| {
            let there = roles(read, of)?;
            let missing =
                (0..).zip(ROLES).filter(|(_, (_, word, _))| there.iter().all(|(_, role)| role != word));
            let wrong = missing.map(|(index, (_, word, _))| Wrong {
                what: format!("there is no folder {word}"),
                at: [index, 0, 0],
            });
            Ok(wrong.collect())
        },
        mend: Some(|mending, wrong| {
            let role = usize::try_from(wrong.at[0]).ok().and_then(|index| ROLES.get(index));
            let Some(&(role, _, name)) = role else { return Ok(()) };
            let folder = mending.next_folder()?;
            insert(mending, folder, Some(role), name)
        }),
    },
    Check {
        invariant: "only what is kept to be recovered was expunged",
        find: |read, of| {
            found(read, of, &NOT_RECOVERABLE, |row| item_wrong(row, "says that it was expunged"))
        },
        mend: Some(|mending, wrong| mending.execute(&NOT_EXPUNGED, parameters![wrong.at[0], wrong.at[1]])),
    },
    Check {
        invariant: "what is kept to be recovered says from where it was expunged",
        find: |read, of| found(read, of, &FROM_NOWHERE, |row| item_wrong(row, "does not say where it was")),
        mend: Some(|mending, wrong| {
            mending.execute(&EXPUNGED_FROM_INBOX, parameters![wrong.at[0], wrong.at[1]])
        }),
    },
];

fn item_wrong(mut row: postroom_store::Row, what: &str) -> Wrong {
    let (folder, uid): (i64, i64) = (row.take(0), row.take(1));
    Wrong { what: format!("item {uid} of folder {folder} {what}"), at: [folder, uid, 0] }
}

fn roles(read: &mut dyn Read, of: Of) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = read.query(&ROLES_THERE, parameters![of.organization.0, of.mailbox.0])?;
    Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
}

/// Creates `folder` at the top under `name`, or under one beside it when that is taken.
fn insert(
    mending: &mut Mending<'_, '_>,
    folder: i64,
    role: Option<Role>,
    name: &str,
) -> Result<(), StoreError> {
    let name = free_name(mending, FolderKey::ROOT.0, name, folder)?;
    let (hidden, key) = (role == Some(Role::Recoverable), fold(&name));
    let (role, sequence) = (role.map(Role::word), mending.sequence);
    mending.touch(folder);
    mending.execute(
        &sql::INSERT,
        parameters![folder, FolderKey::ROOT.0, role, hidden, &name, &key, !hidden, sequence],
    )
}

/// `name`, or when another folder of `parent` has it, `name` with the number of the folder behind it.
pub(super) fn free_name(
    mending: &mut Mending<'_, '_>,
    parent: i64,
    name: &str,
    folder: i64,
) -> Result<String, StoreError> {
    let (organization, mailbox) = (mending.of.organization.0, mending.of.mailbox.0);
    let (mut free, mut count) = (name.to_owned(), 0);
    loop {
        let key = fold(&free);
        let taken =
            mending.tx.query_first(&sql::BY_NAME, parameters![organization, mailbox, parent, &key])?;
        if taken.is_none_or(|mut row| row.take::<i64>(0) == folder) {
            return Ok(free);
        }
        count += 1;
        free = if count == 1 { format!("{name} ({folder})") } else { format!("{name} ({folder}.{count})") };
    }
}
