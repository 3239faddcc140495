//! For the tests of this crate and of those above it: a store with an organization in use.

mod entities;

use postroom_policy::permit::Permitted;
use postroom_store::testing::block_on;
use postroom_store::{Place, SchemaModule, Store};
use postroom_types::{Constrained, OrganizationKey, OrganizationName};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::ops::{NewOrganization, create_organization};
use crate::organizations::{Lifecycle, LifecycleSettings, Seed};

pub use entities::*;

/// The AWS account of the fixtures.
pub const AWS_ACCOUNT: &str = "111122223333";
/// The region of the fixtures.
pub const REGION: &str = "us-east-1";
/// Below which the fixtures' test domains are.
pub const SUFFIX: &str = "mail.example.net";

/// This crate's tables, for [`postroom_store::testing`].
pub fn modules() -> Vec<SchemaModule> {
    vec![crate::schema::DIRECTORY, crate::schema::ORGANIZATION]
}

/// What an organization `alias` of the fixtures' account is created from.
pub fn new_organization(store: &Store, alias: &str) -> NewOrganization {
    let account = AwsAccountId::parse(AWS_ACCOUNT).expect("twelve digits");
    let alias = OrganizationName::parse(alias).expect("the alias suits");
    NewOrganization::mint(store.random().as_ref(), account, REGION, alias, SUFFIX)
}

/// Asks for `new` without carrying it on.
pub fn request_organization(store: &Store, new: &NewOrganization) -> Result<OrganizationKey, DirectoryError> {
    let new = new.clone();
    store.write_blocking(Place::Directory, move |tx| {
        let permit = Permitted::operator("test");
        create_organization(&mut DirectoryTx::begin(tx, &permit), &new).map(|(key, _)| key)
    })
}

/// An organization `alias` that is active; its test domain is `<alias>.mail.example.net`.
pub fn organization_with(store: &Store, alias: &str, seeds: Vec<Seed>) -> OrganizationKey {
    let key = request_organization(store, &new_organization(store, alias)).expect("the alias is free");
    let lifecycle = Lifecycle::new(store.clone(), LifecycleSettings { seeds });
    block_on(lifecycle.run(key)).expect("the organization comes up");
    key
}

/// As [`organization_with`], without what other capabilities add.
pub fn organization(store: &Store, alias: &str) -> OrganizationKey {
    organization_with(store, alias, Vec::new())
}
