//! The organization's own row.

postroom_store::statements! {
    /// Locks the row: the first statement of every administrative write.
    ADVANCE = "UPDATE organization_state SET admin_sequence = admin_sequence + 1 WHERE organization = $1
        RETURNING admin_sequence";
    INSERT_STATE = "INSERT INTO organization_state (organization, admin_sequence, settings) VALUES ($1, 1, $2)
        ON CONFLICT (organization) DO NOTHING";
    SELECT_SEQUENCE = "SELECT admin_sequence FROM organization_state WHERE organization = $1";
}
