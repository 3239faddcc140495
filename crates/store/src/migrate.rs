//! Migrations: numbered per capability, forward only, applied in one transaction per place.

use crate::{Place, Read, Statement, StoreError, Tx, parameters};

/// One step of a schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// SQL of both engines (types BIGINT, TEXT, BYTEA; `/*sqlite STRICT */` for what only SQLite reads, and see
    /// [`per_engine!`](crate::per_engine)).
    pub text: &'static str,
}

/// The schema of one capability in one kind of place.
#[derive(Debug, Clone, Copy)]
pub struct SchemaModule {
    /// Name under which the version is kept.
    pub name: &'static str,
    /// Whether its tables are in the directory (else in every organization).
    pub in_directory: bool,
    /// Its tables, those that others refer to first. All of them where `in_directory` is false have a column
    /// `organization`. Backup, removal and `fsck` go by this list; `testing::check_tables` compares it with the schema.
    /// What is made from other tables alone (full-text indexes) is not in it and goes when its rows go.
    pub tables: &'static [&'static str],
    /// Its steps.
    pub migrations: &'static [Migration],
}

impl SchemaModule {
    pub(crate) fn newest(&self) -> i64 {
        self.migrations.last().map_or(0, |migration| migration.number)
    }
}

const CREATE_VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions (
    module TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (module)
) /*sqlite STRICT */";

static SELECT_VERSION: Statement = Statement::new("SELECT version FROM schema_versions WHERE module = $1");
static UPSERT_VERSION: Statement = Statement::new(
    "INSERT INTO schema_versions (module, version) VALUES ($1, $2)
     ON CONFLICT (module) DO UPDATE SET version = excluded.version",
);

/// Brings the file of `tx` to the newest version of every module that belongs there.
pub(crate) fn migrate(tx: &mut Tx<'_>, modules: &[SchemaModule]) -> Result<(), StoreError> {
    create_versions(tx)?;
    let in_directory = tx.place() == Place::Directory;
    modules
        .iter()
        .filter(|module| module.in_directory == in_directory)
        .try_for_each(|module| migrate_module(tx, module))
}

/// Creates the table of versions.
pub(crate) fn create_versions(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.batch(CREATE_VERSIONS)
}

/// Whether `module` has its newest version.
pub(crate) fn is_newest(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<bool, StoreError> {
    Ok(version(tx, module)? == module.newest())
}

/// Brings `module` to its newest version.
pub(crate) fn migrate_module(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<(), StoreError> {
    let (version, newest) = (version(tx, module)?, module.newest());
    if version > newest {
        return Err(StoreError::Impaired(format!(
            "the data of '{}' has version {version}, this program knows {newest}: run a newer Postroom",
            module.name
        )));
    }
    for migration in module.migrations.iter().filter(|migration| migration.number > version) {
        tx.batch(migration.text)?;
    }
    if version < newest {
        tx.execute(&UPSERT_VERSION, parameters![module.name, newest])?;
    }
    Ok(())
}

fn version(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<i64, StoreError> {
    let row = tx.query_first(&SELECT_VERSION, parameters![module.name])?;
    Ok(row.map_or(0, |mut row| row.take(0)))
}
