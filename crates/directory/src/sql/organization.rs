//! The organization's own row.

postroom_store::statements! {
    /// Locks the row: the first statement of every administrative write.
    ADVANCE = "UPDATE organization_state SET admin_sequence = admin_sequence + 1 WHERE organization = $1
        RETURNING admin_sequence, closed";
    /// Locks the row, if it is there, for what is no administrative write.
    HOLD = "UPDATE organization_state SET closed = closed WHERE organization = $1";
    INSERT_STATE = "INSERT INTO organization_state (organization, admin_sequence, closed, settings) VALUES ($1, 1, 0, $2)
        ON CONFLICT (organization) DO NOTHING";
    SELECT_CLOSED = "SELECT closed FROM organization_state WHERE organization = $1";
    SELECT_SETTINGS = "SELECT settings FROM organization_state WHERE organization = $1";
    SET_SETTINGS = "UPDATE organization_state SET settings = $2 WHERE organization = $1";
    /// Locks the row and closes it: no administrative write begins after this transaction.
    CLOSE = "UPDATE organization_state SET closed = 1, admin_sequence = admin_sequence + 1 WHERE organization = $1
        RETURNING admin_sequence, settings";
    REOPEN = "UPDATE organization_state SET closed = 0 WHERE organization = $1";
    ENABLED_USER = "SELECT entity_id FROM entities WHERE organization = $1 AND kind = 'USER' AND state = 'ENABLED' LIMIT 1";
    INSERT_DEFAULT_RULE = "INSERT INTO access_control_rules (organization, name, rule, created_at, modified_at)
        VALUES ($1, 'default', $2, 0, 0)";
    SELECT_SEQUENCE = "SELECT admin_sequence FROM organization_state WHERE organization = $1";
}
