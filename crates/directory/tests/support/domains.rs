//! A store, a name server and the domains over both.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::acting::Acting;
use postroom_directory::admin::AdminRead;
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::dns::Resolver;
use postroom_directory::domains::*;
use postroom_directory::ops::*;
use postroom_directory::organizations::Organization;
use postroom_directory::testing::{carry_on, hosts, keyring, new_organization, request_organization};
use postroom_policy::permit::Permitted;
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::seal::Keyring;
use postroom_store::testing::TestStore;
use postroom_store::{ManualClock, Options, Place, Read, Store, StoreError};
use postroom_types::DnsRecordVerificationStatus as Status;
use postroom_types::{OrganizationKey, Timestamp};

use crate::dns::DnsServer;

/// A store, a name server and the domains over both.
pub struct Fixture {
    pub store: Store,
    pub keyring: Keyring,
    pub server: DnsServer,
    pub jobs: Jobs,
    pub domains: Domains,
    pub clock: Arc<ManualClock>,
}

impl Fixture {
    /// The clock stands still until it is moved.
    pub async fn new(store: &mut TestStore) -> Self {
        Self::with(store, hosts()).await
    }

    pub async fn with(store: &mut TestStore, hosts: Hosts) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_800_000_000_000_000)));
        let options = Options { clock: Arc::<ManualClock>::clone(&clock), ..store.options() };
        tokio::task::block_in_place(|| store.reopen_with(options));
        let server = DnsServer::start().await;
        let resolver = Arc::new(Resolver::new(&[server.address]).unwrap());
        let jobs = Jobs::new((**store).clone());
        let keyring = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| scope.spawn(|| keyring(store)).join().unwrap())
        });
        let domains = Domains::new(jobs.clone(), keyring.clone(), hosts, resolver);
        Self { store: (**store).clone(), keyring, server, jobs, domains, clock }
    }

    /// An active organization of `account`.
    pub fn organization(&self, account: &str, alias: &str) -> Organization {
        self.organization_with(account, alias, Vec::new())
    }

    pub fn organization_with(&self, account: &str, alias: &str, domains: Vec<NewDomain>) -> Organization {
        let store = &self.store;
        let make = move || {
            let new = NewOrganization {
                aws_account: AwsAccountId::parse(account).unwrap(),
                domains,
                ..new_organization(store, alias)
            };
            request_organization(store, &new).unwrap();
            carry_on(store, Vec::new());
            let find = |tx: &mut dyn Read| describe_organization(tx, &new.aws_account, &new.id);
            store.read_blocking(Place::Directory, find).unwrap()
        };
        tokio::task::block_in_place(|| std::thread::scope(|scope| scope.spawn(make).join().unwrap()))
    }

    /// Reads on a thread that may wait.
    pub fn read<T: Send, E: From<StoreError> + Debug + Send>(
        &self,
        place: Place,
        work: impl Fn(&mut dyn Read) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        let store = &self.store;
        tokio::task::block_in_place(|| {
            std::thread::scope(|scope| scope.spawn(|| store.read_blocking(place, work)).join().unwrap())
        })
    }

    pub fn acting(&self) -> Acting {
        Acting { permit: Arc::new(Permitted::operator("test")), ..Acting::system(&self.store, "test") }
    }

    pub async fn register(&self, organization: &Organization, name: &str) -> Result<(), DirectoryError> {
        self.domains.register(&self.acting(), organization, name, None).await
    }

    /// Runs what is due now.
    pub async fn run(&self) {
        let runner = Runner::new(&self.jobs, RunnerOptions::default());
        self.domains.register_jobs(runner).run_due().await.unwrap();
    }

    pub async fn later(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3_600));
        self.run().await;
    }

    pub fn get(
        &self,
        organization: &Organization,
        name: &str,
    ) -> Result<(MailDomain, Vec<DkimKey>), DirectoryError> {
        let (key, permit) = (organization.key, Permitted::operator("test"));
        self.read(Place::Organization(key), |tx| {
            get_mail_domain(&mut AdminRead::begin(tx, key, &permit), name)
        })
    }

    pub fn status(&self, organization: &Organization, name: &str) -> (Status, Status) {
        let status = self.get(organization, name).unwrap().0.status;
        (status.ownership, status.dkim)
    }

    /// Publishes the records of a domain.
    pub async fn publish(&self, organization: &Organization, name: &str) {
        self.domains.ensure_keys(organization.key, name).await.unwrap();
        let (domain, keys) = self.get(organization, name).unwrap();
        for record in records(&domain, &keys, self.domains.hosts()) {
            match record.kind {
                "TXT" => self.server.txt(&record.host, &record.value),
                "CNAME" => self.server.cname(&record.host, &record.value),
                _ => {
                    let (preference, host) = record.value.split_once(' ').unwrap();
                    self.server.mx(&record.host, preference.parse().unwrap(), host);
                }
            }
        }
    }

    pub fn owner(&self, name: &str) -> Option<OrganizationKey> {
        self.read(Place::Directory, |tx| owner(tx, name)).unwrap()
    }

    pub fn alarms(&self, organization: &Organization) -> Vec<Alarm> {
        let (key, permit) = (organization.key, Permitted::operator("test"));
        let read = |tx: &mut dyn Read| list_alarms(&mut AdminRead::begin(tx, key, &permit));
        self.read(Place::Organization(key), read).unwrap()
    }
}
