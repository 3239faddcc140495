//! What only users have.

postroom_store::statements! {
    INSERT = "INSERT INTO users (organization, entity_id, role, password_hash, credential_generation, first_name, last_name,
        identity_provider_user_id, identity_provider_key) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING";
    SELECT = "SELECT role, first_name, last_name, initials, telephone, street, job_title, city, company, zip_code,
        department, country, office, identity_provider_user_id, identity_provider_identity_store_id
        FROM users WHERE organization = $1 AND entity_id = $2";
    LIST_BY_NAME = "SELECT e.entity_id, e.kind, e.name, e.display_name, e.state, e.email, e.hidden, e.aliases_count,
        e.created_at, e.enabled_at, e.disabled_at, u.role, u.identity_provider_user_id,
        u.identity_provider_identity_store_id, e.name_key
        FROM entities e JOIN users u ON u.organization = e.organization AND u.entity_id = e.entity_id
        WHERE e.organization = $1 AND e.kind = 'USER' AND e.name_key >= $2 AND e.name_key > $3
        AND e.state <> 'DELETED' ORDER BY e.name_key LIMIT $4";
}
