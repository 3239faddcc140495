//! What several test files share.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "each test file uses a part; fixtures may fail"
)]

use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::directory::DirectoryTx;
use postroom_policy::permit::Permitted;
use postroom_store::seal::{FileMasterKey, Keyring, Secret};
use postroom_store::testing::block_on;
use postroom_store::{Place, Store};

/// A change of the directory by the operator.
pub fn directory<T, F>(store: &Store, work: F) -> Result<T, DirectoryError>
where
    T: Send + 'static,
    F: Fn(&mut DirectoryTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
{
    store.write_blocking(Place::Directory, move |tx| {
        work(&mut DirectoryTx::begin(tx, &Permitted::operator("test")))
    })
}

/// The keyring of a test's store, under a master key that tests know.
pub fn keyring(store: &Store) -> Keyring {
    let master = FileMasterKey::new(&Secret::new([7; 32]));
    block_on(Keyring::open(store.clone(), Arc::new(master))).unwrap()
}
