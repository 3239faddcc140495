//! Folders.

/// The UIDVALIDITY comes last: the number of the folder above the base of the mailbox's epoch.
macro_rules! columns {
    () => {
        "f.folder, f.parent, f.role, f.hidden, f.name, f.subscribed, f.uid_next, f.content_sequence, f.items_count,
        f.unread_count, f.deleted_count, f.size_bytes, m.uid_validity_base + f.folder"
    };
}

macro_rules! from_folders {
    () => {
        " FROM folders f JOIN mailboxes m ON m.organization = f.organization AND m.mailbox = f.mailbox
        WHERE f.organization = $1 AND f.mailbox = $2"
    };
}

postroom_store::statements! {
    BY_KEY = concat!("SELECT ", columns!(), from_folders!(), " AND f.folder = $3");
    BY_ROLE = concat!("SELECT ", columns!(), from_folders!(), " AND f.role = $3");
    BY_NAME = concat!("SELECT ", columns!(), from_folders!(), " AND f.parent = $3 AND f.name_key = $4");
    ALL_OF_MAILBOX = concat!("SELECT ", columns!(), from_folders!(), " ORDER BY f.folder");
    COUNT = "SELECT COUNT(*) FROM folders WHERE organization = $1 AND mailbox = $2";
    CHILD = "SELECT folder FROM folders WHERE organization = $1 AND mailbox = $2 AND parent = $3 LIMIT 1";
    INSERT = "INSERT INTO folders (organization, mailbox, folder, parent, kind, role, hidden, name, name_key,
        subscribed, uid_next, created_sequence, own_sequence, content_sequence, items_count, unread_count,
        deleted_count, size_bytes)
        VALUES ($1, $2, $3, $4, 'MAIL', $5, $6, $7, $8, $9, 1, $10, $10, $10, 0, 0, 0, 0)
        ON CONFLICT DO NOTHING";
    RENAME = "UPDATE folders SET parent = $4, name = $5, name_key = $6, own_sequence = $7
        WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    SUBSCRIBE = "UPDATE folders SET subscribed = $4, own_sequence = $5
        WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    DELETE = "DELETE FROM folders WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    /// The next UID is set by who gives UIDs out; the counters move by what a transaction did.
    COUNT_CHANGE = "UPDATE folders SET uid_next = uid_next + $4, content_sequence = $5,
        items_count = items_count + $6, unread_count = unread_count + $7, deleted_count = deleted_count + $8,
        size_bytes = size_bytes + $9 WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    UID_NEXT = "SELECT uid_next FROM folders WHERE organization = $1 AND mailbox = $2 AND folder = $3";
}
