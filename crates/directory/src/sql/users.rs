//! What only users have. What lists show of them stands in `entities`.

use super::entities::entity_columns;

postroom_store::statements! {
    INSERT = "INSERT INTO users (organization, entity_id, password_hash, credential_generation, first_name, last_name, initials,
        telephone, street, job_title, city, company, zip_code, department, country, office)
        VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    SELECT = "SELECT e.role, u.first_name, u.last_name, u.initials, u.telephone, u.street, u.job_title, u.city, u.company,
        u.zip_code, u.department, u.country, u.office, e.identity_provider_user_id,
        e.identity_provider_identity_store_id
        FROM users u JOIN entities e ON e.organization = u.organization AND e.entity_id = u.entity_id
        WHERE u.organization = $1 AND u.entity_id = $2";
    /// A user whole.
    BY_ID = concat!("SELECT ", entity_columns!(), ", e.role, u.first_name, u.last_name, u.initials, u.telephone, u.street,
        u.job_title, u.city, u.company, u.zip_code, u.department, u.country, u.office, e.identity_provider_user_id,
        e.identity_provider_identity_store_id
        FROM entities e JOIN users u ON u.organization = e.organization AND u.entity_id = e.entity_id
        WHERE e.organization = $1 AND e.entity_id = $2");
    UPDATE = "UPDATE users SET first_name = $3, last_name = $4, initials = $5, telephone = $6, street = $7, job_title = $8,
        city = $9, company = $10, zip_code = $11, department = $12, country = $13, office = $14
        WHERE organization = $1 AND entity_id = $2";
    SET_PASSWORD = "UPDATE users SET password_hash = $3, credential_generation = credential_generation + 1
        WHERE organization = $1 AND entity_id = $2";
    ADVANCE_CREDENTIALS = "UPDATE users SET credential_generation = credential_generation + 1
        WHERE organization = $1 AND entity_id = $2";
    SELECT_CREDENTIAL = "SELECT password_hash, credential_generation FROM users
        WHERE organization = $1 AND entity_id = $2";
    /// A deleted user keeps nothing that is personal.
    ERASE = "UPDATE users SET password_hash = NULL, credential_generation = credential_generation + 1, first_name = NULL,
        last_name = NULL, initials = NULL, telephone = NULL, street = NULL, job_title = NULL, city = NULL,
        company = NULL, zip_code = NULL, department = NULL, country = NULL, office = NULL
        WHERE organization = $1 AND entity_id = $2";
}
