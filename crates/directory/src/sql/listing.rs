//! Pages of users, groups and resources. Each walks one index from the page's first row to its last.

use super::entities::entity_columns;

macro_rules! columns {
    () => {
        concat!(
            entity_columns!(),
            ", u.role, u.identity_provider_user_id, u.identity_provider_identity_store_id, r.resource_type,
            r.description"
        )
    };
}

macro_rules! from_entities {
    () => {
        " FROM entities e
        LEFT JOIN users u ON u.organization = e.organization AND u.entity_id = e.entity_id
        LEFT JOIN resources r ON r.organization = e.organization AND r.entity_id = e.entity_id
        WHERE e.organization = $1 AND e.kind = $2 AND "
    };
}

postroom_store::statements! {
    BY_NAME = concat!("SELECT ", columns!(), ", e.name_key", from_entities!(), "e.live = 1
        AND (e.name_key, e.entity_id) > ($3, $4) AND e.name_key < $5
        ORDER BY e.name_key, e.entity_id LIMIT $6");
    BY_DISPLAY_NAME = concat!("SELECT ", columns!(), ", e.display_key", from_entities!(), "e.live = 1
        AND (e.display_key, e.entity_id) > ($3, $4) AND e.display_key < $5
        ORDER BY e.display_key, e.entity_id LIMIT $6");
    BY_EMAIL = concat!("SELECT ", columns!(), ", e.email_key", from_entities!(), "
        (e.email_key, e.entity_id) > ($3, $4) AND e.email_key < $5
        ORDER BY e.email_key, e.entity_id LIMIT $6");
    BY_STATE = concat!("SELECT ", columns!(), ", e.name_key", from_entities!(), "e.state = $7
        AND (e.name_key, e.entity_id) > ($3, $4) AND e.name_key < $5
        ORDER BY e.name_key, e.entity_id LIMIT $6");
    /// `identity_provider_key` is unique, so it alone orders the page.
    BY_IDENTITY_PROVIDER = concat!("SELECT ", columns!(), ", u.identity_provider_key FROM users u
        JOIN entities e ON e.organization = u.organization AND e.entity_id = u.entity_id
        LEFT JOIN resources r ON r.organization = e.organization AND r.entity_id = e.entity_id
        WHERE u.organization = $1 AND e.kind = $2
        AND (u.identity_provider_key, u.entity_id) > ($3, $4) AND u.identity_provider_key < $5
        ORDER BY u.identity_provider_key LIMIT $6");
}
