//! For the tests of this crate and of those above it: a store with an organization in use.

mod entities;
mod log_ins;

use std::sync::Arc;

use postroom_policy::permit::Permitted;
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::seal::{FileMasterKey, Keyring, Secret};
use postroom_store::testing::block_on;
use postroom_store::{Place, SchemaModule, Store};
use postroom_types::{Constrained, OrganizationKey, OrganizationName};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::dns::{Answer, DnsLookup};
use crate::domains::Hosts;
use crate::ops::{NewOrganization, create_organization};
use crate::organizations::{Lifecycle, Seed};

pub use entities::*;
pub use log_ins::log_ins;

/// The AWS account of the fixtures.
pub const AWS_ACCOUNT: &str = "111122223333";
/// The region of the fixtures.
pub const REGION: &str = "us-east-1";
/// Below which the fixtures' test domains are.
pub const SUFFIX: &str = "mail.example.net";

/// The master key of the fixtures, as its file has it.
pub const MASTER_KEY: [u8; 32] = [7; 32];

/// The keyring of a test's store.
pub fn keyring(store: &Store) -> Keyring {
    let master = FileMasterKey::new(&Secret::new(MASTER_KEY));
    block_on(Keyring::open(store.clone(), Arc::new(master))).expect("the keyring opens")
}

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

/// Carries out every job about organizations that is due.
pub fn carry_on(store: &Store, seeds: Vec<Seed>) {
    carry_on_under(store, keyring(store), seeds);
}

/// The same in a store with a keyring of its own.
fn carry_on_under(store: &Store, keyring: Keyring, seeds: Vec<Seed>) {
    let jobs = Jobs::new(store.clone());
    let lifecycle = Lifecycle::new(jobs.clone(), keyring, seeds);
    let runner = lifecycle.register_jobs(Runner::new(&jobs, RunnerOptions::default()));
    block_on(runner.run_due()).expect("the jobs are found");
}

/// An organization `alias` that is active; its test domain is `<alias>.mail.example.net`.
pub fn organization_with(store: &Store, alias: &str, seeds: Vec<Seed>) -> OrganizationKey {
    let key = request_organization(store, &new_organization(store, alias)).expect("the alias is free");
    carry_on(store, seeds);
    key
}

/// As [`organization_with`], without what other capabilities add.
pub fn organization(store: &Store, alias: &str) -> OrganizationKey {
    organization_with(store, alias, Vec::new())
}

/// Host names of an operator.
pub fn hosts() -> Hosts {
    Hosts {
        test_domain_suffix: SUFFIX.to_owned(),
        mx: "mx.example.net".to_owned(),
        autodiscover: "autodiscover.example.net".to_owned(),
        spf: "spf.example.net".to_owned(),
        dkim_zone: None,
    }
}

/// A DNS in which nothing is published.
pub struct EmptyDns;

impl DnsLookup for EmptyDns {
    fn txt<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn mx<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<(u16, String)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn cname<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}
