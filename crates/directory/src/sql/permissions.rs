//! Who has permissions on whose mailbox.

postroom_store::statements! {
    INSERT = "INSERT INTO mailbox_permissions (organization, owner_id, grantee_id, permissions) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE mailbox_permissions SET permissions = $4 WHERE organization = $1 AND owner_id = $2
        AND grantee_id = $3";
    DELETE = "DELETE FROM mailbox_permissions WHERE organization = $1 AND owner_id = $2 AND grantee_id = $3";
    LIST = "SELECT p.grantee_id, e.kind, p.permissions FROM mailbox_permissions p
        JOIN entities e ON e.organization = p.organization AND e.entity_id = p.grantee_id
        WHERE p.organization = $1 AND p.owner_id = $2 AND p.grantee_id > $3 ORDER BY p.grantee_id LIMIT $4";
}
