//! Who has permissions on whose mailbox.

/// The id and the address of the owner (`o`) or the grantee (`g`) of each grant of FULL_ACCESS.
macro_rules! full_access {
    ($side:literal) => {
        concat!(
            "SELECT ",
            $side,
            ".entity_id, ",
            $side,
            ".email FROM mailbox_permissions p
            JOIN entities o ON o.organization = p.organization AND o.entity_id = p.owner_id
            JOIN entities g ON g.organization = p.organization AND g.entity_id = p.grantee_id
            WHERE p.organization = $1 AND o.email IS NOT NULL AND g.email IS NOT NULL
            AND ' ' || p.permissions || ' ' LIKE '% FULL_ACCESS %'"
        )
    };
}

postroom_store::statements! {
    INSERT = "INSERT INTO mailbox_permissions (organization, owner_id, grantee_id, permissions) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE mailbox_permissions SET permissions = $4 WHERE organization = $1 AND owner_id = $2
        AND grantee_id = $3";
    DELETE = "DELETE FROM mailbox_permissions WHERE organization = $1 AND owner_id = $2 AND grantee_id = $3";
    LIST = "SELECT p.grantee_id, e.kind, p.permissions FROM mailbox_permissions p
        JOIN entities e ON e.organization = p.organization AND e.entity_id = p.grantee_id
        WHERE p.organization = $1 AND p.owner_id = $2 AND p.grantee_id > $3 ORDER BY p.grantee_id LIMIT $4";
    /// Owners; both are enabled.
    FULL_ACCESS_TO = concat!(full_access!("o"), " AND p.grantee_id = $2 ORDER BY o.entity_id");
    /// Grantees; both are enabled.
    FULL_ACCESS_OF = concat!(full_access!("g"), " AND p.owner_id = $2 ORDER BY g.entity_id");
}
