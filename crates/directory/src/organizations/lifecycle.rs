//! Carrying a creation or deletion on, step by step. Every step can be repeated; the directory's row says which is next.
//!
//! ```text
//! Requested ── BeginCreation ──> Creating ── MakePlace, SeedPlace, Activate ──> Active
//! Active ── delete_organization ──> Deleting ── ClosePlace ──> Deleting, closed ── RemovePlace, Finish ──> Deleted
//!                                      └── enabled users and no ForceDelete ──> Active again
//! ```

use std::sync::Arc;

use postroom_policy::permit::Permitted;
use postroom_store::{Place, Store};
use postroom_types::OrganizationKey;

use super::row::{self, Organization, Pending};
use super::seed::{Seed, seed_organization};
use super::state::OrganizationState;
use crate::DirectoryError;
use crate::ops::organization_steps as steps;

/// What does not change while the process runs.
#[derive(Clone, Default)]
pub struct LifecycleSettings {
    /// What other capabilities put into a fresh organization.
    pub seeds: Vec<Seed>,
}

/// Carries creations and deletions on. Cheap to clone.
#[derive(Clone)]
pub struct Lifecycle {
    store: Store,
    settings: Arc<LifecycleSettings>,
    permit: Permitted,
}

/// How far a creation or deletion is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is under way; the organization's state.
    Done(OrganizationState),
    /// The deletion was refused because users are enabled; the organization is in use again.
    DeletionRefused,
    /// There is more to do; the state so far.
    More(OrganizationState),
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

impl Lifecycle {
    /// The life of the organizations in `store`.
    pub fn new(store: Store, settings: LifecycleSettings) -> Self {
        let permit = Permitted::system("organizations come and go");
        Self { store, settings: Arc::new(settings), permit }
    }

    /// Carries on what is under way for `key` until nothing is.
    pub async fn run(&self, key: OrganizationKey) -> Result<Progress, DirectoryError> {
        self.run_steps(key, usize::MAX).await
    }

    /// As [`Self::run`], in the background; what fails is carried on by the next start.
    pub fn carry_on(&self, key: OrganizationKey) {
        let lifecycle = self.clone();
        tokio::spawn(async move {
            if let Err(error) = lifecycle.run(key).await {
                tracing::error!(organization.key = key.0, ?error, "an organization could not be carried on");
            }
        });
    }

    /// As [`Self::resume`], in the background.
    pub fn carry_all_on(&self) {
        let lifecycle = self.clone();
        tokio::spawn(async move {
            if let Err(error) = lifecycle.resume().await {
                tracing::error!(?error, "what an earlier run has left could not be looked for");
            }
        });
    }

    /// Carries a deletion on until the organization's own store has agreed or refused; the rest is for [`Self::run`].
    pub async fn run_until_closed(&self, key: OrganizationKey) -> Result<Progress, DirectoryError> {
        loop {
            let organization = self.row(key).await?;
            match organization.pending {
                Some(Pending::Deletion { closed: false, .. }) => {}
                Some(_) => return Ok(Progress::More(organization.state)),
                None => return Ok(Progress::Done(organization.state)),
            }
            if let Progress::DeletionRefused = self.run_steps(key, 1).await? {
                return Ok(Progress::DeletionRefused);
            }
        }
    }

    /// Carries everything on that an earlier process left under way; answers how many could not be, and logs why.
    pub async fn resume(&self) -> Result<usize, DirectoryError> {
        let (mut after, mut failures) = (OrganizationKey(0), 0);
        loop {
            let keys = self.store.read(Place::Directory, move |tx| steps::pending_after(tx, after)).await?;
            let Some(&last) = keys.last() else { return Ok(failures) };
            after = last;
            for key in keys {
                if let Err(error) = self.run(key).await {
                    failures += 1;
                    tracing::error!(
                        organization.key = key.0,
                        ?error,
                        "an organization could not be carried on"
                    );
                }
            }
        }
    }

    /// As [`Self::run`], at most `steps_max` steps: tests stop after each, as a killed process would.
    #[doc(hidden)]
    pub async fn run_steps(
        &self,
        key: OrganizationKey,
        steps_max: usize,
    ) -> Result<Progress, DirectoryError> {
        let mut left = steps_max;
        loop {
            let organization = self.row(key).await?;
            let steps = next_steps(&organization);
            if steps.is_empty() {
                return Ok(Progress::Done(organization.state));
            }
            for &step in steps {
                if left == 0 {
                    return Ok(Progress::More(organization.state));
                }
                left -= 1;
                if !self.step(&organization, step).await? {
                    return Ok(Progress::DeletionRefused);
                }
            }
        }
    }

    async fn row(&self, key: OrganizationKey) -> Result<Organization, DirectoryError> {
        let found = self.store.read(Place::Directory, move |tx| row::by_key(tx, key)).await?;
        found.ok_or(DirectoryError::OrganizationNotFound)
    }

    /// Carries out one step; answers false when the step has put the organization back into use.
    async fn step(&self, organization: &Organization, step: Step) -> Result<bool, DirectoryError> {
        let (key, permit) = (organization.key, self.permit.clone());
        tracing::info!(
            organization.id = organization.id.as_str(),
            ?step,
            "organization {:?}",
            organization.id
        );
        match step {
            Step::BeginCreation => {
                self.directory(move |tx| steps::begin_creation(tx, key)).await?;
            }
            Step::MakePlace => self.store.create_organization(key).await?,
            Step::SeedPlace => {
                let (pending, settings) = (organization.pending.clone(), Arc::clone(&self.settings));
                let seed = move |tx: &mut postroom_store::Tx<'_>| match &pending {
                    Some(pending) => seed_organization(tx, &permit, pending, &settings.seeds),
                    None => Ok(()),
                };
                self.store.write(Place::Organization(key), seed).await?;
            }
            Step::Activate => {
                self.directory(move |tx| steps::activate(tx, key)).await?;
            }
            Step::ClosePlace => {
                let force = matches!(organization.pending, Some(Pending::Deletion { force: true, .. }));
                let close = move |tx: &mut postroom_store::Tx<'_>| steps::close_place(tx, force);
                let closing = self.store.write(Place::Organization(key), close).await?;
                let kept = matches!(closing, steps::Closing::Refused);
                self.directory(move |tx| steps::record_closing(tx, key, &closing)).await?;
                return Ok(!kept);
            }
            Step::RemovePlace => self.store.remove_organization(key).await?,
            Step::Finish => {
                self.directory(move |tx| steps::finish_deletion(tx, key)).await?;
            }
        }
        Ok(true)
    }

    async fn directory<T, F>(&self, work: F) -> Result<T, DirectoryError>
    where
        T: Send + 'static,
        F: Fn(&mut crate::directory::DirectoryTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
    {
        let permit = self.permit.clone();
        let work = move |tx: &mut postroom_store::Tx<'_>| {
            work(&mut crate::directory::DirectoryTx::begin(tx, &permit))
        };
        self.store.write(Place::Directory, work).await
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
