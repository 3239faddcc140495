//! Tags of organizations, in the directory.

postroom_store::statements! {
    /// Takes the organization's row, so that two changes do not both count to fifty.
    LOCK = "UPDATE organizations SET cell = cell WHERE organization = $1 RETURNING state";
    UPSERT = "INSERT INTO organization_tags (organization, tag_key, tag_value) VALUES ($1, $2, $3)
        ON CONFLICT (organization, tag_key) DO UPDATE SET tag_value = excluded.tag_value";
    COUNT = "SELECT COUNT(*) FROM organization_tags WHERE organization = $1";
    DELETE = "DELETE FROM organization_tags WHERE organization = $1 AND tag_key = $2";
}
