//! Servers and URLs that are refused at start.

use postroom_store::testing::TestStore;
use postroom_store::{Options, Place, Read, Store, StoreError, Tx};

use crate::support::{Admin, SETTINGS, store};

fn refusal(options: Options) -> String {
    Store::open(options).err().expect("refused").to_string()
}

#[test]
fn a_database_that_answers_before_the_commit_is_on_disk_is_refused() {
    let Some(store) = TestStore::postgres(vec![]) else { return };
    let admin = Admin::connect(store.url().unwrap());
    let database: String = store.url().unwrap().rsplit('/').next().unwrap().to_owned();
    admin.run(&format!("ALTER DATABASE {database} SET synchronous_commit = off"));
    let error = refusal(store.options());
    assert!(error.contains("synchronous_commit = off"), "{error}");
    for strict in ["local", "remote_write", "on", "remote_apply"] {
        admin.run(&format!("ALTER DATABASE {database} SET synchronous_commit = {strict}"));
        Store::open(store.options()).unwrap().close();
    }
}

/// A table is read by its index, whatever the planner knows of it and of a value (decision 0007).
#[test]
fn statements_are_planned_for_their_indexes() {
    let Some(store) = store() else { return };
    let settings =
        |read: &mut dyn Read| Ok(read.query_first(&SETTINGS, &[])?.map(|mut row| row.take::<String>(0)));
    let of_readers = store.read_blocking(Place::Directory, settings);
    let of_writers: Result<_, StoreError> =
        store.write_blocking(Place::Directory, move |tx: &mut Tx<'_>| settings(tx));
    for seen in [of_readers, of_writers] {
        let planned = "enable_hashjoin off, enable_mergejoin off, enable_seqscan off, jit off, plan_cache_mode \
                       force_generic_plan";
        assert_eq!(seen.unwrap().as_deref(), Some(planned));
    }
}

#[test]
fn a_connection_made_later_is_checked_too() {
    let Some(store) = store() else { return };
    let admin = Admin::connect(store.url().unwrap());
    let database: String = store.url().unwrap().rsplit('/').next().unwrap().to_owned();
    crate::support::write(&store, 1).unwrap();
    admin.run(&format!("ALTER DATABASE {database} SET synchronous_commit = off"));
    admin.terminate_named("postroom writer");
    let error = crate::support::write(&store, 2).unwrap_err().to_string();
    assert!(error.contains("synchronous_commit = off"), "{error}");
    admin.run(&format!("ALTER DATABASE {database} SET synchronous_commit = on"));
    assert_eq!(admin.logged(2), 0);
}

#[test]
fn a_url_that_cannot_be_used_is_refused_without_its_password() {
    for (url, why) in [
        ("postgres://u:secret@h:port/d", "port"),
        ("mysql://u:secret@h/d", "cannot be read"),
        ("postgres://u:secret@h/d?sslmode=require", "sslrootcert=FILE"),
        ("postgres://u:secret@h/d?sslrootcert=/x", "sslmode=require"),
        ("postgres://u:secret@h/d?sslmode=verify-full&sslrootcert=/no%20such", "/no such"),
        ("postgres://u:secret@127.0.0.1:1/d?connect_timeout=1", "127.0.0.1"),
    ] {
        let mut options = Options::postgres(url, vec![]);
        if let postroom_store::Engine::Postgres(postgres) = &mut options.engine {
            postgres.away_wait_max = std::time::Duration::ZERO;
            assert!(!format!("{postgres:?}").contains("secret"));
        }
        let error = refusal(options);
        assert!(error.contains(why) && !error.contains("secret"), "{url}: {error}");
    }
}
