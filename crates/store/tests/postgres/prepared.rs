//! Statements that a connection keeps prepared.

use postroom_store::{
    Engine, Options, Place, Read, Statement, Store, StoreError, limits, parameters, statements,
};

use crate::support::{Admin, once, store};

statements! {
    PREPARED = "SELECT COUNT(*) FROM pg_prepared_statements";
    VALUE = "SELECT value FROM counters WHERE id = $1";
}

#[test]
fn only_so_many_are_kept_and_those_that_went_are_prepared_again() {
    let Some(store) = store() else { return };
    let Engine::Postgres(mut postgres) = store.options().engine else { unreachable!() };
    postgres.writers = 1;
    let node = Store::open(Options { engine: Engine::Postgres(postgres), ..once(store.options()) }).unwrap();
    let many = i64::try_from(limits::STATEMENTS_CACHED).unwrap() * 2;
    let made: &'static [Statement] = (0..many)
        .map(|number| Statement::new(format!("SELECT $1::BIGINT + {number}").leak()))
        .collect::<Vec<_>>()
        .leak();
    let kept: Result<i64, StoreError> = node.write_blocking(Place::Directory, move |tx| {
        for _ in 0..2 {
            for (number, statement) in (0..).zip(made) {
                let sum: i64 = tx.query_first(statement, parameters![1])?.unwrap().take(0);
                assert_eq!(sum, number + 1);
            }
        }
        Ok(tx.query_first(&PREPARED, parameters![])?.unwrap().take(0))
    });
    let kept = usize::try_from(kept.unwrap()).unwrap();
    // The one that counts is prepared before the oldest goes.
    assert!((limits::STATEMENTS_CACHED / 2..=limits::STATEMENTS_CACHED + 1).contains(&kept), "{kept}");
    node.close();
}

#[test]
fn a_column_that_another_node_widened_does_not_disturb() {
    let Some(store) = store() else { return };
    let read = || {
        store.read_blocking(Place::Directory, |read| -> Result<i64, StoreError> {
            Ok(read.query_first(&VALUE, parameters![1])?.unwrap().take(0))
        })
    };
    let admin = Admin::connect(store.url().unwrap());
    admin.run("ALTER TABLE counters ALTER COLUMN value TYPE INT");
    assert_eq!(read(), Ok(0));
    admin.run("ALTER TABLE counters ALTER COLUMN value TYPE BIGINT");
    assert_eq!(read(), Ok(0));
}
