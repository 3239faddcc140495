//! Work that needs more than one store: no transaction spans two, so it is a durable list of repeatable steps.
//!
//! The shape, for an organization that is created or a domain that is claimed:
//!
//! ```text
//! caller     directory     claim (pending) and enqueue the job, in one transaction
//! step 1     organization  write what belongs there
//! step 2     directory     confirm the claim
//! ```
//!
//! The list is a job: a crash at any boundary lets it go on at start, where it had been. A step may run again although
//! it succeeded (the crash came before that was remembered), so each must change nothing the second time. The first
//! statement of a step's transaction in the job's own place is [`check_lease`](crate::jobs::check_lease); in the other
//! place the fence cannot be checked, so a step there must be right even when a slower node repeats it late.
//!
//! In tests, [`Faults`](crate::jobs::Faults) passed to the runner kill the program before and after every step, and
//! between a step and the note that it is done.

use std::pin::Pin;
use std::sync::Arc;

use postroom_types::Timestamp;

use crate::jobs::{Done, Failure, Kind, KindOptions, LeaseError, Run, Runner, record_step};

/// What a step answers when it succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is done: the next one follows; after the last the job is completed.
    Done,
    /// It waits for something outside and wants to run again then.
    Wait(Timestamp),
    /// It settled the job in its own transaction, together with its effect: nothing follows.
    Settled,
}

type Answer = Pin<Box<dyn Future<Output = Result<Step, Failure>> + Send>>;
type Work = Arc<dyn Fn(Run) -> Answer + Send + Sync>;

/// A durable list of repeatable steps: the handler of one kind of job.
///
/// The number of a step that is done is stored, so steps are only ever added at the end.
pub struct Steps {
    kind: Kind,
    options: KindOptions,
    steps: Vec<Work>,
}

/// Where a crash must do no harm, in the order in which a step passes them; see [`Run::point`].
pub mod points {
    /// Nothing of the step is there.
    pub const BEFORE_STEP: &str = "before the step";
    /// The step's effect is there, but nothing says so.
    pub const BEFORE_RECORD: &str = "before the step is recorded";
    /// All steps are recorded, the job is still there.
    pub const BEFORE_COMPLETE: &str = "before the job is completed";
}

impl Steps {
    /// A list without steps, for jobs of `kind`.
    pub fn new(kind: Kind, options: KindOptions) -> Self {
        Self { kind, options, steps: Vec::new() }
    }

    /// Adds a step.
    #[must_use]
    pub fn step<F, R>(mut self, work: F) -> Self
    where
        F: Fn(Run) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Step, Failure>> + Send + 'static,
    {
        self.steps.push(Arc::new(move |run| Box::pin(work(run))));
        self
    }

    /// Lets `runner` carry out the list.
    #[track_caller]
    #[must_use]
    pub fn register(self, runner: Runner) -> Runner {
        let steps: Arc<[Work]> = self.steps.into();
        runner.kind(self.kind, self.options, move |run| carry_out(Arc::clone(&steps), run))
    }
}

/// Carries out what is not done yet.
async fn carry_out(steps: Arc<[Work]>, mut run: Run) -> Result<Done, Failure> {
    let done = usize::try_from(run.step).unwrap_or(0);
    for (number, work) in (1..).zip(steps.iter()).skip(done) {
        run.point(points::BEFORE_STEP)?;
        match work(run.clone()).await? {
            Step::Settled => return Ok(Done::Settled),
            Step::Wait(until) => return Ok(Done::Again(until)),
            Step::Done => {}
        }
        run.point(points::BEFORE_RECORD)?;
        let lease = run.lease.clone();
        let recorded: Result<(), LeaseError> =
            run.store().write(lease.place, move |tx| record_step(tx, &lease, number)).await;
        recorded?;
        run.step = number;
    }
    run.point(points::BEFORE_COMPLETE)?;
    Ok(Done::Complete)
}
