//! Blobs and the bodies that name them.

postroom_store::statements! {
    IS_NAMED = "SELECT 1 FROM bodies WHERE organization = $1 AND blob_id = $2 LIMIT 1";
    NAMED_AFTER = "SELECT mailbox, content, blob_id FROM bodies WHERE organization = $1 AND blob_id > $2
        ORDER BY blob_id, mailbox, content LIMIT $3";
    SEE_UNUSED = "INSERT INTO unused_blobs (organization, unused_id, seen_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    SEEN_UNUSED = "SELECT seen_at FROM unused_blobs WHERE organization = $1 AND unused_id = $2";
    FORGET_UNUSED = "DELETE FROM unused_blobs WHERE organization = $1 AND unused_id = $2";
}
