//! Generated secrets: impersonation tokens and personal access tokens, known by a keyed hash.

postroom_store::statements! {
    INSERT_IMPERSONATION = "INSERT INTO impersonation_tokens (organization, token_id, role_id, mac, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    SELECT_IMPERSONATION = "SELECT role_id, mac, expires_at FROM impersonation_tokens
        WHERE organization = $1 AND token_id = $2";
    COUNT_IMPERSONATION = "SELECT COUNT(*) FROM impersonation_tokens WHERE organization = $1";
    SWEEP_IMPERSONATION = "DELETE FROM impersonation_tokens WHERE organization = $1 AND token_id IN
        (SELECT token_id FROM impersonation_tokens WHERE organization = $1 AND expires_at <= $2 LIMIT $3)";
    DELETE_OF_ROLE = "DELETE FROM impersonation_tokens WHERE organization = $1 AND role_id = $2";
    INSERT_PERSONAL = "INSERT INTO personal_access_tokens (organization, token_id, user_id, name, scopes, mac,
        by_provider, created_at, expires_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING";
    SELECT_PERSONAL = "SELECT token_id, user_id, name, scopes, created_at, expires_at, last_used_at, mac, by_provider
        FROM personal_access_tokens WHERE organization = $1 AND token_id = $2";
    COUNT_PERSONAL = "SELECT COUNT(*) FROM personal_access_tokens WHERE organization = $1 AND user_id = $2";
    PAGE_PERSONAL = "SELECT token_id, user_id, name, scopes, created_at, expires_at, last_used_at, mac, by_provider
        FROM personal_access_tokens WHERE organization = $1 AND token_id > $2 ORDER BY token_id LIMIT $3";
    PAGE_PERSONAL_OF_USER = "SELECT token_id, user_id, name, scopes, created_at, expires_at, last_used_at, mac,
        by_provider FROM personal_access_tokens WHERE organization = $1 AND user_id = $4 AND token_id > $2
        ORDER BY token_id LIMIT $3";
    DELETE_PERSONAL = "DELETE FROM personal_access_tokens WHERE organization = $1 AND token_id = $2";
    DELETE_PERSONAL_OF_USER = "DELETE FROM personal_access_tokens WHERE organization = $1 AND user_id = $2";
    TOUCH_PERSONAL = "UPDATE personal_access_tokens SET last_used_at = $3 WHERE organization = $1 AND token_id = $2
        AND (last_used_at IS NULL OR last_used_at <= $4)";
}
