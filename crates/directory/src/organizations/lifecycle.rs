//! Carrying a creation or deletion on, step by step. Every step can be repeated; the directory's row says which is next.
//!
//! ```text
//! Requested ── BeginCreation ──> Creating ── MakePlace, SeedPlace, Activate ──> Active
//! Active ── delete_organization ──> Deleting ── ClosePlace ──> Deleting, closed ── RemovePlace, Finish ──> Deleted
//!                                      └── enabled users and no ForceDelete ──> Active again
//! ```
//!
//! A job in the directory, enqueued with the first step, carries the rest out; a deletion's first answer (are users
//! enabled?) is also waited for by the request itself, so both may run at once.

use std::sync::Arc;

use postroom_policy::permit::Permitted;
use postroom_store::jobs::{
    Done, Failure, Jobs, Kind, KindOptions, Lease, Run, Runner, check_lease, enqueue,
};
use postroom_store::seal::Keyring;
use postroom_store::{Place, Store, StoreError, Tx};
use postroom_types::OrganizationKey;

use super::row::{self, Organization, Pending};
use super::seed::{Seed, seed_organization};
use super::state::OrganizationState;
use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::ops::organization_steps::{self as steps, Closing};

/// The job that carries an organization on; its payload is the short key.
pub(crate) const CARRY_ON: Kind = Kind::new("organization.carry_on");

/// Carries creations and deletions on. Cheap to clone.
#[derive(Clone)]
pub struct Lifecycle {
    jobs: Jobs,
    seeds: Arc<[Seed]>,
    permit: Permitted,
    keyring: Keyring,
}

/// How far a creation or deletion is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The deletion was refused because users are enabled, or because the organization's store does not open; the
    /// organization is as before.
    DeletionRefused,
    /// The organization's store has agreed to the deletion; the rest goes on in the background.
    Closed,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    BeginCreation,
    MakePlace,
    SeedPlace,
    Activate,
    ClosePlace,
    RemovePlace,
    Finish,
}

/// Who carries on: a job, which can lose its lease and be killed by a test, or a request that waits.
#[derive(Clone, Copy)]
struct Carrier<'r>(Option<&'r Run>);

impl Carrier<'_> {
    fn lease(self) -> Option<Lease> {
        self.0.map(|run| run.lease.clone())
    }

    fn point(self, name: &'static str) -> Result<(), Failure> {
        self.0.map_or(Ok(()), |run| run.point(name))
    }
}

impl Lifecycle {
    /// The life of the organizations in the store of `jobs`, whose data keys are made in `keyring` before they are in
    /// use. `seeds`: what other capabilities put into a fresh one.
    pub fn new(jobs: Jobs, keyring: Keyring, seeds: Vec<Seed>) -> Self {
        let permit = Permitted::system("organizations come and go");
        Self { jobs, keyring, seeds: seeds.into(), permit }
    }

    /// Lets `runner` carry organizations on.
    #[must_use]
    pub fn register_jobs(&self, runner: Runner) -> Runner {
        let lifecycle = self.clone();
        let options = KindOptions::default();
        let tries_max = options.back_off.attempts_max;
        runner.kind(CARRY_ON, options, move |run| {
            let lifecycle = lifecycle.clone();
            async move { lifecycle.job(&run, tries_max).await }
        })
    }

    /// Tells the runner of this process that an organization was asked for or is to be deleted.
    pub fn tell(&self) {
        self.jobs.tell(Place::Directory);
    }

    /// Carries a deletion on until the organization's own store has agreed or refused.
    pub async fn run_until_closed(&self, key: OrganizationKey) -> Result<Progress, DirectoryError> {
        let organization = self.row(key).await?;
        if let Some(progress) = closing_progress(&organization) {
            return Ok(progress);
        }
        let kept = self.step(&organization, Step::ClosePlace, Carrier(None)).await;
        self.tell();
        match kept {
            Ok(true) => Ok(Progress::Closed),
            Ok(false) => Ok(Progress::DeletionRefused),
            // The job may have been faster, and the organization's store gone by now.
            Err(Stopped::Refused(error)) => closing_progress(&self.row(key).await?).ok_or(error),
            Err(Stopped::Failed(failure)) => Err(DirectoryError::bug(&failure.to_string())),
        }
    }

    async fn job(&self, run: &Run, tries_max: i64) -> Result<Done, Failure> {
        let key = std::str::from_utf8(&run.payload).ok().and_then(|text| text.parse().ok());
        let Some(key) = key.map(OrganizationKey) else {
            return Err(Failure::GiveUp("the payload is not an organization's key".to_owned()));
        };
        match self.carry_on(key, Carrier(Some(run))).await {
            Ok(()) => Ok(Done::Complete),
            Err(Stopped::Failed(failure)) => Err(failure),
            Err(Stopped::Refused(error)) if run.lease.attempt < tries_max => Err(error.into()),
            Err(Stopped::Refused(error)) => {
                let message = error.to_string();
                let told = self.directory(Carrier(Some(run)), move |tx| steps::fail(tx, key, &message)).await;
                told.map_err(Failure::from)?;
                Err(Failure::GiveUp(error.to_string()))
            }
        }
    }

    /// Carries on what is under way for `key` until nothing is.
    async fn carry_on(&self, key: OrganizationKey, carrier: Carrier<'_>) -> Result<(), Stopped> {
        loop {
            let organization = self.row(key).await?;
            let steps = next_steps(&organization);
            if steps.is_empty() {
                return Ok(());
            }
            for &step in steps {
                carrier.point("before a step")?;
                if !self.step(&organization, step, carrier).await? {
                    // It is in use again, or already deleted anew.
                    break;
                }
                carrier.point("after a step")?;
            }
        }
    }

    async fn row(&self, key: OrganizationKey) -> Result<Organization, DirectoryError> {
        let found = self.store().read(Place::Directory, move |tx| row::by_key(tx, key)).await?;
        found.ok_or(DirectoryError::OrganizationNotFound)
    }

    /// Carries out one step; answers false when the organization is in use again instead, or was, and is to be deleted
    /// once more.
    async fn step(
        &self,
        organization: &Organization,
        step: Step,
        carrier: Carrier<'_>,
    ) -> Result<bool, Stopped> {
        let key = organization.key;
        tracing::info!(
            organization.id = organization.id.as_str(),
            ?step,
            "{step:?} of {:?}",
            organization.id
        );
        match step {
            Step::BeginCreation => self.directory(carrier, move |tx| steps::begin_creation(tx, key)).await?,
            Step::MakePlace => self.store().create_organization(key).await?,
            Step::SeedPlace => self.seed(organization).await?,
            Step::Activate => self.directory(carrier, move |tx| steps::activate(tx, key)).await?,
            Step::ClosePlace => return self.close(organization, carrier).await,
            Step::RemovePlace => self.store().remove_organization(key).await?,
            Step::Finish => self.directory(carrier, move |tx| steps::finish_deletion(tx, key)).await?,
        }
        Ok(true)
    }

    /// Fills the organization's own store, and has the domains that it is created with looked at.
    async fn seed(&self, organization: &Organization) -> Result<(), DirectoryError> {
        let Some(pending) = organization.pending.clone() else { return Ok(()) };
        let (place, permit, seeds) =
            (Place::Organization(organization.key), self.permit.clone(), Arc::clone(&self.seeds));
        let now = self.store().clock().now();
        self.keyring.create_data_key(place).await?;
        let seed = move |tx: &mut Tx<'_>, announced: &_| {
            for domain in seed_organization(tx, &permit, &pending, &seeds)? {
                enqueue(tx, announced, Some(domain), domain.as_bytes())?;
            }
            Ok(())
        };
        self.jobs.write(place, crate::domains::CHECK, now, seed).await
    }

    /// Asks the organization's own store and writes its answer down.
    async fn close(&self, organization: &Organization, carrier: Carrier<'_>) -> Result<bool, Stopped> {
        let key = organization.key;
        let force = matches!(organization.pending, Some(Pending::Deletion { force: true, .. }));
        let close = move |tx: &mut Tx<'_>| steps::close_place(tx, force);
        let closing = match self.store().write(Place::Organization(key), close).await {
            // It does not open, so nobody can look for enabled users: it goes when it is forced to.
            Err(DirectoryError::Store(StoreError::Impaired(cause))) => {
                tracing::warn!(
                    organization.id = organization.id.as_str(),
                    cause,
                    force,
                    "to be deleted, and damaged"
                );
                if force { Closing::Closed { application_arn: None } } else { Closing::Refused }
            }
            closing => closing?,
        };
        carrier.point("between closing and writing it down")?;
        let (asked, answer) = (organization.pending.clone(), closing.clone());
        let record =
            move |tx: &mut DirectoryTx<'_, '_>| steps::record_closing(tx, key, asked.as_ref(), &answer);
        let stands = self.directory(carrier, record).await?;
        if !stands && closing != Closing::Refused {
            // Another carrier was refused in the meantime: the organization is in use, and must take writes.
            let reopen = move |tx: &mut Tx<'_>| steps::reopen_place(tx);
            self.store().write::<_, DirectoryError, _>(Place::Organization(key), reopen).await?;
        }
        Ok(stands)
    }

    fn store(&self) -> &Store {
        self.jobs.store()
    }

    async fn directory<T, F>(&self, carrier: Carrier<'_>, work: F) -> Result<T, Stopped>
    where
        T: Send + 'static,
        F: Fn(&mut DirectoryTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
    {
        let (permit, lease) = (self.permit.clone(), carrier.lease());
        let work = move |tx: &mut Tx<'_>| {
            if let Some(lease) = &lease {
                check_lease(tx, lease).map_err(Failure::from)?;
            }
            Ok(work(&mut DirectoryTx::begin(tx, &permit))?)
        };
        self.store().write(Place::Directory, work).await
    }
}

/// How far the deletion is, once the organization's own store has answered.
fn closing_progress(organization: &Organization) -> Option<Progress> {
    match organization.pending {
        Some(Pending::Deletion { closed: false, .. }) => None,
        Some(_) => Some(Progress::Closed),
        None if organization.state == OrganizationState::Deleted => Some(Progress::Closed),
        None => Some(Progress::DeletionRefused),
    }
}

/// The steps that the row allows, in order.
fn next_steps(organization: &Organization) -> &'static [Step] {
    match (organization.state, &organization.pending) {
        (_, None) => &[],
        (OrganizationState::Requested, Some(_)) => &[Step::BeginCreation],
        (OrganizationState::Creating, Some(_)) => &[Step::MakePlace, Step::SeedPlace, Step::Activate],
        (_, Some(Pending::Deletion { closed: false, .. })) => &[Step::ClosePlace],
        (_, Some(_)) => &[Step::RemovePlace, Step::Finish],
    }
}

/// Why carrying on stopped.
enum Stopped {
    /// The rules or the store.
    Refused(DirectoryError),
    /// The job: its lease is lost, or a test killed it.
    Failed(Failure),
}

impl From<DirectoryError> for Stopped {
    fn from(error: DirectoryError) -> Self {
        Self::Refused(error)
    }
}
impl From<postroom_store::StoreError> for Stopped {
    fn from(error: postroom_store::StoreError) -> Self {
        Self::Refused(error.into())
    }
}
impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Refused(error) => error.into(),
            Stopped::Failed(failure) => failure,
        }
    }
}
