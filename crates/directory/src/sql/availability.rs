//! Availability configurations.

postroom_store::statements! {
    COUNT = "SELECT COUNT(*) FROM availability_configurations WHERE organization = $1";
    INSERT = "INSERT INTO availability_configurations (organization, domain_key, domain, provider_type, ews_endpoint,
        ews_username, ews_password_sealed, lambda_arn, created_at, modified_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE availability_configurations SET provider_type = $3, ews_endpoint = $4, ews_username = $5,
        ews_password_sealed = $6, lambda_arn = $7, modified_at = $8 WHERE organization = $1 AND domain_key = $2";
    DELETE = "DELETE FROM availability_configurations WHERE organization = $1 AND domain_key = $2";
    LIST = "SELECT domain, provider_type, ews_endpoint, ews_username, lambda_arn, created_at, modified_at
        FROM availability_configurations WHERE organization = $1 AND domain_key > $2 ORDER BY domain_key LIMIT $3";
    SELECT_PASSWORD = "SELECT ews_password_sealed FROM availability_configurations
        WHERE organization = $1 AND domain_key = $2";
}
