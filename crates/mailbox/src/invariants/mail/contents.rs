//! Items, contents and bodies belong together.

use postroom_store::{Read, StoreError, parameters};

use super::mending::Mending;
use super::{Check, Wrong, found};
use crate::sql::contents as sql;

postroom_store::statements! {
    /// One walk over the items, which the engine sorts by content.
    COUNTS = "SELECT c.content FROM contents c LEFT JOIN (SELECT i.content, COUNT(*) AS items_count FROM items i
        WHERE i.organization = $1 AND i.mailbox = $2 GROUP BY i.content) n ON n.content = c.content
        WHERE c.organization = $1 AND c.mailbox = $2 AND c.items_count <> COALESCE(n.items_count, 0)
        AND n.items_count IS NOT NULL ORDER BY c.content LIMIT $3";
    WITHOUT_ITEMS = "SELECT content FROM contents WHERE organization = $1 AND mailbox = $2
        EXCEPT SELECT content FROM items WHERE organization = $1 AND mailbox = $2 ORDER BY content LIMIT $3";
    BODIES_WITHOUT_ITEMS = "SELECT content FROM bodies WHERE organization = $1 AND mailbox = $2
        EXCEPT SELECT content FROM contents WHERE organization = $1 AND mailbox = $2
        EXCEPT SELECT content FROM items WHERE organization = $1 AND mailbox = $2 ORDER BY content LIMIT $3";
    SET_COUNT = "UPDATE contents SET items_count = (SELECT COUNT(*) FROM items i
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.content = $3)
        WHERE organization = $1 AND mailbox = $2 AND content = $3";
    ITEMS_WITHOUT = "SELECT i.folder, i.uid, i.content FROM items i WHERE i.organization = $1 AND i.mailbox = $2
        AND NOT EXISTS (SELECT 1 FROM contents c
        WHERE c.organization = $1 AND c.mailbox = $2 AND c.content = i.content) ORDER BY i.folder, i.uid LIMIT $3";
    WITHOUT_BODY = "SELECT i.folder, i.uid, i.content FROM items i WHERE i.organization = $1 AND i.mailbox = $2
        AND NOT EXISTS (SELECT 1 FROM bodies b
        WHERE b.organization = $1 AND b.mailbox = $2 AND b.content = i.content) ORDER BY i.folder, i.uid LIMIT $3";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "an item has a content",
        find: |read, of| found(read, of, &ITEMS_WITHOUT, |row| item_wrong(row, "has no content")),
        mend: None,
    },
    Check {
        invariant: "an item has a body",
        find: |read, of| found(read, of, &WITHOUT_BODY, |row| item_wrong(row, "has no body")),
        mend: None,
    },
    Check {
        invariant: "a content has items",
        find: |read, of| found(read, of, &WITHOUT_ITEMS, |row| wrong(row, "has no items")),
        mend: Some(remove),
    },
    Check {
        invariant: "a body has a content",
        find: |read, of| found(read, of, &BODIES_WITHOUT_ITEMS, |row| wrong(row, "is a body without items")),
        mend: Some(remove),
    },
    Check {
        invariant: "a content counts its items",
        find: |read, of| found(read, of, &COUNTS, |row| wrong(row, "does not count its items rightly")),
        mend: Some(|mending, wrong| mending.execute(&SET_COUNT, parameters![wrong.at[0]])),
    },
];

/// Removes what no item has; but while an item misses something, this may be it.
fn remove(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    for missing in [&ITEMS_WITHOUT, &WITHOUT_BODY] {
        let key = parameters![mending.of.organization.0, mending.of.mailbox.0, 1_i64];
        if mending.tx.query_first(missing, key)?.is_some() {
            return Ok(());
        }
    }
    mending.execute(&sql::DELETE_BODY, parameters![wrong.at[0]])?;
    mending.execute(&sql::DELETE, parameters![wrong.at[0]])
}

fn wrong(mut row: postroom_store::Row, what: &str) -> Wrong {
    let content = row.take(0);
    Wrong { what: format!("content {content} {what}"), at: [content, 0, 0] }
}

fn item_wrong(mut row: postroom_store::Row, what: &str) -> Wrong {
    let (folder, uid, content): (i64, i64, i64) = (row.take(0), row.take(1), row.take(2));
    Wrong { what: format!("item {uid} of folder {folder} {what} ({content})"), at: [folder, uid, content] }
}
