//! Counters of folders and of the mailbox.

use postroom_store::parameters;

use super::{Check, Wrong, folder_wrong, found};

macro_rules! of_folder {
    ($what:literal) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM items i WHERE i.organization = $1 AND i.mailbox = $2 AND i.folder = folders.folder)"
        )
    };
}

macro_rules! unread {
    () => {
        of_folder!("CAST(COALESCE(SUM(CASE WHEN (i.flags & 1) = 0 THEN 1 ELSE 0 END), 0) AS BIGINT)")
    };
}

macro_rules! deleted {
    () => {
        of_folder!("CAST(COALESCE(SUM(CASE WHEN (i.flags & 8) <> 0 THEN 1 ELSE 0 END), 0) AS BIGINT)")
    };
}

macro_rules! size {
    () => {
        of_folder!("CAST(COALESCE(SUM(i.size_bytes), 0) AS BIGINT)")
    };
}

macro_rules! mailbox_size {
    () => {
        "(SELECT CAST(COALESCE(SUM(i.size_bytes), 0) AS BIGINT) FROM items i
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.expunged_from IS NULL)"
    };
}

postroom_store::statements! {
    FOLDERS = concat!("SELECT folder FROM folders WHERE organization = $1 AND mailbox = $2 AND (items_count <> ",
        of_folder!("COUNT(*)"), " OR unread_count <> ", unread!(), " OR deleted_count <> ", deleted!(),
        " OR size_bytes <> ", size!(), ") ORDER BY folder LIMIT $3");
    COUNT_FOLDER = concat!("UPDATE folders SET content_sequence = $4, items_count = ", of_folder!("COUNT(*)"),
        ", unread_count = ", unread!(), ", deleted_count = ", deleted!(), ", size_bytes = ", size!(),
        " WHERE organization = $1 AND mailbox = $2 AND folder = $3");
    MAILBOX = concat!("SELECT mailbox FROM mailboxes WHERE organization = $1 AND mailbox = $2
        AND size_bytes <> ", mailbox_size!(), " LIMIT $3");
    COUNT_MAILBOX = concat!("UPDATE mailboxes SET size_bytes = ", mailbox_size!(),
        " WHERE organization = $1 AND mailbox = $2");
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "a folder counts its items",
        find: |read, of| {
            found(read, of, &FOLDERS, |row| folder_wrong(row, "does not count its items rightly"))
        },
        mend: Some(|mending, wrong| {
            let sequence = mending.sequence;
            mending.touch(wrong.at[0]);
            mending.execute(&COUNT_FOLDER, parameters![wrong.at[0], sequence])
        }),
    },
    Check {
        invariant: "a mailbox counts the bytes of its items",
        find: |read, of| {
            let what = "it does not count the bytes of its items rightly";
            found(read, of, &MAILBOX, |_| Wrong { what: what.to_owned(), at: [0; 3] })
        },
        mend: Some(|mending, _| mending.execute(&COUNT_MAILBOX, &[])),
    },
];
