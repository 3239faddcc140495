//! What is removed in time: old entries of logs, and mailboxes that nobody wanted back.

postroom_store::statements! {
    /// With what decides whether there is anything to do.
    PAGE = "SELECT mailbox, attached_to, detached_at, log_floor FROM mailboxes
        WHERE organization = $1 AND mailbox > $2 ORDER BY mailbox LIMIT $3";
    /// Mailboxes that are not to be erased.
    KEPT_AFTER = "SELECT mailbox FROM mailboxes WHERE organization = $1 AND mailbox > $2
        AND (attached_to IS NOT NULL OR detached_at IS NULL OR detached_at >= $4) ORDER BY mailbox LIMIT $3";
    /// With how many bytes there are, and the mailbox's quota.
    OLDEST_RECOVERABLE = "SELECT i.saved_at, f.size_bytes, m.quota_mb FROM items i
        JOIN folders f ON f.organization = $1 AND f.mailbox = $2 AND f.role = 'RECOVERABLE' AND f.folder = i.folder
        JOIN mailboxes m ON m.organization = $1 AND m.mailbox = $2
        WHERE i.organization = $1 AND i.mailbox = $2 ORDER BY i.folder, i.uid LIMIT 1";
    MARK = "INSERT INTO log_marks (organization, mailbox, at, sequence)
        SELECT m.organization, m.mailbox, $4, m.sequence FROM mailboxes m
        WHERE m.organization = $1 AND m.mailbox BETWEEN $2 AND $3 AND NOT EXISTS (SELECT 1 FROM log_marks k
        WHERE k.organization = $1 AND k.mailbox = m.mailbox AND (k.sequence >= m.sequence OR k.at = $4))";
    NEWEST_OLD_MARK = "SELECT MAX(sequence) FROM log_marks WHERE organization = $1 AND mailbox = $2 AND at <= $3";
    RAISE_FLOOR = "UPDATE mailboxes SET log_floor = $3 WHERE organization = $1 AND mailbox = $2 AND log_floor < $3";
    DELETE_OLD_MARKS = "DELETE FROM log_marks WHERE organization = $1 AND mailbox = $2 AND at <= $3";
    LOGGED_FOLDER = "SELECT MIN(folder) FROM change_log WHERE organization = $1 AND mailbox = $2 AND folder > $3";
    LOG_SLICE = "SELECT MAX(s.sequence) FROM (SELECT sequence FROM change_log WHERE organization = $1 AND mailbox = $2
        AND folder = $3 AND sequence <= $4 ORDER BY sequence, number LIMIT $5) s";
    DELETE_LOG = "DELETE FROM change_log WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND sequence <= $4";
    BURIED_FOLDER = "SELECT MIN(folder) FROM tombstones WHERE organization = $1 AND mailbox = $2 AND folder > $3";
    TOMBSTONES_SLICE = "SELECT MAX(s.sequence) FROM (SELECT sequence FROM tombstones WHERE organization = $1
        AND mailbox = $2 AND folder = $3 AND sequence <= $4 ORDER BY sequence, uid LIMIT $5) s";
    DELETE_TOMBSTONES = "DELETE FROM tombstones WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND sequence <= $4";
    /// Takes the row of a mailbox that is to be erased; none when it has its owner back.
    TAKE_DETACHED = "UPDATE mailboxes SET sequence = sequence + 1 WHERE organization = $1 AND mailbox = $2
        AND attached_to IS NULL AND detached_at < $3";
    ERASE_ITEMS = "DELETE FROM items WHERE organization = $1 AND mailbox = $2 AND (folder, uid) IN
        (SELECT folder, uid FROM items WHERE organization = $1 AND mailbox = $2 ORDER BY folder, uid LIMIT $3)";
    RELEASE_BODIES = "INSERT INTO unused_blobs (organization, unused_id, seen_at)
        SELECT organization, blob_id, $4 FROM bodies
        WHERE organization = $1 AND mailbox = $2 AND blob_id IS NOT NULL AND content IN
        (SELECT content FROM bodies WHERE organization = $1 AND mailbox = $2 ORDER BY content LIMIT $3)
        ON CONFLICT DO NOTHING";
    ERASE_BODIES = "DELETE FROM bodies WHERE organization = $1 AND mailbox = $2 AND content IN
        (SELECT content FROM bodies WHERE organization = $1 AND mailbox = $2 ORDER BY content LIMIT $3)";
    ERASE_CONTENTS = "DELETE FROM contents WHERE organization = $1 AND mailbox = $2 AND content IN
        (SELECT content FROM contents WHERE organization = $1 AND mailbox = $2 ORDER BY content LIMIT $3)";
    ERASE_HOLES = "DELETE FROM uid_holes WHERE organization = $1 AND mailbox = $2 AND (folder, block) IN
        (SELECT folder, block FROM uid_holes WHERE organization = $1 AND mailbox = $2 ORDER BY folder, block LIMIT $3)";
    ERASE_LOG = "DELETE FROM change_log WHERE organization = $1 AND mailbox = $2 AND (folder, sequence, number) IN
        (SELECT folder, sequence, number FROM change_log WHERE organization = $1 AND mailbox = $2
        ORDER BY folder, sequence, number LIMIT $3)";
    ERASE_TOMBSTONES = "DELETE FROM tombstones WHERE organization = $1 AND mailbox = $2 AND (folder, sequence, uid) IN
        (SELECT folder, sequence, uid FROM tombstones WHERE organization = $1 AND mailbox = $2
        ORDER BY folder, sequence, uid LIMIT $3)";
    ERASE_KEYWORDS = "DELETE FROM keywords WHERE organization = $1 AND mailbox = $2 AND number IN
        (SELECT number FROM keywords WHERE organization = $1 AND mailbox = $2 ORDER BY number LIMIT $3)";
    ERASE_THREAD_KEYS = "DELETE FROM thread_keys WHERE organization = $1 AND mailbox = $2 AND message_key IN
        (SELECT message_key FROM thread_keys WHERE organization = $1 AND mailbox = $2 ORDER BY message_key LIMIT $3)";
    ERASE_MARKS = "DELETE FROM log_marks WHERE organization = $1 AND mailbox = $2 AND at IN
        (SELECT at FROM log_marks WHERE organization = $1 AND mailbox = $2 ORDER BY at LIMIT $3)";
    ERASE_IMPORTED = "DELETE FROM imported WHERE organization = $1 AND mailbox = $2 AND (folder, message_key) IN
        (SELECT folder, message_key FROM imported WHERE organization = $1 AND mailbox = $2
        ORDER BY folder, message_key LIMIT $3)";
    ERASE_ANNOTATIONS = "DELETE FROM annotations WHERE organization = $1 AND mailbox = $2 AND (folder, reader, name) IN
        (SELECT folder, reader, name FROM annotations WHERE organization = $1 AND mailbox = $2
        ORDER BY folder, reader, name LIMIT $3)";
    ERASE_GRANTS = "DELETE FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND (folder, grantee_id) IN
        (SELECT folder, grantee_id FROM folder_grants WHERE organization = $1 AND mailbox = $2
        ORDER BY folder, grantee_id LIMIT $3)";
    ERASE_FOLDERS = "DELETE FROM folders WHERE organization = $1 AND mailbox = $2 AND folder IN
        (SELECT folder FROM folders WHERE organization = $1 AND mailbox = $2 ORDER BY folder LIMIT $3)";
    ERASE_MAILBOX = "DELETE FROM mailboxes WHERE organization = $1 AND mailbox = $2";
}
