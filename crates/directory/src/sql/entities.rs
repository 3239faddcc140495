//! Entities, their names and their counters.

/// The columns that `Entity::take` reads, of the table or alias `e`.
macro_rules! entity_columns {
    () => {
        "e.entity_id, e.kind, e.name, e.display_name, e.state, e.email, e.hidden, e.aliases_count, e.created_at,
        e.enabled_at, e.disabled_at"
    };
}
pub(crate) use entity_columns;

postroom_store::statements! {
    BY_ID = concat!("SELECT ", entity_columns!(), " FROM entities e WHERE e.organization = $1 AND e.entity_id = $2");
    ID_BY_ADDRESS = "SELECT entity_id FROM addresses WHERE organization = $1 AND address_key = $2";
    ID_BY_NAME = "SELECT entity_id FROM names WHERE organization = $1 AND name_key = $2";
    CLAIM_NAME = "INSERT INTO names (organization, name_key, entity_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    RELEASE_NAME = "DELETE FROM names WHERE organization = $1 AND name_key = $2 AND entity_id = $3";
    INSERT = "INSERT INTO entities (organization, entity_id, kind, name, name_key, display_name, display_key, state, live,
        hidden, aliases_count, members_count, memberships_count, delegates_count, delegations_count,
        permissions_count, grants_count, created_at, enabled_at, disabled_at, role, identity_provider_user_id,
        identity_provider_key, identity_provider_identity_store_id, resource_type, description)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'DISABLED', 1, $8, 0, 0, 0, 0, 0, 0, 0, $9, $10, $11, $12, $13, $14, $15,
        $16, $17)
        ON CONFLICT DO NOTHING";
    /// Who must have a mailbox, in the order of their ids: enabled resources, and enabled users of role USER.
    MAILBOX_OWNERS = "SELECT entity_id FROM entities WHERE organization = $1 AND entity_id > $2
        AND state = 'ENABLED' AND (kind = 'RESOURCE' OR role = 'USER') ORDER BY entity_id LIMIT $3";
    OWNS_MAILBOX = "SELECT entity_id FROM entities WHERE organization = $1 AND entity_id = $2
        AND state = 'ENABLED' AND (kind = 'RESOURCE' OR role = 'USER')";
    SELECT_ROLE = "SELECT role FROM entities WHERE organization = $1 AND entity_id = $2";
    SELECT_LINK = "SELECT identity_provider_user_id FROM entities WHERE organization = $1 AND entity_id = $2";
    SET_ROLE = "UPDATE entities SET role = $3 WHERE organization = $1 AND entity_id = $2";
    SELECT_BY_IDENTITY_PROVIDER = "SELECT entity_id FROM entities WHERE organization = $1
        AND identity_provider_key = $2";
    SET_IDENTITY_PROVIDER = "UPDATE entities SET identity_provider_user_id = $3, identity_provider_key = $4,
        identity_provider_identity_store_id = $5 WHERE organization = $1 AND entity_id = $2";
    SET_RESOURCE = "UPDATE entities SET resource_type = $3, description = $4
        WHERE organization = $1 AND entity_id = $2";
    SET_HIDDEN = "UPDATE entities SET hidden = $3 WHERE organization = $1 AND entity_id = $2";
    SET_NAME = "UPDATE entities SET name = $3, name_key = $4 WHERE organization = $1 AND entity_id = $2";
    SET_DISPLAY_NAME = "UPDATE entities SET display_name = $3, display_key = $4
        WHERE organization = $1 AND entity_id = $2";
    SET_ENABLED = "UPDATE entities SET state = 'ENABLED', email = $3, email_key = $4, enabled_at = $5,
        disabled_at = NULL WHERE organization = $1 AND entity_id = $2";
    SET_EMAIL = "UPDATE entities SET email = $3, email_key = $4 WHERE organization = $1 AND entity_id = $2";
    SET_DISABLED = "UPDATE entities SET state = 'DISABLED', email = NULL, email_key = NULL, aliases_count = 0,
        disabled_at = $3 WHERE organization = $1 AND entity_id = $2";
    /// A deleted user keeps its role for lists, and no link with an identity provider.
    SET_DELETED = "UPDATE entities SET state = 'DELETED', live = 0, deleted_at = $3, identity_provider_user_id = NULL,
        identity_provider_key = NULL, identity_provider_identity_store_id = NULL
        WHERE organization = $1 AND entity_id = $2";
    /// The counters, each moved only as far as its limit.
    COUNT_ALIASES = "UPDATE entities SET aliases_count = aliases_count + $3
        WHERE organization = $1 AND entity_id = $2 AND aliases_count + $3 <= $4";
    COUNT_MEMBERS = "UPDATE entities SET members_count = members_count + $3
        WHERE organization = $1 AND entity_id = $2 AND members_count + $3 <= $4";
    COUNT_MEMBERSHIPS = "UPDATE entities SET memberships_count = memberships_count + $3
        WHERE organization = $1 AND entity_id = $2 AND memberships_count + $3 <= $4";
    COUNT_DELEGATES = "UPDATE entities SET delegates_count = delegates_count + $3
        WHERE organization = $1 AND entity_id = $2 AND delegates_count + $3 <= $4";
    COUNT_DELEGATIONS = "UPDATE entities SET delegations_count = delegations_count + $3
        WHERE organization = $1 AND entity_id = $2 AND delegations_count + $3 <= $4";
    COUNT_PERMISSIONS = "UPDATE entities SET permissions_count = permissions_count + $3
        WHERE organization = $1 AND entity_id = $2 AND permissions_count + $3 <= $4";
    COUNT_GRANTS = "UPDATE entities SET grants_count = grants_count + $3
        WHERE organization = $1 AND entity_id = $2 AND grants_count + $3 <= $4";
}
