//! Entities, names and addresses.

postroom_store::statements! {
    BY_ID = "SELECT entity_id, kind, name, display_name, state, email, hidden, aliases_count, created_at, enabled_at, disabled_at
        FROM entities WHERE organization = $1 AND entity_id = $2 AND state <> 'DELETED'";
    ID_BY_NAME = "SELECT entity_id FROM names WHERE organization = $1 AND name_key = $2";
    ID_BY_ADDRESS = "SELECT entity_id FROM addresses WHERE organization = $1 AND address_key = $2";
    CLAIM_NAME = "INSERT INTO names (organization, name_key, entity_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    RELEASE_NAME = "DELETE FROM names WHERE organization = $1 AND name_key = $2 AND entity_id = $3";
    INSERT = "INSERT INTO entities (organization, entity_id, kind, name, name_key, display_name, display_key, state,
        hidden, aliases_count, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'DISABLED', $8, 0, $9)
        ON CONFLICT DO NOTHING";
    SET_DELETED = "UPDATE entities SET state = 'DELETED', deleted_at = $3 WHERE organization = $1 AND entity_id = $2";
}
