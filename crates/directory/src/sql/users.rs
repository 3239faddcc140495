//! What only users have.

postroom_store::statements! {
    INSERT = "INSERT INTO users (organization, entity_id, role, password_hash, credential_generation, first_name, last_name,
        initials, telephone, street, job_title, city, company, zip_code, department, country, office,
        identity_provider_user_id, identity_provider_key, identity_provider_identity_store_id)
        VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT DO NOTHING";
    SELECT = "SELECT role, first_name, last_name, initials, telephone, street, job_title, city, company, zip_code,
        department, country, office, identity_provider_user_id, identity_provider_identity_store_id
        FROM users WHERE organization = $1 AND entity_id = $2";
    SELECT_ROLE = "SELECT role FROM users WHERE organization = $1 AND entity_id = $2";
    UPDATE = "UPDATE users SET role = $3, first_name = $4, last_name = $5, initials = $6, telephone = $7, street = $8,
        job_title = $9, city = $10, company = $11, zip_code = $12, department = $13, country = $14, office = $15
        WHERE organization = $1 AND entity_id = $2";
    SELECT_BY_IDENTITY_PROVIDER = "SELECT entity_id FROM users WHERE organization = $1 AND identity_provider_key = $2";
    SET_IDENTITY_PROVIDER = "UPDATE users SET identity_provider_user_id = $3, identity_provider_key = $4,
        identity_provider_identity_store_id = $5, credential_generation = credential_generation + 1
        WHERE organization = $1 AND entity_id = $2";
    SET_PASSWORD = "UPDATE users SET password_hash = $3, credential_generation = credential_generation + 1
        WHERE organization = $1 AND entity_id = $2";
    ADVANCE_CREDENTIALS = "UPDATE users SET credential_generation = credential_generation + 1
        WHERE organization = $1 AND entity_id = $2";
    SELECT_CREDENTIAL = "SELECT password_hash, credential_generation FROM users
        WHERE organization = $1 AND entity_id = $2";
    /// A deleted user keeps its role for lists, and nothing that is personal.
    ERASE = "UPDATE users SET password_hash = NULL, credential_generation = credential_generation + 1, first_name = NULL,
        last_name = NULL, initials = NULL, telephone = NULL, street = NULL, job_title = NULL, city = NULL,
        company = NULL, zip_code = NULL, department = NULL, country = NULL, office = NULL,
        identity_provider_user_id = NULL, identity_provider_key = NULL, identity_provider_identity_store_id = NULL
        WHERE organization = $1 AND entity_id = $2";
}
