//! One job: its handler, the renewal of its lease, and what becomes of it.

use std::sync::Arc;

use postroom_types::Timestamp;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::Shared;
use super::handler::{Done, Failure, Permits, Registered, Run};
use crate::jobs::{
    JobId, Lease, LeaseError, Leased, announce, complete, give_up, is_taken_over, renew, reschedule,
    retry_later,
};
use crate::{Place, StoreError, Tx};

/// Runs the handler of `leased` and settles the job; holds `permits` as long.
pub(super) async fn execute(shared: Arc<Shared>, leased: Leased, permits: Permits) {
    let lease = leased.lease.clone();
    let _active = Active::enter(&shared, &lease);
    let Some(registered) = shared.handlers.get(lease.kind.as_str()) else { return };
    let attempts_max = registered.options.back_off.attempts_max;
    let outcome = if lease.attempt > attempts_max {
        // The last try never came back: the process died in it.
        Err(Failure::GiveUp(format!("each of {attempts_max} tries ended with the process")))
    } else {
        shared.run(registered, leased).await
    };
    shared.settle_job(registered, &lease, outcome).await;
    drop(permits);
}

impl Shared {
    /// Runs the handler and renews the lease until it answers, takes too long or the lease is lost.
    async fn run(&self, registered: &Registered, leased: Leased) -> Result<Done, Failure> {
        let Leased { lease, unique_key, step, payload } = leased;
        let (jobs, faults) = (self.jobs.clone(), self.options.faults.clone());
        let run = Run { jobs, lease: lease.clone(), unique_key, payload, step, faults };
        // A task of its own, so that a panic ends the try and not the runner.
        let handler = Arc::clone(&registered.handler);
        let mut task = Aborting(tokio::spawn(async move { handler(run).await }));
        let pause = self.options.lease / 3;
        let mut renewals = interval_at(Instant::now() + pause, pause);
        renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let limit = sleep(registered.options.run_max);
        tokio::pin!(limit);
        loop {
            tokio::select! {
                ended = &mut task.0 => return ended.unwrap_or_else(|error| Err(panicked(error))),
                () = &mut limit => {
                    return Err(Failure::Retry(format!("it took longer than {:?}", registered.options.run_max)));
                }
                _ = renewals.tick() => match self.write(&lease, renewal(self.lease_end())).await {
                    Ok(()) => {}
                    Err(LeaseError::Lost) if self.taken_over(&lease).await => return Err(Failure::LeaseLost),
                    // The handler settled the job and is about to answer.
                    Err(LeaseError::Lost) => {}
                    // The fence protects the data whatever happens; the next renewal may succeed.
                    Err(LeaseError::Store(error)) => {
                        tracing::warn!(job.kind = %lease.kind, %error, "the lease of a job was not renewed");
                    }
                },
            }
        }
    }

    /// Ends the job as its handler answered.
    async fn settle_job(&self, registered: &Registered, lease: &Lease, outcome: Result<Done, Failure>) {
        let back_off = &registered.options.back_off;
        let settled = match outcome {
            Ok(Done::Settled) | Err(Failure::Killed) => return,
            Ok(Done::Complete) => self.write(lease, complete).await,
            Ok(Done::Again(due_at)) => {
                self.announce_again(lease, due_at).await;
                self.write(lease, move |tx, lease| reschedule(tx, lease, due_at)).await
            }
            Err(Failure::Retry(error)) if lease.attempt < back_off.attempts_max => {
                let pause = back_off.pause(lease.attempt, self.store().random().as_ref());
                let due_at = self.store().clock().now().plus(pause);
                tracing::warn!(
                    job.kind = %lease.kind, job.id = lease.id.0, job.attempt = lease.attempt, error,
                    "a try of job {} ({}) failed; it will be tried again", lease.id.0, lease.kind
                );
                self.announce_again(lease, due_at).await;
                self.write(lease, move |tx, lease| retry_later(tx, lease, due_at, &error)).await
            }
            Err(Failure::Retry(error) | Failure::GiveUp(error)) => {
                tracing::error!(
                    job.kind = %lease.kind, job.id = lease.id.0, job.attempt = lease.attempt, error,
                    "job {} ({}) failed for good; it is kept among the failed jobs", lease.id.0, lease.kind
                );
                self.write(lease, move |tx, lease| give_up(tx, lease, &error)).await
            }
            Err(Failure::LeaseLost) => Err(LeaseError::Lost),
        };
        match settled {
            Ok(()) => {}
            Err(LeaseError::Lost) => {
                tracing::info!(job.kind = %lease.kind, job.id = lease.id.0, "job {} was taken over", lease.id.0);
            }
            // It is due again when the lease ends.
            Err(LeaseError::Store(error)) => {
                tracing::warn!(job.kind = %lease.kind, job.id = lease.id.0, %error, "job {} was not settled", lease.id.0);
            }
        }
    }

    /// A job that comes back before its lease would have ended is announced anew; later, the hint is there anyway.
    pub(super) async fn announce_again(&self, lease: &Lease, due_at: Timestamp) {
        if let Err(error) = announce(self.store(), lease.place, lease.kind, due_at).await {
            tracing::warn!(job.kind = %lease.kind, %error, "a job was not announced: it may be noticed late");
        }
    }

    async fn taken_over(&self, lease: &Lease) -> bool {
        let (place, lease) = (lease.place, lease.clone());
        let taken: Result<bool, StoreError> =
            self.store().read(place, move |read| is_taken_over(read, &lease)).await;
        taken.unwrap_or(false)
    }

    pub(super) async fn write(
        &self,
        lease: &Lease,
        work: impl Fn(&mut Tx<'_>, &Lease) -> Result<(), LeaseError> + Send + 'static,
    ) -> Result<(), LeaseError> {
        let lease = lease.clone();
        self.store().write(lease.place, move |tx| work(tx, &lease)).await
    }
}

fn renewal(until: Timestamp) -> impl Fn(&mut Tx<'_>, &Lease) -> Result<(), LeaseError> + Send + 'static {
    move |tx, lease| renew(tx, lease, until)
}

fn panicked(error: JoinError) -> Failure {
    if error.is_cancelled() {
        return Failure::LeaseLost;
    }
    let panic = error.into_panic();
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    Failure::Retry(format!("the handler panicked: {}", text.as_deref().unwrap_or("no message")))
}

/// A task that ends when its owner does.
struct Aborting(JoinHandle<Result<Done, Failure>>);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Entry in the list of leases whose handlers run.
struct Active<'a> {
    shared: &'a Shared,
    key: (Place, JobId, i64),
}

impl<'a> Active<'a> {
    fn enter(shared: &'a Shared, lease: &Lease) -> Self {
        let key = (lease.place, lease.id, lease.fence);
        shared.active().insert(key, lease.clone());
        Self { shared, key }
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.shared.active().remove(&self.key);
    }
}
