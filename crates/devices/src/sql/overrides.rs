//! Mobile device access overrides.

postroom_store::statements! {
    SELECT = "SELECT user_id, device_id, effect, description, created_at, modified_at
        FROM mobile_device_overrides WHERE organization = $1 AND user_id = $2 AND device_key = $3";
    INSERT = "INSERT INTO mobile_device_overrides (organization, user_id, device_key, device_id, effect, description,
        created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE mobile_device_overrides SET effect = $4, description = $5, modified_at = $6
        WHERE organization = $1 AND user_id = $2 AND device_key = $3";
    DELETE = "DELETE FROM mobile_device_overrides WHERE organization = $1 AND user_id = $2 AND device_key = $3";
    DELETE_OF_USER = "DELETE FROM mobile_device_overrides WHERE organization = $1 AND user_id = $2";
    PAGE = "SELECT user_id, device_id, effect, description, created_at, modified_at
        FROM mobile_device_overrides WHERE organization = $1 AND (user_id, device_key) > ($2, $3)
        ORDER BY user_id, device_key LIMIT $4";
    PAGE_OF_USER = "SELECT user_id, device_id, effect, description, created_at, modified_at
        FROM mobile_device_overrides WHERE organization = $1 AND user_id = $2 AND device_key > $3
        ORDER BY device_key LIMIT $4";
    PAGE_OF_DEVICE = "SELECT user_id, device_id, effect, description, created_at, modified_at
        FROM mobile_device_overrides WHERE organization = $1 AND device_key = $2 AND user_id > $3
        ORDER BY user_id LIMIT $4";
    /// A page for holding in memory: less of each row.
    LOAD = "SELECT user_id, device_id, effect, device_key FROM mobile_device_overrides
        WHERE organization = $1 AND (user_id, device_key) > ($2, $3) ORDER BY user_id, device_key LIMIT $4";
    /// Adds to the count; answers it, and up to where changes may be missing.
    COUNT = "INSERT INTO mobile_device_override_state (organization, overrides_count, changes_floor) VALUES ($1, $2, 0)
        ON CONFLICT (organization) DO UPDATE
        SET overrides_count = mobile_device_override_state.overrides_count + excluded.overrides_count
        RETURNING overrides_count, changes_floor";
    SET_FLOOR = "UPDATE mobile_device_override_state SET changes_floor = $2 WHERE organization = $1";
    SELECT_FLOOR = "SELECT changes_floor FROM mobile_device_override_state WHERE organization = $1";
    INSERT_CHANGE = "INSERT INTO mobile_device_override_changes (organization, sequence, user_id, device_key, device_id,
        effect) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (organization, sequence, user_id, device_key) DO UPDATE SET effect = excluded.effect";
    /// The deletion of all overrides of a user, as changes.
    INSERT_DELETIONS = "INSERT INTO mobile_device_override_changes (organization, sequence, user_id, device_key, device_id,
        effect) SELECT organization, $2, user_id, device_key, device_id, NULL FROM mobile_device_overrides
        WHERE organization = $1 AND user_id = $3
        ON CONFLICT (organization, sequence, user_id, device_key) DO UPDATE SET effect = excluded.effect";
    DELETE_CHANGES = "DELETE FROM mobile_device_override_changes WHERE organization = $1 AND sequence <= $2";
    CHANGES_AFTER = "SELECT user_id, device_id, effect FROM mobile_device_override_changes
        WHERE organization = $1 AND sequence > $2 ORDER BY sequence, user_id, device_key LIMIT $3";
}
