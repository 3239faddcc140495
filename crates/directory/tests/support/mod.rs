//! What several test files share.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "each test file uses a part; fixtures may fail"
)]

use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::admin::{AdminRead, AdminTx};
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{create_user, enable_entity};
use postroom_directory::testing::{keyring, new_user};
use postroom_policy::permit::Permitted;
use postroom_store::seal::DataKey;
use postroom_store::testing::block_on;
use postroom_store::{Place, Store};
use postroom_types::{Constrained, EmailAddress, EntityId, OrganizationKey};

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

/// The data key of an organization.
pub fn data_key(store: &Store, organization: OrganizationKey) -> Arc<DataKey> {
    block_on(keyring(store).data_key(Place::Organization(organization))).unwrap()
}

/// A change of an organization by the operator.
pub fn write<T, E, F>(store: &Store, organization: OrganizationKey, work: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DirectoryError> + From<postroom_store::StoreError> + Send + 'static,
    F: Fn(&mut AdminTx<'_, '_>) -> Result<T, E> + Send + 'static,
{
    store.write_blocking(Place::Organization(organization), move |tx| {
        work(&mut AdminTx::begin(tx, &Permitted::operator("test"))?)
    })
}

/// A reading of an organization by the operator.
pub fn read<T, F>(store: &Store, organization: OrganizationKey, work: F) -> Result<T, DirectoryError>
where
    F: Fn(&mut AdminRead<'_>) -> Result<T, DirectoryError>,
{
    let permit = Permitted::operator("test");
    store.read_blocking(Place::Organization(organization), |read| {
        work(&mut AdminRead::begin(read, organization, &permit))
    })
}

/// A new user; its id is the UUID that repeats `digit`.
pub fn user(store: &Store, organization: OrganizationKey, name: &str, digit: u8) -> EntityId {
    let id = EntityId::mint([digit; 16]);
    let new = new_user(id.clone(), name);
    write(store, organization, move |tx| create_user(tx, &new)).unwrap();
    id
}

/// Enables an entity with an address of the test domain.
pub fn enable(store: &Store, organization: OrganizationKey, id: &EntityId, address: &str) {
    let (id, address) = (id.clone(), EmailAddress::parse(address).unwrap());
    write(store, organization, move |tx| enable_entity(tx, id.as_str(), &address, None)).unwrap();
}

/// A new user that is enabled with `<name>@demo.mail.example.net`.
pub fn enabled_user(store: &Store, organization: OrganizationKey, name: &str, digit: u8) -> EntityId {
    let id = user(store, organization, name, digit);
    enable(store, organization, &id, &format!("{name}@demo.mail.example.net"));
    id
}
