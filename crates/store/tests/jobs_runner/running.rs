//! Handlers: when they run, again and again, and how they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use postroom_store::jobs::{
    self, Done, Failure, JobId, JobState, Jobs, KindOptions, Run, Runner, RunnerOptions,
};
use postroom_store::testing::TestStore;
use postroom_store::{Clock as _, Place, Store, StoreError, on_both_engines};
use postroom_types::OrganizationKey;
use tokio::sync::{Notify, mpsc};

use super::support::*;

on_both_engines! { vec![MODULE];
    async fn a_job_runs_when_it_is_due_and_then_is_gone(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(3), work);
        fixture.enqueue(FIRST, KIND, START, None, "now").await;
        fixture.enqueue(FIRST, KIND, START.plus(Duration::from_secs(60)), None, "later").await;
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("now", 1)]));
        fixture.clock.advance(Duration::from_secs(60));
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("later", 1), ("now", 1)]));
        assert_eq!(fixture.list(FIRST).await, []);
        assert_eq!(runner.run_due().await, Ok(0));
    }

    async fn work_is_found_after_a_restart_in_many_organizations(store: &mut TestStore) {
        let fixture = fixture(store).await;
        for number in 1..=70 {
            fixture.store.create_organization(OrganizationKey(number)).await.unwrap();
            fixture.enqueue(Place::Organization(OrganizationKey(number)), KIND, START, None, "x").await;
        }
        // Nobody told this one, and it knows no organization.
        let jobs = Jobs::new(fixture.store.clone());
        let runner = Runner::new(&jobs, RunnerOptions::default()).kind(KIND, policy(3), work);
        assert_eq!(runner.run_due().await, Ok(70));
        for number in 1..=70 {
            let place = Place::Organization(OrganizationKey(number));
            assert_eq!(fixture.effects(place).await, effects(&[("x", 1)]));
        }
    }

    async fn work_of_a_clock_that_was_ahead_does_not_wait_for_that_time(store: &mut TestStore) {
        let ahead = fixture(store).await;
        ahead.clock.advance(Duration::from_secs(200_000));
        let now = ahead.clock.now();
        ahead.enqueue(FIRST, KIND, now, None, "taken").await;
        let until = now.plus(Duration::from_secs(15));
        let taken = ahead.store.write::<_, StoreError, _>(FIRST, move |tx| jobs::lease_due(tx, &[KIND], until));
        assert!(taken.await.unwrap().is_some());
        ahead.enqueue(FIRST, KIND, now, None, "now").await;
        ahead.enqueue(FIRST, KIND, now.plus(Duration::from_secs(60)), None, "in a minute").await;
        ahead.enqueue(Place::Directory, OTHER, now, None, "").await;
        // The clock is right again.
        let fixture = fixture(store).await;
        let (did, mut done) = mpsc::unbounded_channel();
        let told = did.clone();
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default())
            .kind(KIND, policy(3), move |run| {
                let did = did.clone();
                async move {
                    let done = work(run).await;
                    did.send(()).unwrap();
                    done
                }
            })
            .kind(OTHER, policy(3), move |_| {
                told.send(()).unwrap();
                async { Ok(Done::Complete) }
            });
        let handle = runner.start();
        for _ in 0..3 {
            soon(done.recv()).await.unwrap();
        }
        assert_eq!(fixture.effects(FIRST).await, effects(&[("now", 1), ("taken", 1)]));
        let left = fixture.list(FIRST).await;
        assert_eq!(left.iter().map(|job| job.due_at).collect::<Vec<_>>(), [START.plus(Duration::from_secs(60))]);
        drop(handle);
    }

    async fn jobs_of_the_directory_run_too(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default())
            .kind(KIND, policy(3), async |_| Ok(Done::Complete));
        fixture.enqueue(Place::Directory, KIND, START, None, "").await;
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.list(Place::Directory).await, []);
    }

    async fn kinds_of_another_version_are_left_alone(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, OTHER, START, None, "other").await;
        fixture.enqueue(FIRST, KIND, START, None, "known").await;
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(3), work);
        assert_eq!(runner.run_due().await, Ok(1));
        let newer = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(OTHER, policy(3), work);
        assert_eq!(newer.run_due().await, Ok(1));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("known", 1), ("other", 1)]));
    }

    async fn a_failing_job_is_tried_with_pauses_and_then_kept_as_failed(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let tries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tries);
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(3), move |_| {
            let count = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                // A panic is a failed try like any other.
                assert!(count != 1, "on purpose");
                Err(Failure::Retry(format!("try {count}")))
            }
        });
        fixture.enqueue(FIRST, KIND, START, Some("k"), "").await;
        for (tried, pause) in [(1, 8), (2, 16)] {
            assert_eq!(runner.run_due().await, Ok(1));
            assert_eq!(tries.load(Ordering::SeqCst), tried);
            assert_eq!(fixture.list(FIRST).await[0].state, JobState::Waiting);
            fixture.clock.advance(Duration::from_secs(pause) - Duration::from_micros(1));
            assert_eq!(runner.run_due().await, Ok(0), "the pause is at least {pause} s");
            fixture.clock.advance(Duration::from_secs(pause));
        }
        assert_eq!(fixture.list(FIRST).await[0].last_error, "the handler panicked: on purpose");
        assert_eq!(runner.run_due().await, Ok(1));
        let left = fixture.list(FIRST).await;
        assert_eq!((left[0].state, left[0].attempts, left[0].last_error.as_str()), (JobState::Failed, 3, "try 2"));
        fixture.clock.advance(Duration::from_secs(1_000_000));
        assert_eq!(runner.run_due().await, Ok(0));
    }

    async fn a_failed_job_can_be_revived_or_discarded(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let hopeless = Runner::new(&fixture.jobs, RunnerOptions::default())
            .kind(KIND, policy(9), async |_| Err(Failure::GiveUp("hopeless".to_owned())));
        fixture.enqueue(FIRST, KIND, START, None, "one").await;
        fixture.enqueue(FIRST, KIND, START, None, "two").await;
        assert_eq!(hopeless.run_due().await, Ok(2));
        let failed = fixture.list(FIRST).await;
        let ids: Vec<JobId> = failed.iter().map(|job| job.id).collect();
        assert!(failed.iter().all(|job| job.state == JobState::Failed && job.attempts == 1));
        let changed: Result<(bool, bool), StoreError> = fixture
            .jobs
            .write(FIRST, KIND, START, move |tx, announced| {
                Ok((jobs::revive(tx, announced, ids[0])?, jobs::discard(tx, ids[1])?))
            })
            .await;
        assert_eq!(changed, Ok((true, true)));
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(9), work);
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("one", 1)]));
    }

    async fn a_job_whose_every_try_killed_the_process_is_kept_as_failed(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, KIND, START, None, "").await;
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default())
            .kind(KIND, policy(3), async |_| Err(Failure::Killed));
        for _ in 0..3 {
            assert_eq!(runner.run_due().await, Ok(1));
            assert_eq!(runner.run_due().await, Ok(0));
            fixture.clock.advance(Duration::from_secs(15));
        }
        assert_eq!(runner.run_due().await, Ok(1));
        assert_eq!(fixture.list(FIRST).await[0].state, JobState::Failed);
    }

    async fn what_is_enqueued_while_it_runs_runs_once_more(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let fixture = Arc::new(fixture);
        let first = Arc::new(AtomicUsize::new(0));
        let (inner, count) = (Arc::clone(&fixture), Arc::clone(&first));
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(3), move |run| {
            let (inner, count) = (Arc::clone(&inner), Arc::clone(&count));
            async move {
                if count.fetch_add(1, Ordering::SeqCst) == 0 {
                    inner.enqueue(FIRST, KIND, START, Some("k"), "second").await;
                }
                work(run).await
            }
        });
        fixture.enqueue(FIRST, KIND, START, Some("k"), "first").await;
        assert_eq!(runner.run_due().await, Ok(2));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("first", 1), ("second", 1)]));
        assert_eq!(fixture.list(FIRST).await, []);
    }

    async fn a_periodic_job_comes_back(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let clock = fixture.clock.clone();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let runner = Runner::new(&fixture.jobs, RunnerOptions::default()).kind(KIND, policy(2), move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            let next = clock.now().plus(Duration::from_secs(3600));
            async move { Ok(Done::Again(next)) }
        });
        fixture.enqueue(FIRST, KIND, START, Some("hourly"), "").await;
        for hour in 1..=5 {
            assert_eq!(runner.run_due().await, Ok(1));
            assert_eq!(count.load(Ordering::SeqCst), hour);
            fixture.clock.advance(Duration::from_secs(3600));
        }
    }

    async fn a_paused_holder_that_wakes_cannot_write(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        let (paused, waking) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (ends, mut ended) = mpsc::unbounded_channel();
        let (to_pause, to_wake) = (Arc::clone(&paused), Arc::clone(&waking));
        // It takes the job and stops, as a node does under SIGSTOP: it renews nothing.
        let slow = Runner::new(&fixture.jobs, RunnerOptions { concurrency: 1, ..patient() });
        let slow = slow.kind(KIND, policy(9), move |run| {
            let (paused, waking, ends) = (Arc::clone(&to_pause), Arc::clone(&to_wake), ends.clone());
            async move {
                paused.notify_one();
                waking.notified().await;
                let result = work(run).await;
                ends.send(result.clone()).unwrap();
                result
            }
        });
        let slow = slow.start();
        soon(paused.notified()).await;
        fixture.clock.advance(Duration::from_secs(3601));
        let other = Runner::new(&Jobs::new(fixture.store.clone()), patient()).kind(KIND, policy(9), work);
        assert_eq!(other.run_due().await, Ok(1));
        waking.notify_one();
        assert_eq!(soon(ended.recv()).await, Some(Err(Failure::LeaseLost)));
        slow.shutdown(PATIENCE).await;
        assert_eq!(fixture.effects(FIRST).await, effects(&[("x", 1)]));
        assert_eq!(fixture.list(FIRST).await, []);
    }

    async fn a_lease_is_renewed_while_its_handler_runs_and_ends_it_when_lost(store: &mut TestStore) {
        let fixture = fixture(store).await;
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        let (began, mut begins) = mpsc::unbounded_channel();
        let options = RunnerOptions { lease: Duration::from_millis(60), ..patient() };
        let runner = Runner::new(&fixture.jobs, options).kind(KIND, policy(9), move |run| {
            began.send(run.lease).unwrap();
            std::future::pending()
        });
        let handle = runner.start();
        let lease = soon(begins.recv()).await.unwrap();
        // The clock stands until it is moved here; a renewal then puts the end of the lease after it.
        fixture.clock.advance(Duration::from_millis(50));
        let ends = fixture.clock.now().plus(Duration::from_millis(60));
        soon(async {
            while fixture.list(FIRST).await[0].state != (JobState::Leased { until: ends }) {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let ended: Result<u64, StoreError> = fixture.store.write(FIRST, jobs::expire_leases).await;
        assert_eq!(ended, Ok(1));
        fixture.jobs.tell(FIRST);
        // The handler never answers: the runner ends it, and takes the job anew.
        let again = soon(begins.recv()).await.unwrap();
        assert_eq!((again.id, again.fence), (lease.id, lease.fence + 2));
        drop(handle);
    }

    async fn a_told_runner_runs_at_once_and_drains_at_shutdown(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let (began, mut begins) = mpsc::unbounded_channel();
        let going = Arc::new(Notify::new());
        let go = Arc::clone(&going);
        let runner = Runner::new(&fixture.jobs, patient()).kind(KIND, policy(9), move |run| {
            let go = Arc::clone(&go);
            began.send(()).unwrap();
            async move {
                go.notified().await;
                work(run).await
            }
        });
        let handle = runner.start();
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        soon(begins.recv()).await.unwrap();
        let ending = tokio::spawn(handle.shutdown(PATIENCE));
        going.notify_one();
        soon(ending).await.unwrap();
        assert_eq!(fixture.effects(FIRST).await, effects(&[("x", 1)]));
    }

    async fn a_handler_that_does_not_end_gives_its_job_back_at_shutdown(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let (began, mut begins) = mpsc::unbounded_channel();
        let runner = Runner::new(&fixture.jobs, patient()).kind(KIND, policy(9), move |_| {
            began.send(()).unwrap();
            std::future::pending()
        });
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        let handle = runner.start();
        soon(begins.recv()).await.unwrap();
        soon(handle.shutdown(Duration::ZERO)).await;
        let left = fixture.list(FIRST).await;
        assert_eq!((left[0].state, left[0].attempts), (JobState::Waiting, 0));
        let next = Runner::new(&fixture.jobs, patient()).kind(KIND, policy(9), work);
        assert_eq!(next.run_due().await, Ok(1));
    }

    async fn a_run_that_takes_too_long_is_a_failed_try(store: &mut TestStore) {
        let fixture = fixture(store).await;
        let options = KindOptions { run_max: Duration::from_millis(20), ..policy(9) };
        let runner = Runner::new(&fixture.jobs, patient()).kind(KIND, options, |_| std::future::pending());
        fixture.enqueue(FIRST, KIND, START, None, "x").await;
        assert_eq!(soon(runner.run_due()).await, Ok(1));
        let left = fixture.list(FIRST).await;
        assert_eq!((left[0].state, left[0].last_error.as_str()), (JobState::Waiting, "it took longer than 20ms"));
    }

    async fn no_more_handlers_run_at_once_than_allowed(store: &mut TestStore) {
        let fixture = fixture(store).await;
        for _ in 0..40 {
            fixture.enqueue(FIRST, KIND, START, None, "x").await;
        }
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (now, max) = (Arc::clone(&running), Arc::clone(&most));
        let runner = Runner::new(&fixture.jobs, RunnerOptions { concurrency: 3, ..patient() });
        let runner = runner.kind(KIND, policy(9), move |run| {
            let (now, max) = (Arc::clone(&now), Arc::clone(&max));
            async move {
                max.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let result = work(run).await;
                now.fetch_sub(1, Ordering::SeqCst);
                result
            }
        });
        assert_eq!(runner.run_due().await, Ok(40));
        assert_eq!(fixture.effects(FIRST).await, effects(&[("x", 40)]));
        assert!(most.load(Ordering::SeqCst) <= 3);
    }

    async fn a_kind_that_is_slow_leaves_room_for_others(store: &mut TestStore) {
        let fixture = fixture(store).await;
        for _ in 0..6 {
            fixture.enqueue(FIRST, OTHER, START, None, "slow").await;
            fixture.enqueue(Place::Directory, OTHER, START, None, "slow").await;
        }
        let (began, mut begins) = mpsc::unbounded_channel();
        let slow = KindOptions { concurrency: 2, ..policy(9) };
        let runner = Runner::new(&fixture.jobs, RunnerOptions { concurrency: 3, ..patient() })
            .kind(OTHER, slow, move |_| {
                began.send(()).unwrap();
                std::future::pending()
            })
            .kind(KIND, policy(9), work);
        let handle = runner.start();
        soon(begins.recv()).await.unwrap();
        soon(begins.recv()).await.unwrap();
        for number in 1..=5 {
            fixture.enqueue(FIRST, KIND, START, None, "quick").await;
            soon(async {
                while fixture.effects(FIRST).await != effects(&[("quick", number)]) {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        assert!(begins.try_recv().is_err(), "a third slow one began");
        handle.shutdown(Duration::ZERO).await;
    }

    async fn a_runner_finds_work_by_itself_and_wakes_when_it_is_due(store: &mut TestStore) {
        store.create_organization(OrganizationKey(1)).await.unwrap();
        let (ran, mut runs) = mpsc::unbounded_channel();
        let handler = move |run: Run| {
            ran.send((run.lease.place, run.store().clock().now())).unwrap();
            async { Ok(Done::Complete) }
        };
        let jobs = Jobs::new(Store::clone(store));
        // Only told of its own jobs; polls do not help it.
        let handle = Runner::new(&jobs, patient()).kind(KIND, policy(3), handler.clone()).start();
        for place in [FIRST, Place::Directory] {
            let due = store.clock().now().plus(Duration::from_millis(150));
            let enqueued: Result<JobId, StoreError> =
                jobs.write(place, KIND, due, |tx, announced| jobs::enqueue(tx, announced, None, b"")).await;
            enqueued.unwrap();
            let (ran_at, time) = soon(runs.recv()).await.unwrap();
            assert!(ran_at == place && time >= due);
        }
        handle.shutdown(PATIENCE).await;
        // Told of nothing: it polls.
        let handle = Runner::new(&Jobs::new(Store::clone(store)), RunnerOptions::default());
        let handle = handle.kind(KIND, policy(3), handler).start();
        for place in [FIRST, Place::Directory] {
            let now = store.clock().now();
            let enqueued: Result<JobId, StoreError> =
                jobs.write(place, KIND, now, |tx, announced| jobs::enqueue(tx, announced, None, b"")).await;
            enqueued.unwrap();
            assert_eq!(soon(runs.recv()).await.unwrap().0, place);
        }
        handle.shutdown(PATIENCE).await;
    }
}
