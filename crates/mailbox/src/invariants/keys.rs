//! Rows of mailboxes: their keys, their owners, their dates.

use postroom_directory::invariants::told;
use postroom_store::fsck::{Check, RowCheck};
use postroom_store::{Read, parameters};

use crate::limits;

postroom_store::statements! {
    KEYS = "SELECT m.newest FROM (SELECT MAX(mailbox) AS newest FROM mailboxes WHERE organization = $1) m
        LEFT JOIN mailbox_keys k ON k.organization = $1
        WHERE m.newest IS NOT NULL AND (k.next_mailbox IS NULL OR k.next_mailbox <= m.newest) LIMIT $2";
    SET_NEXT = "INSERT INTO mailbox_keys (organization, next_mailbox) VALUES ($1, $2) ON CONFLICT (organization)
        DO UPDATE SET next_mailbox = excluded.next_mailbox";
    FOREIGN = "SELECT mailbox, owner_id, attached_to FROM mailboxes
        WHERE organization = $1 AND attached_to IS NOT NULL AND attached_to <> owner_id ORDER BY mailbox LIMIT $2";
    DATES = "SELECT mailbox FROM mailboxes WHERE organization = $1
        AND ((attached_to IS NULL AND detached_at IS NULL) OR (attached_to IS NOT NULL AND detached_at IS NOT NULL))
        ORDER BY mailbox LIMIT $2";
    QUOTAS = "SELECT mailbox, quota_mb FROM mailboxes WHERE organization = $1";
    SET_DATE = "UPDATE mailboxes SET detached_at = CASE WHEN attached_to IS NULL THEN CAST($3 AS BIGINT) END
        WHERE organization = $1 AND mailbox = $2";
}

/// What the row of each mailbox is checked for.
pub const ROWS: &[RowCheck] = &[told("a mailbox has a quota that one may have", &QUOTAS, |mut row, _| {
    let (mailbox, quota_mb): (i64, i64) = (row.take(0), row.take(1));
    let sound = (1..=limits::QUOTA_MB_MAX).contains(&quota_mb);
    (!sound).then(|| format!("mailbox {mailbox} has a quota of {quota_mb} MB: set it anew"))
})];

/// The checks of an organization's mailboxes.
pub const CHECKS: &[Check] = &[
    Check {
        invariant: "a mailbox's key is never given out again",
        find: &KEYS,
        describe: |mut row| format!("the key of mailbox {} would be given out again", row.take::<i64>(0)),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&SET_NEXT, parameters![organization, row.take::<i64>(0) + 1]).map(drop)
        }),
    },
    Check {
        invariant: "a mailbox is attached to its owner",
        find: &FOREIGN,
        describe: |mut row| {
            let (mailbox, owner, attached): (i64, String, String) = (row.take(0), row.take(1), row.take(2));
            format!("mailbox {mailbox} of {owner} is attached to {attached}")
        },
        repair: None,
    },
    Check {
        invariant: "a mailbox that is detached, and no other, says since when",
        find: &DATES,
        describe: |mut row| {
            format!("mailbox {} does not say rightly since when it is detached", row.take::<i64>(0))
        },
        repair: Some(|tx, mut row| {
            let (organization, now) = (tx.organization().0, tx.now());
            tx.execute(&SET_DATE, parameters![organization, row.take::<i64>(0), now]).map(drop)
        }),
    },
];
