//! Access control rules.

postroom_store::statements! {
    PUT = "INSERT INTO access_control_rules (organization, name, rule, created_at, modified_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organization, name) DO UPDATE SET rule = excluded.rule, modified_at = excluded.modified_at";
    COUNT_OTHERS = "SELECT COUNT(*) FROM access_control_rules WHERE organization = $1 AND name <> $2";
    DELETE = "DELETE FROM access_control_rules WHERE organization = $1 AND name = $2";
    LIST = "SELECT name, rule, created_at, modified_at FROM access_control_rules WHERE organization = $1
        ORDER BY name LIMIT 100";
}
