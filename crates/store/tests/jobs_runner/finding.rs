//! Work is found, by one runner or several, whatever the hints say.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use postroom_store::jobs::{self, Done, Failure, JobId, Jobs, Runner, RunnerOptions};
use postroom_store::testing::TestStore;
use postroom_store::{Clock as _, Place, StoreError, on_both_engines};
use postroom_types::OrganizationKey;
use tokio::sync::mpsc;

use super::support::*;

on_both_engines! { vec![MODULE];
    async fn jobs_that_nothing_points_at_are_found_after_a_rebuild(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        fixture.enqueue(FIRST, OTHER, START, None, "y").await;
        let forgotten: Result<(), StoreError> =
            fixture.store.write(Place::Directory, |tx| jobs::forget(tx, OrganizationKey(1))).await;
        forgotten.unwrap();
        let runner = Runner::new(&Jobs::new(fixture.store.clone()), patient())
            .kind(KIND, policy(3), work)
            .kind(OTHER, policy(3), work);
        assert_eq!(runner.run_due().await, Ok(0));
        assert_eq!(jobs::rebuild(&fixture.store, OrganizationKey(1)).await, Ok(2));
        assert_eq!(runner.run_due().await, Ok(2));
    }

    async fn racing_enqueuers_of_one_key_make_one_job(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let jobs = fixture.jobs.clone();
            tasks.spawn(async move {
                let id: Result<JobId, StoreError> = jobs
                    .write(FIRST, KIND, START, |tx, announced| jobs::enqueue(tx, announced, Some("k"), b"x"))
                    .await;
                id.unwrap()
            });
        }
        let ids = tasks.join_all().await;
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(fixture.list(FIRST).await.len(), 1);
    }

    async fn a_restarted_process_that_is_alone_does_not_wait_for_its_old_leases(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        fixture.enqueue(Place::Directory, KIND, START, None, "x").await;
        let dying = Runner::new(&fixture.jobs, patient()).kind(KIND, policy(9), async |_| Err(Failure::Killed));
        assert_eq!(dying.run_due().await, Ok(2));
        let (ran, mut runs) = mpsc::unbounded_channel();
        let runner = Runner::new(&Jobs::new(fixture.store.clone()), RunnerOptions { alone: true, ..patient() });
        let runner = runner.kind(KIND, policy(9), move |run| {
            ran.send(run.lease.place).unwrap();
            async { Ok(Done::Complete) }
        });
        let handle = runner.start();
        let mut places = [soon(runs.recv()).await.unwrap(), soon(runs.recv()).await.unwrap()];
        places.sort();
        assert_eq!(places, [Place::Directory, FIRST]);
        handle.shutdown(PATIENCE).await;
    }

    async fn two_runners_share_the_work_and_do_each_job_once(store: &mut TestStore) {
        let fixture = fixture(store).await;
        const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
        for name in NAMES {
            for number in 1..=4 {
                fixture.store.create_organization(OrganizationKey(number)).await.unwrap();
                fixture.enqueue(Place::Organization(OrganizationKey(number)), KIND, START, None, name).await;
            }
        }
        let done = Arc::new(Mutex::new(0));
        let runner = || {
            let done = Arc::clone(&done);
            let options = RunnerOptions { lease: Duration::from_secs(3600), ..RunnerOptions::default() };
            Runner::new(&Jobs::new(fixture.store.clone()), options).kind(KIND, policy(9), move |run| {
                let done = Arc::clone(&done);
                async move {
                    let result = work(run).await;
                    *done.lock().unwrap() += 1;
                    result
                }
            })
        };
        let (one, other) = (runner(), runner());
        let (one, other) = tokio::join!(one.run_due(), other.run_due());
        assert_eq!(one.unwrap() + other.unwrap(), 32);
        assert_eq!(*done.lock().unwrap(), 32);
        for number in 1..=4 {
            let expected = NAMES.map(|name| (name, 1));
            let place = Place::Organization(OrganizationKey(number));
            assert_eq!(fixture.effects(place).await, effects(&expected));
        }
    }

    async fn a_stale_announcement_and_one_for_another_place_are_refused(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let announced = fixture.jobs.announce(FIRST, KIND, START).await.unwrap();
        let (same, place) = (announced.clone(), Place::Directory);
        let elsewhere: Result<JobId, StoreError> =
            fixture.store.write(place, move |tx| jobs::enqueue(tx, &same, None, b"")).await;
        assert!(matches!(elsewhere, Err(StoreError::Bug(_))), "{elsewhere:?}");
        fixture.clock.advance(postroom_store::limits::ANNOUNCEMENT_AGE_MAX + Duration::from_micros(1));
        let late: Result<JobId, StoreError> =
            fixture.store.write(FIRST, move |tx| jobs::enqueue(tx, &announced, None, b"")).await;
        assert!(matches!(late, Err(StoreError::Unavailable { .. })), "{late:?}");
    }

    async fn work_that_comes_late_after_its_announcement_is_found(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let runner = Runner::new(&Jobs::new(fixture.store.clone()), patient()).kind(KIND, policy(9), work);
        let announced = fixture.jobs.announce(FIRST, KIND, START).await.unwrap();
        // The runner looks several times and finds nothing, since the announcer is slow.
        for _ in 0..10 {
            assert_eq!(runner.run_due().await, Ok(0));
            fixture.clock.advance(postroom_store::limits::ANNOUNCEMENT_AGE_MAX / 10);
        }
        let enqueued: Result<JobId, StoreError> =
            fixture.store.write(FIRST, move |tx| jobs::enqueue(tx, &announced, None, b"x")).await;
        enqueued.unwrap();
        fixture.clock.advance(postroom_store::limits::HINT_PAUSE_MAX);
        assert_eq!(runner.run_due().await, Ok(1));
    }

    async fn a_hint_about_nothing_goes_away(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let runner = Runner::new(&fixture.jobs, patient()).kind(KIND, policy(9), work);
        fixture.jobs.announce(FIRST, KIND, START).await.unwrap();
        let mut looks = 0;
        loop {
            let far = START.plus(Duration::from_secs(1_000_000));
            let hints: Result<Vec<jobs::Hint>, StoreError> =
                fixture.store.read(Place::Directory, move |read| jobs::due_page(read, far, None, 10)).await;
            let Some(hint) = hints.unwrap().pop() else { break };
            let wait = hint.due_at.micros().saturating_sub(fixture.clock.now().micros());
            fixture.clock.advance(Duration::from_micros(wait.unsigned_abs()));
            assert_eq!(runner.run_due().await, Ok(0));
            looks += 1;
            assert!(looks < 50, "it stays for ever");
        }
        assert!(fixture.clock.now() >= START.plus(postroom_store::limits::HINT_GRACE));
        assert!(looks < 20, "{looks} looks at nothing");
    }

    async fn an_organization_that_cannot_be_opened_does_not_stop_the_others(store: &mut TestStore) {
        let fixture = fixture(store).await;
        // Announced, but on the embedded engine there is no such file.
        fixture.jobs.announce(Place::Organization(OrganizationKey(77)), KIND, START).await.unwrap();
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        let runner = Runner::new(&Jobs::new(fixture.store.clone()), patient()).kind(KIND, policy(9), work);
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("x", 1)]));
    }
}
