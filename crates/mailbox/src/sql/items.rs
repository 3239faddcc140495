//! Items, what they hold, and what happened to them.

macro_rules! columns {
    () => {
        "i.uid, i.item, i.content, i.email, i.thread, i.slot, i.flags, i.more_flags, i.created_sequence,
        i.content_sequence, i.flags_sequence, i.read_sequence, i.received_at, i.saved_at, i.size_bytes,
        i.expunged_from"
    };
}

macro_rules! in_folder {
    () => {
        "i.organization = $1 AND i.mailbox = $2 AND i.folder = $3 AND i.uid BETWEEN $4 AND $5"
    };
}

postroom_store::statements! {
    RANGE = concat!("SELECT ", columns!(), " FROM items i WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    RANGE_WITH_CONTENT = concat!("SELECT ", columns!(), ", c.envelope, c.structure, c.preview, c.sent_at
        FROM items i JOIN contents c
        ON c.organization = i.organization AND c.mailbox = i.mailbox AND c.content = i.content
        WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    RANGE_WITH_SORT_KEYS = concat!("SELECT ", columns!(), ", c.sent_at, c.sort_keys
        FROM items i JOIN contents c
        ON c.organization = i.organization AND c.mailbox = i.mailbox AND c.content = i.content
        WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    WITH_CONTENTS = concat!("SELECT ", columns!(), ", i.folder FROM items i
        WHERE i.organization = $1 AND i.mailbox = $2 AND i.content IN (
        $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
        ORDER BY i.content, i.folder, i.uid");
    ENVELOPES = concat!("SELECT i.uid, i.flags, i.more_flags, c.envelope FROM items i JOIN contents c
        ON c.organization = i.organization AND c.mailbox = i.mailbox AND c.content = i.content
        WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    FLAGS = concat!("SELECT i.uid, i.flags, i.more_flags FROM items i WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    UIDS = concat!("SELECT i.uid FROM items i WHERE ", in_folder!(), " ORDER BY i.uid LIMIT $6");
    FIRST_UNREAD = "SELECT uid FROM items WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND uid >= $4 AND (flags & 1) = 0 ORDER BY uid LIMIT 1";
    SIZE_OF_FLAGGED = "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM items
        WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND (flags & $4) <> 0";
    INSERT = "INSERT INTO items (organization, mailbox, folder, uid, item, content, email, thread, slot, flags,
        more_flags, created_sequence, content_sequence, flags_sequence, read_sequence, received_at, saved_at,
        size_bytes, expunged_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, $9, $10, $11, $11, $11, $11, $12, $13, $14, $15)";
    DELETE = "DELETE FROM items WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4";
    SET_FLAGS = "UPDATE items SET flags = $5, more_flags = $6, flags_sequence = $7, read_sequence = $8
        WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4";
    INSERT_CONTENT = "INSERT INTO contents (organization, mailbox, content, items_count, sent_at, envelope, structure,
        preview, sort_keys) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8)";
    SHARE_CONTENT = "UPDATE contents SET items_count = items_count + 1
        WHERE organization = $1 AND mailbox = $2 AND content = $3";
    INSERT_BODY = "INSERT INTO bodies (organization, mailbox, content, body_id, sealed, blob_id)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BODY = "SELECT body_id, sealed, blob_id FROM bodies WHERE organization = $1 AND mailbox = $2 AND content = $3";
    HOLES = "SELECT block, bits FROM uid_holes WHERE organization = $1 AND mailbox = $2 AND folder = $3
        ORDER BY block";
    HOLES_OF_BLOCK = "SELECT bits FROM uid_holes WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND block = $4";
    SET_HOLES = "INSERT INTO uid_holes (organization, mailbox, folder, block, bits) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organization, mailbox, folder, block) DO UPDATE SET bits = excluded.bits";
    DELETE_HOLES = "DELETE FROM uid_holes WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    INSERT_LOG = "INSERT INTO change_log (organization, mailbox, folder, sequence, number, what, actor, uids)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LOG_AFTER = "SELECT sequence, what, uids FROM change_log WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND sequence > $4 ORDER BY sequence, number LIMIT $5";
    INSERT_TOMBSTONE = "INSERT INTO tombstones (organization, mailbox, folder, sequence, uid, item, email, slot,
        moved_to, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    IMPORTED = "SELECT folder FROM imported WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND message_key = $4";
    INSERT_IMPORTED = "INSERT INTO imported (organization, mailbox, folder, message_key) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    KEYWORDS = "SELECT number, name FROM keywords WHERE organization = $1 AND mailbox = $2 ORDER BY number";
    INSERT_KEYWORD = "INSERT INTO keywords (organization, mailbox, number, name, name_key, items_count, used_sequence)
        VALUES ($1, $2, $3, $4, $5, 0, $6)";
    KEYWORDS_USED = "SELECT number, items_count, used_sequence FROM keywords WHERE organization = $1 AND mailbox = $2
        ORDER BY number";
    COUNT_KEYWORD = "UPDATE keywords SET items_count = items_count + $4, used_sequence = $5
        WHERE organization = $1 AND mailbox = $2 AND number = $3";
    RENAME_KEYWORD = "UPDATE keywords SET name = $4, name_key = $5, items_count = 0, used_sequence = $6
        WHERE organization = $1 AND mailbox = $2 AND number = $3";
    THREAD = "SELECT thread FROM thread_keys WHERE organization = $1 AND mailbox = $2 AND message_key = $3";
    INSERT_THREAD_KEY = "INSERT INTO thread_keys (organization, mailbox, message_key, thread) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
}
