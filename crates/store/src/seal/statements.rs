//! Statements of data keys.

crate::statements! {
    INSERT = "INSERT INTO data_keys (organization, generation, wrapped, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (organization, generation) DO NOTHING";
    SELECT = "SELECT wrapped FROM data_keys WHERE organization = $1 AND generation = $2";
}
