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

/// A file beside a place's own, of the embedded engine only, with what is made from the place's tables and can be made
/// again at any time: an index that is too dear to write in the transactions that it follows.
///
/// Readers see its tables among the others; it is written by [`Index`](crate::Index). It is made anew, empty, when it is
/// gone or damaged or when `text` has changed: a capability must notice that and fill it.
#[derive(Debug)]
pub struct IndexFile {
    /// `<name>.db` in the place's folder.
    pub name: &'static str,
    /// SQL that makes its tables, whose names no other table of the place has.
    pub text: &'static str,
}

impl IndexFile {
    /// What a file says that `text` has made.
    pub(crate) fn version(&self) -> i64 {
        let [a, b, c, d] =
            *blake3::hash(self.text.as_bytes()).as_bytes().first_chunk().expect("a hash has 32 bytes");
        i64::from(i32::from_be_bytes([a, b, c, d]))
    }
}

/// The schema of one capability in one kind of place.
#[derive(Debug, Clone, Copy)]
pub struct SchemaModule {
    /// Name under which the version is kept.
    pub name: &'static str,
    /// Whether its tables are in the directory (else in every organization).
    pub in_directory: bool,
    /// What the embedded engine keeps in a file of its own beside them.
    pub index: Option<&'static IndexFile>,
    /// Its tables, those that others refer to first. All of them where `in_directory` is false have a column
    /// `organization`. Backup, removal and `fsck` go by this list; `testing::check_tables` compares it with the schema.
    /// What is made from other tables alone (full-text indexes, `search_…`) is not in it and goes when its rows go.
    pub tables: &'static [&'static str],
    /// Its steps.
    pub migrations: &'static [Migration],
}

impl SchemaModule {
    pub(crate) fn newest(&self) -> i64 {
        self.migrations.last().map_or(0, |migration| migration.number)
    }

    /// What tells the migrations up to `version` from others of the same numbers: a build from before a release may have
    /// made its tables differently.
    fn digest(&self, version: i64) -> String {
        let mut hasher = blake3::Hasher::new();
        for migration in self.migrations.iter().filter(|migration| migration.number <= version) {
            hasher.update(migration.text.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

const CREATE_VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions (
    module TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (module)
) /*sqlite STRICT */";

static SELECT_VERSION: Statement =
    Statement::new("SELECT version, digest FROM schema_versions WHERE module = $1");
static UPSERT_VERSION: Statement = Statement::new(
    "INSERT INTO schema_versions (module, version, digest) VALUES ($1, $2, $3)
     ON CONFLICT (module) DO UPDATE SET version = excluded.version, digest = excluded.digest",
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
    let known = version(tx, module)?;
    must_be_ours(module, &known)?;
    Ok(known.version == module.newest())
}

/// Brings `module` to its newest version.
pub(crate) fn migrate_module(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<(), StoreError> {
    let known = version(tx, module)?;
    must_be_ours(module, &known)?;
    let (version, newest) = (known.version, module.newest());
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
        tx.execute(&UPSERT_VERSION, parameters![module.name, newest, &module.digest(newest)])?;
    }
    Ok(())
}

/// What a place has of a module.
struct Known {
    version: i64,
    /// Of the migrations that made it.
    digest: String,
}

fn version(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<Known, StoreError> {
    let row = tx.query_first(&SELECT_VERSION, parameters![module.name])?;
    Ok(row.map_or_else(
        || Known { version: 0, digest: module.digest(0) },
        |mut row| Known { version: row.take(0), digest: row.take(1) },
    ))
}

/// Refuses tables that other migrations have made. A newer version is refused by who migrates, with a word of its own.
fn must_be_ours(module: &SchemaModule, known: &Known) -> Result<(), StoreError> {
    if known.version <= module.newest() && known.digest != module.digest(known.version) {
        return Err(StoreError::Impaired(format!(
            "the tables of '{}' were made by another build of version {}, which was not released: use that build, or \
             begin anew with an empty data directory or database",
            module.name, known.version
        )));
    }
    Ok(())
}
