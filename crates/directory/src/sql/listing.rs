//! Pages of users, groups and resources. Each walks one index from the page's first row to its last; the index
//! `entities_by_name` holds on SQLite all that is shown.

/// The columns that `listing::Listed::take` reads, of the alias `e`.
macro_rules! columns {
    () => {
        "e.entity_id, e.name, e.display_name, e.state, e.email, e.enabled_at, e.disabled_at, e.role,
        e.identity_provider_user_id, e.identity_provider_identity_store_id, e.resource_type, e.description"
    };
}

/// By name, in one state.
macro_rules! by_name {
    ($state: literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", e.name_key FROM entities e WHERE e.organization = $1 AND e.kind = $2 AND e.state = ",
            $state,
            " AND (e.name_key, e.entity_id) > ($3, $4) AND e.name_key < $5 "
        )
    };
}

postroom_store::statements! {
    /// Both states but the deleted's; the two walks are merged.
    BY_NAME = concat!(by_name!("'ENABLED'"), "UNION ALL ", by_name!("'DISABLED'"),
        "ORDER BY name_key, entity_id LIMIT $6");
    BY_STATE = concat!(by_name!("$7"), "ORDER BY e.name_key, e.entity_id LIMIT $6");
    BY_DISPLAY_NAME = concat!("SELECT ", columns!(), ", e.display_key FROM entities e
        WHERE e.organization = $1 AND e.kind = $2 AND e.live = 1
        AND (e.display_key, e.entity_id) > ($3, $4) AND e.display_key < $5
        ORDER BY e.display_key, e.entity_id LIMIT $6");
    BY_EMAIL = concat!("SELECT ", columns!(), ", e.email_key FROM entities e
        WHERE e.organization = $1 AND e.kind = $2
        AND (e.email_key, e.entity_id) > ($3, $4) AND e.email_key < $5
        ORDER BY e.email_key, e.entity_id LIMIT $6");
    /// `identity_provider_key` is unique, so it alone orders the page.
    BY_IDENTITY_PROVIDER = concat!("SELECT ", columns!(), ", e.identity_provider_key FROM entities e
        WHERE e.organization = $1 AND e.kind = $2
        AND (e.identity_provider_key, e.entity_id) > ($3, $4) AND e.identity_provider_key < $5
        ORDER BY e.identity_provider_key LIMIT $6");
}
