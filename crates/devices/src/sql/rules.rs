//! Mobile device access rules.

postroom_store::statements! {
    INSERT = "INSERT INTO mobile_device_access_rules (organization, rule_id, name, rule, created_at, modified_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE mobile_device_access_rules SET name = $3, rule = $4, modified_at = $5
        WHERE organization = $1 AND rule_id = $2";
    DELETE = "DELETE FROM mobile_device_access_rules WHERE organization = $1 AND rule_id = $2";
    COUNT = "SELECT COUNT(*) FROM mobile_device_access_rules WHERE organization = $1";
    LIST = "SELECT rule_id, name, rule, created_at, modified_at FROM mobile_device_access_rules
        WHERE organization = $1 ORDER BY created_at, rule_id LIMIT 100";
}
