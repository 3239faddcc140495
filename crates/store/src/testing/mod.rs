//! For tests of this and other crates: fresh stores on both engines, and the checks that a capability's SQL suits them.
//!
//! [`on_both_engines!`](crate::on_both_engines) writes a test for each engine. PostgreSQL comes from the variable
//! [`VARIABLE`]: the URL of a server on which databases may be created, or `skip`. `cargo xtask test` sets it.

#![allow(clippy::panic, clippy::expect_used, reason = "tests end this way")]

mod cut;
mod damage;
mod database;
mod schema;

use std::ops::Deref;
use std::sync::Arc;

pub(crate) use cut::Cut;
pub use damage::damage;
pub use database::{VARIABLE, postgres_url};
pub use schema::{check_tables, prepare_all};

use crate::blobs::BlobPlace;
use crate::{Engine, Options, PostgresOptions, SchemaModule, Store, SystemClock, SystemRandom};
use database::{Database, Folder};

/// A store of its own for one test. Dropping it closes the store and removes its data.
///
/// Every transaction runs twice, the first time for nothing, so that a closure with a side effect is found.
pub struct TestStore {
    store: Store,
    modules: Vec<SchemaModule>,
    data: Data,
}

enum Data {
    Embedded(Folder),
    Postgres(Database),
}

impl TestStore {
    /// A fresh embedded store.
    pub fn embedded(modules: Vec<SchemaModule>) -> Self {
        Self::fresh(modules, Data::Embedded(Folder::new()))
    }

    /// A fresh PostgreSQL database; `None` when PostgreSQL is left out.
    pub fn postgres(modules: Vec<SchemaModule>) -> Option<Self> {
        Some(Self::fresh(modules, Data::Postgres(Database::create(&postgres_url()?))))
    }

    fn fresh(modules: Vec<SchemaModule>, data: Data) -> Self {
        let store = open(options_of(&data, &modules));
        Self { store, modules, data }
    }

    /// How the store was opened: change it and open another one on the same data.
    pub fn options(&self) -> Options {
        options_of(&self.data, &self.modules)
    }

    /// Closes the store and opens its data again.
    pub fn reopen(&mut self) {
        self.reopen_with(self.options());
    }

    /// Closes the store and opens it as `options` say: another clock, other modules.
    pub fn reopen_with(&mut self, options: Options) {
        self.store.close();
        self.modules.clone_from(&options.modules);
        self.store = open(options);
    }

    /// Another node on the same data; `None` on the embedded engine, which has one node.
    pub fn another_node(&self) -> Option<Store> {
        self.is_postgres().then(|| open(self.options()))
    }

    /// The store carries out `writes` more transactions and then none: a process that died there. Every later one ends
    /// as one whose outcome nobody knows, until the store is opened again.
    pub fn cut_after(&self, writes: u32) {
        self.store.cut().set(writes);
    }

    /// Whether a transaction has met that end.
    pub fn was_cut(&self) -> bool {
        self.store.cut().has_struck()
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.data, Data::Postgres(_))
    }

    /// The URL of the test's own database; `None` on the embedded engine.
    pub fn url(&self) -> Option<&str> {
        match &self.data {
            Data::Embedded(_) => None,
            Data::Postgres(database) => Some(&database.url),
        }
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        self.store.close();
    }
}

fn options_of(data: &Data, modules: &[SchemaModule]) -> Options {
    let engine = match data {
        Data::Embedded(folder) => Engine::Embedded { root: folder.0.clone() },
        // Tests run beside each other and share the server's connections.
        Data::Postgres(database) => Engine::Postgres(PostgresOptions {
            writers: 4,
            readers: 4,
            ..PostgresOptions::new(&database.url)
        }),
    };
    Options {
        engine,
        modules: modules.to_vec(),
        blobs: BlobPlace::default(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        run_twice: true,
    }
}

fn open(options: Options) -> Store {
    Store::open(options).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs `test` on a fresh embedded store.
pub fn on_embedded(modules: Vec<SchemaModule>, test: impl FnOnce(&mut TestStore)) {
    test(&mut TestStore::embedded(modules));
}

/// Runs `test` on a fresh PostgreSQL database, or says that PostgreSQL is left out.
pub fn on_postgres(modules: Vec<SchemaModule>, test: impl FnOnce(&mut TestStore)) {
    if let Some(mut store) = TestStore::postgres(modules) {
        test(&mut store);
    }
}

/// Runs `test` on a fresh store of each engine.
pub fn stores(modules: &[SchemaModule], test: impl Fn(&mut TestStore)) {
    on_embedded(modules.to_vec(), &test);
    on_postgres(modules.to_vec(), &test);
}

/// Waits for an async test.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("the machine has threads").block_on(test)
}

/// Writes two tests for each function: `name::embedded` and `name::postgres`, each on a fresh store.
///
/// ```text
/// on_both_engines! { vec![MODULE];
///     fn a_write_is_there(store: &mut TestStore) { … store.write_blocking(…) … }
///     async fn an_async_write_is_there(store: &mut TestStore) { … store.write(…).await … }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($modules:expr;) => {};
    ($modules:expr; $(#[$meta:meta])* fn $name:ident($store:ident: $type:ty) $body:block $($rest:tt)*) => {
        $(#[$meta])* fn $name($store: $type) $body
        $crate::on_both_engines! { @tests $modules; $name; |store| super::$name(store) }
        $crate::on_both_engines! { $modules; $($rest)* }
    };
    ($modules:expr; $(#[$meta:meta])* async fn $name:ident($store:ident: $type:ty) $body:block $($rest:tt)*) => {
        $(#[$meta])* async fn $name($store: $type) $body
        $crate::on_both_engines! { @tests $modules; $name; |store| $crate::testing::block_on(super::$name(store)) }
        $crate::on_both_engines! { $modules; $($rest)* }
    };
    (@tests $modules:expr; $name:ident; $run:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            #[test]
            fn embedded() {
                $crate::testing::on_embedded($modules, $run);
            }
            #[test]
            fn postgres() {
                $crate::testing::on_postgres($modules, $run);
            }
        }
    };
}
