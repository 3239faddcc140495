//! Pages walk an index from their first row: what a page costs does not grow with the list.

use postroom_directory::sql::listing;
use postroom_store::{Place, Statement, StoreError, parameters};

use crate::prelude::*;

/// SQLite's plan of `statement`, one line a step.
fn plan(organization: &TestOrganization, statement: &Statement) -> Vec<String> {
    let text: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {}", statement.text).into_boxed_str());
    let explain: &'static Statement = Box::leak(Box::new(Statement::new(text)));
    let rows = organization.store.read_blocking(Place::Organization(organization.key), |read| {
        let (key, none) = (vec![0u8], "");
        let all = parameters![1, "USER", &key, none, &key, 1, "DELETED"];
        let used = if statement.text.contains("$7") { all } else { &all[..6] };
        read.query(explain, used)
    });
    let rows: Result<_, StoreError> = rows;
    rows.unwrap().into_iter().map(|mut row| row.take::<String>(3)).collect()
}

#[test]
fn no_list_sorts_or_scans() {
    let store = TestStore::embedded(modules());
    let organization = TestOrganization::in_store(&store);
    assert_eq!(listing::ALL.len(), 5);
    for (name, statement) in listing::ALL {
        let plan = plan(&organization, statement);
        let whole = plan.join("\n");
        assert!(!whole.contains("SCAN") && !whole.contains("TEMP B-TREE"), "{name}:\n{whole}");
        let bounded = ["_key,entity_id)>(?,?)", "_key<?"].iter().all(|bound| plan[0].contains(bound));
        assert!(
            bounded || plan[0].contains("identity_provider_key>? AND identity_provider_key<?"),
            "{name}:\n{whole}"
        );
    }
}
