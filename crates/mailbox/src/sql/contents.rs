//! Contents and bodies that no item has any more.

postroom_store::statements! {
    DELETE = "DELETE FROM contents WHERE organization = $1 AND mailbox = $2 AND content = $3";
    DELETE_BODY = "DELETE FROM bodies WHERE organization = $1 AND mailbox = $2 AND content = $3";
    /// Answers how many items have it now.
    UNSHARE = "UPDATE contents SET items_count = items_count - 1
        WHERE organization = $1 AND mailbox = $2 AND content = $3 RETURNING items_count";
}
