//! Organizations share tables here: creating one is nothing, removing one takes its rows and nobody else's.

use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Migration, Place, SchemaModule, StoreError, parameters, statements};
use postroom_types::OrganizationKey;

use crate::support::Admin;

statements! {
    INSERT_PARENT = "INSERT INTO parents (organization, id) VALUES ($1, $2)";
    INSERT_CHILD = "INSERT INTO children (organization, id, parent) VALUES ($1, $2, $2)";
}

const MODULE: SchemaModule = SchemaModule {
    name: "families",
    in_directory: false,
    index: None,
    tables: &["parents", "children"],
    migrations: &[Migration {
        number: 1,
        text: "
            CREATE TABLE parents (organization BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (organization, id));
            CREATE TABLE children (organization BIGINT NOT NULL, id BIGINT NOT NULL, parent BIGINT NOT NULL,
                PRIMARY KEY (organization, id),
                FOREIGN KEY (organization, parent) REFERENCES parents (organization, id));",
    }],
};

#[test]
fn removing_an_organization_takes_its_rows_only_and_may_be_repeated() {
    postroom_store::testing::check_tables(&[MODULE]);
    let Some(store) = TestStore::postgres(vec![MODULE]) else { return };
    for organization in 1..=2 {
        block_on(store.create_organization(OrganizationKey(organization))).unwrap();
        let place = Place::Organization(OrganizationKey(organization));
        let filled: Result<(), StoreError> = store.write_blocking(place, |tx| {
            let organization = tx.organization().0;
            for id in 0..10 {
                tx.execute(&INSERT_PARENT, parameters![organization, id])?;
                tx.execute(&INSERT_CHILD, parameters![organization, id])?;
            }
            Ok(())
        });
        filled.unwrap();
    }
    for _ in 0..2 {
        block_on(store.remove_organization(OrganizationKey(1))).unwrap();
        let admin = Admin::connect(store.url().unwrap());
        for table in MODULE.tables {
            assert_eq!(admin.number(&format!("SELECT COUNT(*) FROM {table}")), 10);
            assert_eq!(admin.number(&format!("SELECT COUNT(*) FROM {table} WHERE organization = 2")), 10);
        }
    }
}
