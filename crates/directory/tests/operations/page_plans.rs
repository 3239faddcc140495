//! Pages walk an index from their first row: what a page costs does not grow with the list.

use postroom_directory::sql::listing;
use postroom_store::{Place, Statement, StoreError, parameters};

use crate::prelude::*;

/// The tables that are read, and whether from their index alone; what SQLite says of anything else.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// From the first row of the page, up to the end of the prefix.
    Walk {
        index: String,
        covering: bool,
    },
    Other(String),
}

/// SQLite's plan of `statement`.
fn plan(organization: &TestOrganization, statement: &Statement) -> Vec<Step> {
    let text: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {}", statement.text).into_boxed_str());
    let explain: &'static Statement = Box::leak(Box::new(Statement::new(text)));
    let rows = organization.store.read_blocking(Place::Organization(organization.key), |read| {
        let (key, none) = (vec![0u8], "");
        let all = parameters![1, "USER", &key, none, &key, 1, "DELETED"];
        let used = if statement.text.contains("$7") { all } else { &all[..6] };
        read.query(explain, used)
    });
    let rows: Result<_, StoreError> = rows;
    rows.unwrap().into_iter().map(|mut row| step(row.take(3))).collect()
}

fn step(line: String) -> Step {
    let bounded = ["_key,entity_id)>(?,?) AND ", "_key<?"].iter().all(|bound| line.contains(bound))
        || line.contains("identity_provider_key>? AND identity_provider_key<?");
    let covering = line.contains("USING COVERING INDEX");
    let index = line.split("INDEX ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned);
    match index {
        Some(index) if bounded && line.starts_with("SEARCH e ") => Step::Walk { index, covering },
        _ => Step::Other(line),
    }
}

/// One walk of `index`.
fn walk(index: &str, covering: bool) -> Step {
    Step::Walk { index: index.to_owned(), covering }
}

#[test]
fn every_list_walks_its_index_and_neither_sorts_nor_scans() {
    let store = TestStore::embedded(modules());
    let organization = TestOrganization::in_store(&store);
    let merge = |line: &str| Step::Other(line.to_owned());
    let by_name = || walk("entities_by_name", true);
    let expected = [
        ("BY_NAME", vec![merge("MERGE (UNION ALL)"), merge("LEFT"), by_name(), merge("RIGHT"), by_name()]),
        ("BY_STATE", vec![by_name()]),
        ("BY_DISPLAY_NAME", vec![walk("entities_by_display", false)]),
        ("BY_EMAIL", vec![walk("entities_by_email", false)]),
        ("BY_IDENTITY_PROVIDER", vec![walk("entities_by_identity_provider", false)]),
    ];
    let plans = listing::ALL.iter().map(|(name, statement)| (*name, plan(&organization, statement)));
    assert_eq!(plans.collect::<Vec<_>>(), expected);
}

/// SQLite writes an index again when one of its columns is set.
#[test]
fn counters_stand_in_no_index() {
    let store = TestStore::embedded(modules());
    let organization = TestOrganization::in_store(&store);
    static COLUMNS: Statement = Statement::new(
        "SELECT i.name, c.name FROM pragma_index_list('entities') i JOIN pragma_index_xinfo(i.name) c
        WHERE c.name LIKE '%_count' AND i.origin = 'c'",
    );
    static INDEXES: Statement =
        Statement::new("SELECT name FROM pragma_index_list('entities') WHERE origin = 'c' ORDER BY name");
    let (counters, indexes) = organization
        .store
        .read_blocking(Place::Organization(organization.key), |read| {
            Ok::<_, StoreError>((read.query(&COLUMNS, &[])?, read.query(&INDEXES, &[])?))
        })
        .unwrap();
    assert_eq!(indexes.len(), 4);
    assert_eq!(counters.len(), 0);
}
