//! What others may do with folders.

postroom_store::statements! {
    OF_FOLDER = "SELECT grantee_id, rights FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3
        ORDER BY grantee_id";
    OF_GRANTEE = "SELECT rights FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3
        AND grantee_id = $4";
    /// Those in mailboxes that are detached are left out.
    TO_GRANTEE = "SELECT m.attached_to, g.mailbox, g.folder, g.rights FROM folder_grants g
        JOIN mailboxes m ON m.organization = g.organization AND m.mailbox = g.mailbox
        WHERE g.organization = $1 AND g.grantee_id = $2 AND m.attached_to IS NOT NULL ORDER BY g.mailbox, g.folder";
    COUNT_OF_FOLDER = "SELECT COUNT(*) FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    COUNT_OF_MAILBOX = "SELECT COUNT(*) FROM folder_grants WHERE organization = $1 AND mailbox = $2";
    COUNT_MAILBOXES = "SELECT COUNT(DISTINCT mailbox) FROM folder_grants WHERE organization = $1 AND grantee_id = $2";
    SET = "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organization, mailbox, folder, grantee_id) DO UPDATE SET rights = excluded.rights";
    DELETE = "DELETE FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND grantee_id = $4";
    DELETE_OF_FOLDER = "DELETE FROM folder_grants WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    /// To the folder `$4` those of the folder `$3`.
    INHERIT = "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights)
        SELECT organization, mailbox, $4, grantee_id, rights FROM folder_grants
        WHERE organization = $1 AND mailbox = $2 AND folder = $3";
    /// Takes the rows of the mailboxes that have grants to a grantee: none gets another one by inheritance meanwhile.
    TAKE_MAILBOXES = "UPDATE mailboxes SET sequence = sequence + 1 WHERE organization = $1 AND mailbox IN
        (SELECT mailbox FROM folder_grants WHERE organization = $1 AND grantee_id = $2)";
    DELETE_OF_GRANTEE = "DELETE FROM folder_grants WHERE organization = $1 AND grantee_id = $2";
    /// By the index of grantees.
    GRANTEES_AFTER = "SELECT DISTINCT grantee_id FROM folder_grants WHERE organization = $1 AND grantee_id > $2
        ORDER BY grantee_id LIMIT $3";
}
