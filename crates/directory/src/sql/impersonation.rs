//! Impersonation roles.

postroom_store::statements! {
    INSERT = "INSERT INTO impersonation_roles (organization, role_id, name, role_type, description, rules, created_at,
        modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE impersonation_roles SET name = $3, role_type = $4, description = $5, rules = $6, modified_at = $7
        WHERE organization = $1 AND role_id = $2";
    DELETE = "DELETE FROM impersonation_roles WHERE organization = $1 AND role_id = $2";
    COUNT = "SELECT COUNT(*) FROM impersonation_roles WHERE organization = $1";
    SELECT = "SELECT role_id, name, role_type, description, rules, created_at, modified_at FROM impersonation_roles
        WHERE organization = $1 AND role_id = $2";
    PAGE = "SELECT role_id, name, role_type, description, rules, created_at, modified_at FROM impersonation_roles
        WHERE organization = $1 AND role_id > $2 ORDER BY role_id LIMIT $3";
}
