//! Which organizations there are: a row of the directory for each, as the two-store steps of the program keep them.

use postroom_store::{Migration, Read, SchemaModule, StoreError, Tx, parameters, statements};

/// How far an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Claimed; its place may be there or not.
    Creating,
    /// Its place is there.
    Active,
    /// Its place may be there, in parts or not.
    Removing,
}

/// The table of organizations.
pub const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "sim.organizations",
    in_directory: true,
    index: None,
    tables: &["sim_organizations"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE sim_organizations (
            organization BIGINT NOT NULL,
            stage BIGINT NOT NULL,
            PRIMARY KEY (organization)
        ) /*sqlite STRICT */",
    }],
};

statements! {
    SET_STAGE = "INSERT INTO sim_organizations (organization, stage) VALUES ($1, $2)
        ON CONFLICT (organization) DO UPDATE SET stage = excluded.stage";
    REMOVE = "DELETE FROM sim_organizations WHERE organization = $1";
    ROWS = "SELECT organization, stage FROM sim_organizations ORDER BY organization";
}

/// The transaction that notes the stage of `place`.
pub fn set_stage(place: i64, stage: Stage) -> impl Fn(&mut Tx<'_>) -> Result<(), StoreError> {
    let stage = stage as i64;
    move |tx| tx.execute(&SET_STAGE, parameters![place, stage]).map(drop)
}

/// The transaction that forgets `place`.
pub fn remove_row(place: i64) -> impl Fn(&mut Tx<'_>) -> Result<(), StoreError> {
    move |tx| tx.execute(&REMOVE, parameters![place]).map(drop)
}

/// All organizations with their stages.
pub fn stages(read: &mut dyn Read) -> Result<Vec<(i64, Stage)>, StoreError> {
    let rows = read.query(&ROWS, &[])?;
    let stage = |number: i64| match number {
        0 => Stage::Creating,
        1 => Stage::Active,
        _ => Stage::Removing,
    };
    Ok(rows.into_iter().map(|mut row| (row.take(0), stage(row.take(1)))).collect())
}
