//! Numbers and sequences that a mailbox gives out: always above all that are in use.

use postroom_store::{Read, Row, Statement, StoreError, parameters};

use super::{Check, Of, Wrong};

postroom_store::statements! {
    ROW = "SELECT next_id, next_folder, sequence FROM mailboxes WHERE organization = $1 AND mailbox = $2";
    IDS_OF_ITEMS = "SELECT MAX(item), MAX(content), MAX(email), MAX(thread) FROM items
        WHERE organization = $1 AND mailbox = $2";
    IDS_OF_TOMBSTONES = "SELECT MAX(item), MAX(email) FROM tombstones WHERE organization = $1 AND mailbox = $2";
    IDS_OF_CONTENTS = "SELECT MAX(content) FROM contents WHERE organization = $1 AND mailbox = $2";
    IDS_OF_BODIES = "SELECT MAX(content) FROM bodies WHERE organization = $1 AND mailbox = $2";
    IDS_OF_THREADS = "SELECT MAX(thread) FROM thread_keys WHERE organization = $1 AND mailbox = $2";
    FOLDERS = "SELECT MAX(folder) FROM folders WHERE organization = $1 AND mailbox = $2";
    FOLDERS_OF_ITEMS = "SELECT MAX(folder), MAX(expunged_from) FROM items WHERE organization = $1 AND mailbox = $2";
    FOLDERS_OF_TOMBSTONES = "SELECT MAX(folder), MAX(moved_to) FROM tombstones
        WHERE organization = $1 AND mailbox = $2";
    FOLDERS_OF_LOG = "SELECT MAX(folder) FROM change_log WHERE organization = $1 AND mailbox = $2";
    SEQUENCES_OF_ITEMS = "SELECT MAX(created_sequence), MAX(content_sequence), MAX(flags_sequence), MAX(read_sequence)
        FROM items WHERE organization = $1 AND mailbox = $2";
    SEQUENCES_OF_FOLDERS = "SELECT MAX(created_sequence), MAX(own_sequence), MAX(content_sequence) FROM folders
        WHERE organization = $1 AND mailbox = $2";
    SEQUENCES_OF_LOG = "SELECT MAX(sequence) FROM change_log WHERE organization = $1 AND mailbox = $2";
    SEQUENCES_OF_TOMBSTONES = "SELECT MAX(sequence) FROM tombstones WHERE organization = $1 AND mailbox = $2";
    LOG_FLOOR = "SELECT log_floor FROM mailboxes WHERE organization = $1 AND mailbox = $2";
    SET_NEXT_ID = "UPDATE mailboxes SET next_id = $3 WHERE organization = $1 AND mailbox = $2";
    SET_NEXT_FOLDER = "UPDATE mailboxes SET next_folder = $3 WHERE organization = $1 AND mailbox = $2";
    SET_SEQUENCE = "UPDATE mailboxes SET sequence = $3 WHERE organization = $1 AND mailbox = $2";
    THREAD_KEYS = "SELECT message_key FROM thread_keys WHERE organization = $1 AND mailbox = $2
        AND (thread < 1 OR LENGTH(message_key) <> 16) ORDER BY message_key LIMIT $3";
    DELETE_THREAD_KEYS = "DELETE FROM thread_keys WHERE organization = $1 AND mailbox = $2
        AND (thread < 1 OR LENGTH(message_key) <> 16)";
}

/// Statements that answer one row of highest numbers, and how many.
type Highest = &'static [(&'static Statement, usize)];

const IDS: Highest = &[
    (&IDS_OF_ITEMS, 4),
    (&IDS_OF_TOMBSTONES, 2),
    (&IDS_OF_CONTENTS, 1),
    (&IDS_OF_BODIES, 1),
    (&IDS_OF_THREADS, 1),
];
const FOLDER_NUMBERS: Highest =
    &[(&FOLDERS, 1), (&FOLDERS_OF_ITEMS, 2), (&FOLDERS_OF_TOMBSTONES, 2), (&FOLDERS_OF_LOG, 1)];
const SEQUENCES: Highest = &[
    (&SEQUENCES_OF_ITEMS, 4),
    (&SEQUENCES_OF_FOLDERS, 3),
    (&SEQUENCES_OF_LOG, 1),
    (&SEQUENCES_OF_TOMBSTONES, 1),
    (&LOG_FLOOR, 1),
];

/// What was given out twice may be in anybody's hands: all three repairs renew the epoch.
pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "a mailbox's next number is above every one in use",
        find: |read, of| reached(read, of, IDS, 0, 1, "a number in use would be given out again"),
        mend: Some(|mending, wrong| {
            mending.renew_epoch();
            mending.execute(&SET_NEXT_ID, parameters![wrong.at[0] + 1])
        }),
    },
    Check {
        invariant: "a mailbox's next folder is above every one in use",
        find: |read, of| {
            reached(read, of, FOLDER_NUMBERS, 1, 1, "a folder's number would be given out again")
        },
        mend: Some(|mending, wrong| {
            mending.renew_epoch();
            mending.execute(&SET_NEXT_FOLDER, parameters![wrong.at[0] + 1])
        }),
    },
    Check {
        invariant: "no sequence is above its mailbox's",
        find: |read, of| reached(read, of, SEQUENCES, 2, 0, "something has a sequence that is yet to come"),
        mend: Some(|mending, wrong| {
            mending.renew_epoch();
            mending.execute(&SET_SEQUENCE, parameters![wrong.at[0] + 1])
        }),
    },
    Check {
        invariant: "a thread's key names a thread",
        find: |read, of| {
            super::found(read, of, &THREAD_KEYS, |mut row| {
                let key: Vec<u8> = row.take(0);
                Wrong { what: format!("the thread's key {} is none", hex(&key)), at: [0; 3] }
            })
        },
        // Answers to such a message begin a thread of their own.
        mend: Some(|mending, _| mending.execute(&DELETE_THREAD_KEYS, &[])),
    },
];

/// Whether the highest number of `highest` comes up to column `column` of the mailbox's row, less `by`.
fn reached(
    read: &mut dyn Read,
    of: Of,
    highest: Highest,
    column: usize,
    by: i64,
    what: &str,
) -> Result<Vec<Wrong>, StoreError> {
    let key = parameters![of.organization.0, of.mailbox.0];
    let Some(mut row) = read.query_first(&ROW, key)? else { return Ok(Vec::new()) };
    let (limit, mut found) = (row.take::<i64>(column) - by, 0);
    for &(statement, columns) in highest {
        if let Some(mut row) = read.query_first(statement, key)? {
            found = found.max(greatest(&mut row, columns));
        }
    }
    let wrong = Wrong { what: what.to_owned(), at: [found, 0, 0] };
    Ok(if found > limit { vec![wrong] } else { Vec::new() })
}

fn greatest(row: &mut Row, columns: usize) -> i64 {
    (0..columns).filter_map(|column| row.take::<Option<i64>>(column)).max().unwrap_or(0)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
