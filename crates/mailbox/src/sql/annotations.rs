//! Annotations of folders and mailboxes.

postroom_store::statements! {
    OF_FOLDER = "SELECT name, value FROM annotations WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND reader = $4 ORDER BY name";
    NAMED = "SELECT folder, value FROM annotations WHERE organization = $1 AND mailbox = $2 AND reader = $3
        AND name = $4 ORDER BY folder";
    COUNT = "SELECT COUNT(*) FROM annotations WHERE organization = $1 AND mailbox = $2";
    SET = "INSERT INTO annotations (organization, mailbox, folder, reader, name, value)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (organization, mailbox, folder, reader, name) DO UPDATE SET value = excluded.value";
    DELETE = "DELETE FROM annotations WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND reader = $4
        AND name = $5";
    DELETE_OF_FOLDER = "DELETE FROM annotations WHERE organization = $1 AND mailbox = $2 AND folder = $3";
}
