//! Contents and bodies that no item has any more.

postroom_store::statements! {
    DELETE = "DELETE FROM contents WHERE organization = $1 AND mailbox = $2 AND content = $3";
    DELETE_BODY = "DELETE FROM bodies WHERE organization = $1 AND mailbox = $2 AND content = $3";
    /// Notes the blob of a body that goes, so that it is collected.
    RELEASE = "INSERT INTO unused_blobs (organization, unused_id, seen_at)
        SELECT organization, blob_id, $4 FROM bodies
        WHERE organization = $1 AND mailbox = $2 AND content = $3 AND blob_id IS NOT NULL ON CONFLICT DO NOTHING";
    /// Answers how many items have it now.
    UNSHARE = "UPDATE contents SET items_count = items_count - 1
        WHERE organization = $1 AND mailbox = $2 AND content = $3 RETURNING items_count";
}
