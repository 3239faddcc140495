//! Migrations: numbered per capability, forward only, applied in one transaction per place.

use crate::{Place, Read, Statement, StoreError, Tx, parameters};

/// One step of a schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// SQL of both engines (types BIGINT, TEXT, BYTEA; `/*sqlite STRICT */` for what only SQLite reads).
    pub text: &'static str,
}

/// The schema of one capability in one kind of place.
#[derive(Debug, Clone, Copy)]
pub struct SchemaModule {
    /// Name under which the version is kept.
    pub name: &'static str,
    /// Whether its tables are in the directory (else in every organization).
    pub in_directory: bool,
    /// Its steps.
    pub migrations: &'static [Migration],
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

/// Brings the place of `tx` to the newest version of every module that belongs there.
///
/// On PostgreSQL all places share one database, so organization modules are applied once, with the directory.
pub(crate) fn migrate(tx: &mut Tx<'_>, modules: &[SchemaModule], shared: bool) -> Result<(), StoreError> {
    tx.batch(CREATE_VERSIONS)?;
    let in_directory = tx.place() == Place::Directory;
    for module in modules.iter().filter(|module| shared || module.in_directory == in_directory) {
        let row = tx.query_first(&SELECT_VERSION, parameters![module.name])?;
        let version: i64 = row.map_or(0, |mut row| row.take(0));
        let newest = module.migrations.last().map_or(0, |migration| migration.number);
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
    }
    Ok(())
}
