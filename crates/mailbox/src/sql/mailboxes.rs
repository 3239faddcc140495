//! The rows of mailboxes.

macro_rules! columns {
    () => {
        "mailbox, owner_id, attached_to, shard, epoch, quota_mb, size_bytes, provisioned_at, detached_at"
    };
}

postroom_store::statements! {
    /// The key is in the first row that a new organization gets, and one more each time.
    NEXT_KEY = "INSERT INTO mailbox_keys (organization, next_mailbox) VALUES ($1, 2) ON CONFLICT (organization)
        DO UPDATE SET next_mailbox = mailbox_keys.next_mailbox + 1 RETURNING next_mailbox - 1";
    SKIP_KEYS = "UPDATE mailbox_keys SET next_mailbox = next_mailbox + $2 WHERE organization = $1";
    INSERT = "INSERT INTO mailboxes (organization, mailbox, owner_id, attached_to, shard, epoch, quota_mb, size_bytes,
        provisioned_at, sequence, log_floor, next_id, next_folder, uid_validity_base)
        VALUES ($1, $2, $3, $3, 0, $4, $5, 0, $6, 1, 1, 1, 1, $7)";
    NEWEST_OF_OWNER = concat!("SELECT ", columns!(), " FROM mailboxes WHERE organization = $1 AND owner_id = $2
        ORDER BY mailbox DESC LIMIT 1");
    DATES_OF_NEWEST = "SELECT provisioned_at, detached_at FROM mailboxes WHERE organization = $1 AND owner_id = $2
        ORDER BY mailbox DESC LIMIT 1";
    ATTACHED = "SELECT mailbox FROM mailboxes WHERE organization = $1 AND attached_to = $2";
    /// By the index of attached mailboxes.
    PAGE_ATTACHED = "SELECT attached_to FROM mailboxes WHERE organization = $1 AND attached_to > $2
        ORDER BY attached_to LIMIT $3";
    ATTACH = "UPDATE mailboxes SET attached_to = owner_id, detached_at = NULL WHERE organization = $1 AND mailbox = $2";
    DETACH = "UPDATE mailboxes SET attached_to = NULL, detached_at = $3 WHERE organization = $1 AND attached_to = $2";
    KEYS_AFTER = "SELECT mailbox FROM mailboxes WHERE organization = $1 AND mailbox > $2 ORDER BY mailbox LIMIT $3";
    /// Every UIDVALIDITY that was ever given out is below the new base; see [`crate::mailbox::uid_validity_base`].
    SET_EPOCH = "UPDATE mailboxes SET epoch = $3, uid_validity_base =
        CASE WHEN uid_validity_base + next_folder > $4 THEN uid_validity_base + next_folder ELSE $4 END
        WHERE organization = $1 AND mailbox = $2";
    /// Takes the mailbox's row: who changes a mailbox comes one after the other on both engines.
    ADVANCE = "UPDATE mailboxes SET sequence = sequence + 1
        WHERE organization = $1 AND mailbox = $2 AND attached_to IS NOT NULL
        RETURNING sequence, next_id, next_folder, size_bytes, quota_mb";
    SETTLE = "UPDATE mailboxes SET next_id = $3, next_folder = $4, size_bytes = $5
        WHERE organization = $1 AND mailbox = $2";
    SET_NEXT_FOLDER = "UPDATE mailboxes SET next_folder = $3 WHERE organization = $1 AND mailbox = $2";
    POSITION = "SELECT sequence, log_floor, epoch FROM mailboxes
        WHERE organization = $1 AND mailbox = $2 AND attached_to IS NOT NULL";
    SET_QUOTA = "UPDATE mailboxes SET quota_mb = $3 WHERE organization = $1 AND mailbox = $2";
}
