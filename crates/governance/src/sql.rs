//! Every statement of the crate.

postroom_store::statements! {
    SELECT = "SELECT policy_id, name, description, folder_configurations FROM retention_policies
        WHERE organization = $1";
    PUT = "INSERT INTO retention_policies (organization, policy_id, name, description, folder_configurations, created_at,
        modified_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (organization) DO UPDATE SET name = excluded.name, description = excluded.description,
        folder_configurations = excluded.folder_configurations, modified_at = excluded.modified_at";
    DELETE = "DELETE FROM retention_policies WHERE organization = $1 AND policy_id = $2";
}
