//! At which admin sequence an area last changed.

postroom_store::statements! {
    SET = "INSERT INTO change_marks (organization, area, sequence) VALUES ($1, $2, $3)
        ON CONFLICT (organization, area) DO UPDATE SET sequence = excluded.sequence";
    SELECT = "SELECT sequence FROM change_marks WHERE organization = $1 AND area = $2";
}
