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
    INSERT = "INSERT INTO mailboxes (organization, mailbox, owner_id, attached_to, shard, epoch, quota_mb, size_bytes,
        provisioned_at) VALUES ($1, $2, $3, $3, 0, $4, $5, 0, $6)";
    NEWEST_OF_OWNER = concat!("SELECT ", columns!(), " FROM mailboxes WHERE organization = $1 AND owner_id = $2
        ORDER BY mailbox DESC LIMIT 1");
    ATTACHED = "SELECT mailbox FROM mailboxes WHERE organization = $1 AND attached_to = $2";
    /// By the index of attached mailboxes.
    PAGE_ATTACHED = "SELECT attached_to FROM mailboxes WHERE organization = $1 AND attached_to > $2
        ORDER BY attached_to LIMIT $3";
    ATTACH = "UPDATE mailboxes SET attached_to = owner_id, detached_at = NULL WHERE organization = $1 AND mailbox = $2";
    DETACH = "UPDATE mailboxes SET attached_to = NULL, detached_at = $3 WHERE organization = $1 AND attached_to = $2";
    KEYS_AFTER = "SELECT mailbox FROM mailboxes WHERE organization = $1 AND mailbox > $2 ORDER BY mailbox LIMIT $3";
    SET_EPOCH = "UPDATE mailboxes SET epoch = $3 WHERE organization = $1 AND mailbox = $2";
    SET_QUOTA = "UPDATE mailboxes SET quota_mb = $3 WHERE organization = $1 AND mailbox = $2";
}
