//! Two-store steps: killed at every boundary they go on where they were, and the effect is there once. Both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use postroom_store::jobs::{
    self, Announcement, BackOff, Failure, Faults, JobId, Jobs, Kind, KindOptions, LeaseError, Point, Run,
    Runner, RunnerOptions,
};
use postroom_store::steps::{Step, Steps};
use postroom_store::testing::TestStore;
use postroom_store::{
    Clock as _, ManualClock, Migration, Options, Place, SchemaModule, Store, StoreError, on_both_engines,
    parameters, statements,
};
use postroom_types::{OrganizationKey, Timestamp};

statements! {
    CLAIM = "INSERT INTO names (name, organization, state) VALUES ($1, $2, 'pending') ON CONFLICT (name) DO NOTHING";
    CONFIRM = "UPDATE names SET state = 'active' WHERE name = $1 AND organization = $2";
    STATE = "SELECT state FROM names WHERE name = $1";
    WRITE = "INSERT INTO contents (organization, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    COUNT = "SELECT COUNT(*) FROM contents WHERE organization = $1";
}

const NAMES: SchemaModule = SchemaModule {
    name: "names",
    in_directory: true,
    tables: &["names"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE names (name TEXT NOT NULL, organization BIGINT NOT NULL, state TEXT NOT NULL,
            PRIMARY KEY (name))",
    }],
};
const CONTENTS: SchemaModule = SchemaModule {
    name: "contents",
    in_directory: false,
    tables: &["contents"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE contents (organization BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (organization, name))",
    }],
};

const KIND: Kind = Kind::new("test.create");
const START: Timestamp = Timestamp::from_seconds(1_000_000);
const LEASE: Duration = Duration::from_secs(15);

/// Kills at one of the boundaries, counted from 0.
struct KillAt {
    at: usize,
    passed: AtomicUsize,
}

impl Faults for KillAt {
    fn strike(&self, _: &Point) -> bool {
        self.passed.fetch_add(1, Ordering::SeqCst) == self.at
    }
}

fn key_of(run: &Run) -> OrganizationKey {
    OrganizationKey(i64::from_be_bytes(run.payload.as_slice().try_into().unwrap()))
}

async fn write(run: Run) -> Result<Step, Failure> {
    let key = key_of(&run);
    run.store().create_organization(key).await?;
    let written: Result<u64, StoreError> = run
        .store()
        .write(Place::Organization(key), move |tx| tx.execute(&WRITE, parameters![key.0, "first"]))
        .await;
    written?;
    Ok(Step::Done)
}

async fn confirm(run: Run) -> Result<Step, Failure> {
    let (key, lease) = (key_of(&run), run.lease.clone());
    let name = format!("name-{}", key.0);
    let confirmed: Result<u64, LeaseError> = run
        .store()
        .write(Place::Directory, move |tx| {
            jobs::check_lease(tx, &lease)?;
            Ok(tx.execute(&CONFIRM, parameters![&name, key.0])?)
        })
        .await;
    confirmed?;
    Ok(Step::Done)
}

fn runner(store: &Store, faults: Option<Arc<dyn Faults>>) -> Runner {
    let back_off = BackOff { attempts_max: 100, ..BackOff::default() };
    let options = KindOptions { back_off, ..KindOptions::default() };
    let runner = RunnerOptions { lease: LEASE, faults, ..RunnerOptions::default() };
    let steps = Steps::new(KIND, options).step(write).step(confirm);
    steps.register(Runner::new(&Jobs::new(store.clone()), runner))
}

/// Claims the name of organization `key` and enqueues its steps, in one transaction of the directory.
async fn claim(store: &Store, key: i64) {
    let announced = Announcement::in_directory(KIND, store.clock().now());
    let claimed: Result<JobId, StoreError> = store
        .write(Place::Directory, move |tx| {
            let name = format!("name-{key}");
            assert_eq!(tx.execute(&CLAIM, parameters![&name, key])?, 1);
            jobs::enqueue(tx, &announced, Some(&name), &key.to_be_bytes())
        })
        .await;
    claimed.unwrap();
}

async fn state(store: &Store, key: i64) -> (String, i64, usize) {
    let state: Result<String, StoreError> = store
        .read(Place::Directory, move |read| {
            Ok(read.query_first(&STATE, parameters![&format!("name-{key}")])?.unwrap().take(0))
        })
        .await;
    let place = Place::Organization(OrganizationKey(key));
    let count: Result<i64, StoreError> =
        store.read(place, move |read| Ok(read.query_first(&COUNT, parameters![key])?.unwrap().take(0))).await;
    let left: Result<usize, StoreError> = store
        .read(Place::Directory, |read| Ok(jobs::list(read, Place::Directory, false, JobId(0), 100)?.len()))
        .await;
    (state.unwrap(), count.unwrap_or(0), left.unwrap())
}

on_both_engines! { vec![NAMES, CONTENTS];
    async fn steps_are_carried_out_in_order_and_once(store: &mut TestStore) {
        claim(store, 1).await;
        assert_eq!(state(store, 1).await, ("pending".to_owned(), 0, 1));
        assert_eq!(runner(store, None).run_due().await, Ok(1));
        assert_eq!(state(store, 1).await, ("active".to_owned(), 1, 0));
    }

    async fn killed_at_every_boundary_they_go_on_at_the_next_start(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(START));
        for at in 0.. {
            store.reopen_with(Options { clock: clock.clone(), ..store.options() });
            let key = i64::try_from(at).unwrap() + 1;
            claim(store, key).await;
            let faults = Arc::new(KillAt { at, passed: AtomicUsize::new(0) });
            assert_eq!(runner(store, Some(faults.clone())).run_due().await, Ok(1));
            let killed = faults.passed.load(Ordering::SeqCst) == at + 1;
            if !killed {
                assert_eq!(at, 5, "two steps have five boundaries");
                assert_eq!(state(store, key).await, ("active".to_owned(), 1, 0));
                return;
            }
            assert_eq!(state(store, key).await.2, 1, "the job outlives the process");
            // The process dies and starts again.
            store.reopen_with(Options { clock: clock.clone(), ..store.options() });
            let next = runner(store, None);
            assert_eq!(next.run_due().await, Ok(0), "the lease of the dead process still runs");
            clock.advance(LEASE);
            assert_eq!(next.run_due().await, Ok(1));
            assert_eq!(state(store, key).await, ("active".to_owned(), 1, 0), "killed at boundary {at}");
        }
    }

    async fn killed_again_and_again_they_come_to_their_end(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(START));
        store.reopen_with(Options { clock: clock.clone(), ..store.options() });
        claim(store, 1).await;
        let mut deaths = 0;
        while state(store, 1).await.2 == 1 {
            // Each life gets one boundary further than the last got: the second one it passes kills it.
            let faults = Arc::new(KillAt { at: 1, passed: AtomicUsize::new(0) });
            assert_eq!(runner(store, Some(faults)).run_due().await, Ok(1));
            clock.advance(LEASE);
            deaths += 1;
            if deaths > 3 {
                // It can die for ever between an effect and its record; nothing is lost by that.
                assert_eq!(runner(store, None).run_due().await, Ok(1));
            }
        }
        assert_eq!(state(store, 1).await, ("active".to_owned(), 1, 0));
    }

    async fn a_step_waits_without_doing_the_steps_before_it_again(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(START));
        store.reopen_with(Options { clock: clock.clone(), ..store.options() });
        let (first, second) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, waits, now) = (Arc::clone(&first), Arc::clone(&second), clock.clone());
        let steps = Steps::new(KIND, KindOptions::default())
            .step(move |_| {
                count.fetch_add(1, Ordering::SeqCst);
                async { Ok(Step::Done) }
            })
            .step(move |_| {
                let waited = waits.fetch_add(1, Ordering::SeqCst);
                let until = now.now().plus(Duration::from_secs(60));
                async move { Ok(if waited < 30 { Step::Wait(until) } else { Step::Done }) }
            });
        let runner = steps.register(Runner::new(&Jobs::new(Store::clone(store)), RunnerOptions::default()));
        claim(store, 1).await;
        for _ in 0..30 {
            assert_eq!(runner.run_due().await, Ok(1));
            assert_eq!(runner.run_due().await, Ok(0));
            clock.advance(Duration::from_secs(60));
        }
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!((first.load(Ordering::SeqCst), second.load(Ordering::SeqCst)), (1, 31));
        assert_eq!(state(store, 1).await.2, 0);
    }
}
