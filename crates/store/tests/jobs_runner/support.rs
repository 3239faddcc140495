//! A store with a clock by hand, and a handler that leaves an effect.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use postroom_store::jobs::{
    self, BackOff, Done, Failure, JobId, Jobs, Kind, KindOptions, LeaseError, Run, RunnerOptions,
};
use postroom_store::testing::TestStore;
use postroom_store::{
    ManualClock, Migration, Options, Place, SchemaModule, Store, StoreError, parameters, statements,
};
use postroom_types::{OrganizationKey, Timestamp};

statements! {
    ADD = "INSERT INTO effects (organization, name, number) VALUES ($1, $2, 1)
        ON CONFLICT (organization, name) DO UPDATE SET number = effects.number + 1";
    ALL_EFFECTS = "SELECT name, number FROM effects WHERE organization = $1 ORDER BY name";
}

pub const MODULE: SchemaModule = SchemaModule {
    name: "effects",
    in_directory: false,
    index: None,
    tables: &["effects"],
    migrations: &[Migration {
        number: 1,
        text:
            "CREATE TABLE effects (organization BIGINT NOT NULL, name TEXT NOT NULL, number BIGINT NOT NULL,
            PRIMARY KEY (organization, name))",
    }],
};

pub const KIND: Kind = Kind::new("test.work");
pub const OTHER: Kind = Kind::new("test.other");
pub const START: Timestamp = Timestamp::from_seconds(1_000_000);
pub const FIRST: Place = Place::Organization(OrganizationKey(1));
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Fixture {
    pub store: Store,
    pub jobs: Jobs,
    pub clock: Arc<ManualClock>,
}

/// The store with a clock by hand, and organization 1.
pub async fn fixture(store: &mut TestStore) -> Fixture {
    let clock = Arc::new(ManualClock::at(START));
    store.reopen_with(Options { clock: clock.clone(), ..store.options() });
    store.create_organization(OrganizationKey(1)).await.unwrap();
    let store: Store = Store::clone(store);
    Fixture { jobs: Jobs::new(store.clone()), store, clock }
}

pub fn policy(attempts_max: i64) -> KindOptions {
    let back_off = BackOff { first: Duration::from_secs(10), max: Duration::from_secs(100), attempts_max };
    KindOptions { back_off, ..KindOptions::default() }
}

/// A runner whose polls do not come before somebody tells.
pub fn patient() -> RunnerOptions {
    RunnerOptions {
        poll_max: Duration::from_secs(3600),
        lease: Duration::from_secs(3600),
        ..RunnerOptions::default()
    }
}

impl Fixture {
    pub async fn enqueue(
        &self,
        place: Place,
        kind: Kind,
        due: Timestamp,
        key: Option<&'static str>,
        payload: &'static str,
    ) {
        let written: Result<JobId, StoreError> = self
            .jobs
            .write(place, kind, due, move |tx, announced| {
                jobs::enqueue(tx, announced, key, payload.as_bytes())
            })
            .await;
        written.unwrap();
    }

    pub async fn effects(&self, place: Place) -> BTreeMap<String, i64> {
        let read: Result<_, StoreError> = self
            .store
            .read(place, move |read| {
                let rows = read.query(&ALL_EFFECTS, parameters![place.number()])?;
                Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
            })
            .await;
        read.unwrap()
    }

    pub async fn list(&self, place: Place) -> Vec<jobs::Job> {
        let read: Result<_, StoreError> =
            self.store.read(place, move |read| jobs::list(read, place, false, JobId(0), 100)).await;
        read.unwrap()
    }
}

/// Writes the effect named by the payload and completes the job, in one transaction.
pub async fn work(run: Run) -> Result<Done, Failure> {
    let name = String::from_utf8(run.payload.clone()).unwrap();
    let lease = run.lease.clone();
    let written: Result<(), LeaseError> = run
        .store()
        .write(lease.place, move |tx| {
            tx.execute(&ADD, parameters![lease.place.number(), &name])?;
            jobs::complete(tx, &lease)
        })
        .await;
    written?;
    Ok(Done::Settled)
}

pub fn effects(expected: &[(&str, i64)]) -> BTreeMap<String, i64> {
    expected.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
}

pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it takes too long")
}
