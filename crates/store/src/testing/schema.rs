//! Whether a capability's tables and statements are what both engines want.

use std::collections::BTreeSet;

use super::TestStore;
use crate::own;
use crate::{Place, Read, SchemaModule, Statement, StoreError, Tx, parameters};

/// Prepares each of `statements` on both engines; panics with all that one of them refuses.
pub fn prepare_all<'s>(
    modules: &[SchemaModule],
    statements: impl IntoIterator<Item = &'s (&'static str, &'static Statement)>,
) {
    let statements: Vec<_> = statements.into_iter().copied().collect();
    assert!(!statements.is_empty(), "no statements to prepare");
    super::on_embedded(together(modules), |store| prepare_each(store, &statements, "SQLite"));
    super::on_postgres(together(modules), |store| prepare_each(store, &statements, "PostgreSQL"));
}

/// All modules in one place, as PostgreSQL has them, so that one connection knows every table.
fn together(modules: &[SchemaModule]) -> Vec<SchemaModule> {
    modules.iter().map(|module| SchemaModule { in_directory: true, ..*module }).collect()
}

fn prepare_each(store: &TestStore, statements: &[(&'static str, &'static Statement)], engine: &str) {
    let refusals: Vec<String> = statements
        .iter()
        .filter_map(|(name, statement)| {
            let prepared: Result<(), StoreError> = store.scan(Place::Directory, |sql| sql.prepare(statement));
            prepared.err().map(|error| format!("{name}: {error}"))
        })
        .collect();
    assert!(refusals.is_empty(), "{engine} refuses:\n{}", refusals.join("\n"));
}

static ALL_TABLES: Statement = Statement::new(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
        AND name NOT IN ('schema_versions', 'sqlite_sequence', 'sqlite_schema') AND name NOT GLOB 'search_*'",
);
static HAS_ORGANIZATION: Statement = Statement::new(
    "SELECT COUNT(*) FROM pragma_table_info($1) WHERE name = 'organization' AND \"notnull\" = 1",
);
static PARENTS: Statement = Statement::new("SELECT \"table\" FROM pragma_foreign_key_list($1)");

/// Panics unless `tables` of each module names exactly the tables that its migrations create, those that others refer
/// to first, and each table of an organization has the column `organization`. Full-text indexes (SQLite's virtual
/// tables, and what waits to join them, `search_…`) are none: they go with what they index.
pub fn check_tables(modules: &[SchemaModule]) {
    for module in modules {
        super::on_embedded(together(&[*module]), |store| {
            let module = *module;
            let checked: Result<(), StoreError> =
                store.write_blocking(Place::Directory, move |tx| check_module(tx, &module));
            checked.unwrap_or_else(|error| panic!("{}: {error}", module.name));
        });
    }
}

fn check_module(tx: &mut Tx<'_>, module: &SchemaModule) -> Result<(), StoreError> {
    let rows = tx.query(&ALL_TABLES, &[])?;
    // The store's own tables are in every place; they are checked as modules of their own.
    let others = own::MODULES.iter().filter(|own| own.name != module.name).flat_map(|own| own.tables);
    let others: BTreeSet<&str> = others.copied().collect();
    let created = rows.into_iter().map(|mut row| row.take::<String>(0));
    let created: BTreeSet<String> = created.filter(|table| !others.contains(table.as_str())).collect();
    let listed: BTreeSet<String> = module.tables.iter().map(ToString::to_string).collect();
    assert_eq!(
        listed, created,
        "`tables` of '{}' (left) and what its migrations create (right)",
        module.name
    );
    for (index, table) in module.tables.iter().copied().enumerate() {
        let columns = tx.query_first(&HAS_ORGANIZATION, parameters![table])?;
        let has_organization = columns.is_some_and(|mut row| row.take::<bool>(0));
        assert!(
            module.in_directory || has_organization,
            "the organization's table '{table}' has no column `organization` (NOT NULL)"
        );
        for mut parent in tx.query(&PARENTS, parameters![table])? {
            let parent: String = parent.take(0);
            let at = module.tables.iter().position(|other| *other == parent);
            assert!(at.is_some_and(|at| at <= index), "'{parent}' must be listed before '{table}'");
        }
    }
    Ok(())
}
