//! Leases held against a plain model: random operations of several holders, one clock, exact answers. On both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use std::sync::Arc;
use std::time::Duration;

use postroom_store::jobs::{self, JobState, Kind, Lease, LeaseError};
use postroom_store::testing::TestStore;
use postroom_store::{ManualClock, Options, Place, StoreError, on_both_engines};
use postroom_types::{OrganizationKey, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const KINDS: [Kind; 2] = [Kind::new("model.a"), Kind::new("model.b")];
const LEASE: i64 = 10;

/// Times are whole seconds. `lease` chooses among all leases that were ever given, 0 being the newest.
#[derive(Debug, Clone)]
enum Op {
    Enqueue { kind: usize, key: Option<u8>, delay: i64, payload: u8 },
    Advance(i64),
    Take { kinds: usize },
    Renew { lease: usize },
    Complete { lease: usize },
    Retry { lease: usize, delay: i64 },
    Reschedule { lease: usize, delay: i64 },
    Release { lease: usize },
    GiveUp { lease: usize },
    RecordStep { lease: usize, step: i64 },
    ExpireAll,
    Revive { job: usize },
    Discard { job: usize },
}

fn op() -> impl Strategy<Value = Op> {
    let lease = || prop_oneof![4 => 0..3_usize, 1 => 0..40_usize];
    let delay = || prop_oneof![3 => Just(0_i64), 1 => 0..15_i64];
    prop_oneof![
        4 => (0..2_usize, proptest::option::weighted(0.8, 0..2_u8), delay(), 0_u8..)
            .prop_map(|(kind, key, delay, payload)| Op::Enqueue { kind, key, delay, payload }),
        4 => (1..20_i64).prop_map(Op::Advance),
        6 => (0..3_usize).prop_map(|kinds| Op::Take { kinds }),
        1 => lease().prop_map(|lease| Op::Renew { lease }),
        2 => lease().prop_map(|lease| Op::Complete { lease }),
        1 => (lease(), delay()).prop_map(|(lease, delay)| Op::Retry { lease, delay }),
        1 => (lease(), delay()).prop_map(|(lease, delay)| Op::Reschedule { lease, delay }),
        1 => lease().prop_map(|lease| Op::Release { lease }),
        1 => lease().prop_map(|lease| Op::GiveUp { lease }),
        1 => (lease(), 0..5_i64).prop_map(|(lease, step)| Op::RecordStep { lease, step }),
        1 => Just(Op::ExpireAll),
        1 => (0..10_usize).prop_map(|job| Op::Revive { job }),
        1 => (0..10_usize).prop_map(|job| Op::Discard { job }),
    ]
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    id: i64,
    kind: usize,
    key: Option<u8>,
    failed: bool,
    due: i64,
    again: Option<i64>,
    attempts: i64,
    held_until: Option<i64>,
    fence: i64,
    step: i64,
    payload: u8,
}

/// What should happen.
struct Model {
    now: i64,
    last_id: i64,
    jobs: Vec<Job>,
}

impl Model {
    fn enqueue(&mut self, kind: usize, key: Option<u8>, due: i64, payload: u8) -> i64 {
        let there = self.jobs.iter_mut().find(|job| key.is_some() && job.kind == kind && job.key == key);
        if let Some(job) = there {
            job.payload = payload;
            if job.held_until.is_some() {
                job.again = Some(job.again.map_or(due, |again| again.min(due)));
            } else if job.failed {
                (job.failed, job.attempts, job.due) = (false, 0, due);
            } else {
                job.due = job.due.min(due);
            }
            return job.id;
        }
        self.last_id += 1;
        self.jobs.push(Job {
            id: self.last_id,
            kind,
            key,
            failed: false,
            due,
            again: None,
            attempts: 0,
            held_until: None,
            fence: 0,
            step: 0,
            payload,
        });
        self.last_id
    }

    fn take(&mut self, kinds: &[usize]) -> Option<Job> {
        let now = self.now;
        let due =
            self.jobs.iter_mut().filter(|job| !job.failed && job.due <= now && kinds.contains(&job.kind));
        let job = due.min_by_key(|job| (job.due, job.id))?;
        job.fence += 1;
        job.attempts += 1;
        job.held_until = Some(now + LEASE);
        job.due = now + LEASE;
        job.again = None;
        Some(job.clone())
    }

    /// The job of a lease that is still good.
    fn held(&mut self, lease: &Lease) -> Option<&mut Job> {
        let mut jobs = self.jobs.iter_mut();
        jobs.find(|job| job.id == lease.id.0 && job.fence == lease.fence && job.held_until.is_some())
    }

    /// Applies `change` to the held job, which ends the lease; false when it was lost.
    fn end(&mut self, lease: &Lease, change: impl FnOnce(&mut Job)) -> bool {
        let Some(job) = self.held(lease) else { return false };
        change(job);
        job.held_until = None;
        true
    }
}

/// What is tested.
struct Real<'a> {
    store: &'a TestStore,
    clock: &'a ManualClock,
    place: Place,
}

impl Real<'_> {
    fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl Fn(&mut postroom_store::Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.store.write_blocking(self.place, work)
    }

    /// The same for what answers `Lost`; true when the lease held.
    fn with(
        &self,
        lease: &Lease,
        work: impl Fn(&mut postroom_store::Tx<'_>, &Lease) -> Result<(), LeaseError> + Send + 'static,
    ) -> bool {
        let lease = lease.clone();
        match self.write(move |tx| work(tx, &lease)) {
            Ok(()) => true,
            Err(LeaseError::Lost) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn run(real: &Real<'_>, ops: &[Op]) {
    use postroom_store::Clock as _;
    let mut model = Model { now: real.clock.now().seconds(), last_id: 0, jobs: Vec::new() };
    let mut leases: Vec<Lease> = Vec::new();
    for op in ops {
        step(real, &mut model, &mut leases, op);
        check_leases(real, &mut model, &leases);
    }
    check_list(real, &model);
}

fn step(real: &Real<'_>, model: &mut Model, leases: &mut Vec<Lease>, op: &Op) {
    let now = model.now;
    match op {
        Op::Enqueue { kind, key, delay, payload } => {
            let (place, due) = (real.place, seconds(now + delay));
            let announced =
                postroom_store::testing::block_on(jobs::announce(real.store, place, KINDS[*kind], due))
                    .unwrap();
            let (text, bytes) = (key.map(|key| key.to_string()), [*payload]);
            let id =
                real.write::<_, StoreError>(move |tx| jobs::enqueue(tx, &announced, text.as_deref(), &bytes));
            assert_eq!(id.unwrap().0, model.enqueue(*kind, *key, now + delay, *payload));
        }
        Op::Advance(by) => {
            real.clock.advance(Duration::from_secs(by.unsigned_abs()));
            model.now += by;
        }
        Op::Take { kinds } => {
            let chosen: &'static [usize] = [&[0_usize][..], &[1], &[0, 1]][*kinds];
            let until = seconds(now + LEASE);
            let names: Vec<Kind> = chosen.iter().map(|kind| KINDS[*kind]).collect();
            let taken = real.write::<_, StoreError>(move |tx| jobs::lease_due(tx, &names, until)).unwrap();
            let expected = model.take(chosen);
            let seen = taken.as_ref().map(|taken| {
                let Lease { id, fence, attempt, kind, .. } = &taken.lease;
                (
                    id.0,
                    *fence,
                    *attempt,
                    kind.as_str(),
                    taken.step,
                    taken.payload.clone(),
                    taken.unique_key.clone(),
                )
            });
            let wanted = expected.map(|job| {
                let key = job.key.map(|key| key.to_string());
                (job.id, job.fence, job.attempts, KINDS[job.kind].as_str(), job.step, vec![job.payload], key)
            });
            assert_eq!(seen, wanted);
            leases.extend(taken.map(|taken| taken.lease));
        }
        _ => step_of_a_holder(real, model, leases, op),
    }
}

/// What the holder of a lease does, or somebody who held it once.
fn step_of_a_holder(real: &Real<'_>, model: &mut Model, leases: &[Lease], op: &Op) {
    let chosen = |lease: &usize| leases.iter().rev().nth(lease % leases.len().max(1)).cloned();
    let now = model.now;
    match op {
        Op::Renew { lease } => {
            let (Some(lease), until) = (chosen(lease), now + LEASE) else { return };
            let held = real.with(&lease, move |tx, lease| jobs::renew(tx, lease, seconds(until)));
            let job = model.held(&lease);
            assert_eq!(held, job.is_some());
            job.into_iter().for_each(|job| (job.due, job.held_until) = (until, Some(until)));
        }
        Op::Complete { lease } => {
            let Some(lease) = chosen(lease) else { return };
            let held = real.with(&lease, jobs::complete);
            let repeat = model.held(&lease).and_then(|job| job.again);
            let expected = model.end(&lease, |job| {
                (job.due, job.again) = (repeat.unwrap_or(0), None);
                (job.attempts, job.step) = (0, 0);
            });
            assert_eq!(held, expected);
            if expected && repeat.is_none() {
                model.jobs.retain(|job| job.id != lease.id.0);
            }
        }
        Op::Retry { lease, delay } => {
            let (Some(lease), due) = (chosen(lease), now + delay) else { return };
            let held =
                real.with(&lease, move |tx, lease| jobs::retry_later(tx, lease, seconds(due), "failed"));
            let expected = model.end(&lease, |job| {
                job.due = job.again.take().map_or(due, |again| again.min(due));
            });
            assert_eq!(held, expected);
        }
        Op::Reschedule { lease, delay } => {
            let (Some(lease), due) = (chosen(lease), now + delay) else { return };
            let held = real.with(&lease, move |tx, lease| jobs::reschedule(tx, lease, seconds(due)));
            let expected = model.end(&lease, |job| {
                job.due = job.again.take().map_or(due, |again| again.min(due));
                job.attempts = 0;
            });
            assert_eq!(held, expected);
        }
        Op::Release { lease } => {
            let Some(lease) = chosen(lease) else { return };
            let held = real.with(&lease, jobs::release);
            let expected = model.end(&lease, |job| {
                (job.due, job.attempts, job.again) = (now, job.attempts - 1, None);
            });
            assert_eq!(held, expected);
        }
        Op::GiveUp { lease } => {
            let Some(lease) = chosen(lease) else { return };
            let held = real.with(&lease, |tx, lease| jobs::give_up(tx, lease, "hopeless"));
            let expected = model.end(&lease, |job| match job.again.take() {
                Some(again) => (job.due, job.attempts) = (again, 0),
                None => job.failed = true,
            });
            assert_eq!(held, expected);
        }
        Op::RecordStep { lease, step } => {
            let (Some(lease), step) = (chosen(lease), *step) else { return };
            let held = real.with(&lease, move |tx, lease| jobs::record_step(tx, lease, step));
            let job = model.held(&lease);
            assert_eq!(held, job.is_some());
            job.into_iter().for_each(|job| job.step = step);
        }
        _ => step_of_an_operator(real, model, op),
    }
}

/// What is done to jobs from outside.
fn step_of_an_operator(real: &Real<'_>, model: &mut Model, op: &Op) {
    let now = model.now;
    match op {
        Op::ExpireAll => {
            let ended = real.write::<_, StoreError>(jobs::expire_leases).unwrap();
            let held = model.jobs.iter_mut().filter(|job| job.held_until.is_some());
            let count =
                held.map(|job| (job.due, job.held_until, job.fence) = (now, None, job.fence + 1)).count();
            assert_eq!(ended, count as u64);
        }
        Op::Revive { job } => {
            let Some(job) = model.jobs.get_mut(*job) else { return };
            let (place, due, id) = (real.place, seconds(now), jobs::JobId(job.id));
            let announced = jobs::announce(real.store, place, KINDS[job.kind], due);
            let announced = postroom_store::testing::block_on(announced).unwrap();
            let revived = real.write::<_, StoreError>(move |tx| jobs::revive(tx, &announced, id));
            assert_eq!(revived, Ok(job.failed));
            if job.failed {
                (job.failed, job.attempts, job.due) = (false, 0, now);
            }
        }
        Op::Discard { job } => {
            let Some(job) = model.jobs.get(*job) else { return };
            let (id, failed) = (jobs::JobId(job.id), job.failed);
            assert_eq!(real.write::<_, StoreError>(move |tx| jobs::discard(tx, id)), Ok(failed));
            model.jobs.retain(|job| !(job.id == id.0 && failed));
        }
        _ => unreachable!("done above"),
    }
}

/// Of all leases ever given, those and only those that the model knows as held may write; of a job, at most one.
fn check_leases(real: &Real<'_>, model: &mut Model, leases: &[Lease]) {
    let all = leases.to_vec();
    let valid = real.write::<_, LeaseError>(move |tx| {
        let check = |lease: &Lease| match jobs::check_lease(tx, lease) {
            Ok(()) => Ok(true),
            Err(LeaseError::Lost) => Ok(false),
            Err(error) => Err(error),
        };
        all.iter().map(check).collect::<Result<Vec<bool>, _>>()
    });
    let valid = valid.unwrap();
    let expected: Vec<bool> = leases.iter().map(|lease| model.held(lease).is_some()).collect();
    assert_eq!(valid, expected, "{leases:?}");
    let mut holding: Vec<i64> =
        leases.iter().zip(&valid).filter(|(_, valid)| **valid).map(|(lease, _)| lease.id.0).collect();
    holding.sort_unstable();
    assert!(holding.windows(2).all(|pair| pair[0] != pair[1]), "two may write: {leases:?}");
}

fn check_list(real: &Real<'_>, model: &Model) {
    let place = real.place;
    for failed_only in [false, true] {
        let mut listed = Vec::new();
        loop {
            let after = listed.last().map_or(jobs::JobId(0), |job: &jobs::Job| job.id);
            let page: Result<Vec<_>, StoreError> =
                real.store.read_blocking(place, |read| jobs::list(read, place, failed_only, after, 3));
            let page = page.unwrap();
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        let listed: Vec<_> =
            listed.into_iter().map(|job| (job.id.0, job.state, job.attempts, job.unique_key)).collect();
        let jobs = model.jobs.iter().filter(|job| job.failed || !failed_only);
        let expected: Vec<_> = jobs
            .map(|job| {
                let state = match (job.failed, job.held_until) {
                    (true, _) => JobState::Failed,
                    (false, None) => JobState::Waiting,
                    (false, Some(until)) => JobState::Leased { until: seconds(until) },
                };
                (job.id, state, job.attempts, job.key.map(|key| key.to_string()))
            })
            .collect();
        assert_eq!(listed, expected);
    }
}

on_both_engines! { vec![];
    fn leases_behave_as_the_model_says(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(seconds(1_000_000)));
        store.reopen_with(Options { clock: clock.clone(), run_twice: false, ..store.options() });
        let next = std::cell::Cell::new(0);
        let mut runner = TestRunner::new(Config { cases: if store.is_postgres() { 32 } else { 128 }, failure_persistence: None, ..Config::default() });
        let store = &*store;
        runner
            .run(&proptest::collection::vec(op(), 1..80), |ops| {
                next.set(next.get() + 1);
                let key = OrganizationKey(next.get());
                postroom_store::testing::block_on(store.create_organization(key)).unwrap();
                run(&Real { store, clock: &clock, place: Place::Organization(key) }, &ops);
                Ok(())
            })
            .unwrap();
    }
}
