//! Checks find what breaks an invariant, and mend it when they can and are asked to.

use postroom_store::fsck::{self, Check};
use postroom_store::testing::TestStore;
use postroom_store::{
    Migration, Place, Row, SchemaModule, StoreError, on_both_engines, parameters, statements,
};

statements! {
    INSERT_OWNER = "INSERT INTO owners (id, things_count) VALUES ($1, $2)";
    INSERT_THING = "INSERT INTO things (id, owner_id) VALUES ($1, $2)";
    WRONG_COUNT = "SELECT o.id, o.things_count, (SELECT COUNT(*) FROM things t WHERE t.owner_id = o.id) FROM owners o
        WHERE $1 = 0 AND o.things_count <> (SELECT COUNT(*) FROM things t WHERE t.owner_id = o.id) ORDER BY o.id LIMIT $2";
    SET_COUNT = "UPDATE owners SET things_count = $2 WHERE id = $1";
    NO_OWNER = "SELECT t.id FROM things t WHERE $1 = 0 AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.id = t.owner_id)
        ORDER BY t.id LIMIT $2";
}

const MODULE: SchemaModule = SchemaModule {
    name: "things",
    in_directory: true,
    tables: &["owners", "things"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE owners (id BIGINT NOT NULL, things_count BIGINT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */;
            CREATE TABLE things (id BIGINT NOT NULL, owner_id BIGINT NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */",
    }],
};

const CHECKS: &[Check] = &[
    Check {
        invariant: "an owner counts its things",
        find: &WRONG_COUNT,
        describe: |mut row: Row| {
            format!("owner {}: {} instead of {}", row.take::<i64>(0), row.take::<i64>(1), row.take::<i64>(2))
        },
        repair: Some(|tx, mut row| {
            tx.execute(&SET_COUNT, parameters![row.take::<i64>(0), row.take::<i64>(2)]).map(drop)
        }),
    },
    Check {
        invariant: "a thing has an owner",
        find: &NO_OWNER,
        describe: |mut row: Row| format!("thing {}", row.take::<i64>(0)),
        repair: None,
    },
];

fn what(store: &TestStore, repair: bool) -> Vec<(String, bool)> {
    let findings = fsck::run(store, Place::Directory, CHECKS, repair).expect("the checks run");
    findings.into_iter().map(|finding| (finding.what, finding.repaired)).collect()
}

on_both_engines! { vec![MODULE];
    fn broken_invariants_are_found_and_mended(store: &mut TestStore) {
        let filled: Result<(), StoreError> = store.write_blocking(Place::Directory, |tx| {
            tx.execute(&INSERT_OWNER, parameters![1, 2])?;
            tx.execute(&INSERT_OWNER, parameters![2, 0])?;
            tx.execute(&INSERT_THING, parameters![10, 1])?;
            tx.execute(&INSERT_THING, parameters![11, 3]).map(drop)
        });
        filled.expect("the rows are written");
        let wrong = ("owner 1: 2 instead of 1".to_owned(), false);
        let orphan = ("thing 11".to_owned(), false);
        assert_eq!(what(store, false), [wrong.clone(), orphan.clone()]);
        assert_eq!(what(store, true), [(wrong.0, true), orphan.clone()]);
        assert_eq!(what(store, false), [orphan]);
    }
}
