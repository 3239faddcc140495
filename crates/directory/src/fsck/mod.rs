//! Going through everything that is stored: what `postroom fsck` does.
//!
//! In this order: each place by itself (the engine's own check, jobs, the capabilities' invariants), then places
//! against each other. What two places disagree about is looked at twice, so that a change which is under way is no
//! finding: a second look that repairs sees only what the first one saw too.

mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use postroom_store::fsck::{self as store_fsck, Check};
use postroom_store::seal::{DataKey, Keyring, SealError};
use postroom_store::{Place, Store, StoreError, jobs};
use postroom_types::{OrganizationId, OrganizationKey};

use crate::DirectoryError;
use crate::invariants::{self, begin_repair};
use crate::organizations::{Organization, OrganizationState, all, reconcile_one};

/// What another capability compares within an organization that one statement cannot: called on a thread that may
/// block, with the organization's data key if there is one that opens.
pub type Compare =
    fn(&Store, OrganizationKey, Option<&DataKey>, Look) -> Result<Vec<store_fsck::Finding>, StoreError>;

/// How things are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// What can be mended is mended.
    pub repair: bool,
    /// Every large body is read, not only some.
    pub read_bodies: bool,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The organization's id, or nothing for the directory and what belongs to nobody.
    pub organization: Option<OrganizationId>,
    /// What must hold.
    pub invariant: String,
    /// What is wrong.
    pub what: String,
    /// Whether it has been mended.
    pub repaired: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Organizations that were looked at.
    pub organizations: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Goes through what is stored. Cheap to clone.
#[derive(Clone)]
pub struct Fsck {
    store: Store,
    keyring: Keyring,
    checks: Arc<[Check]>,
    compares: Arc<[Compare]>,
}

/// What is told while it goes on.
pub type Progress = Arc<dyn Fn(String) + Send + Sync>;

impl Fsck {
    /// For `store`; `checks` and `compares` are those of the capabilities above this one.
    pub fn new(store: Store, keyring: Keyring, checks: &[Check], compares: &[Compare]) -> Self {
        let checks = invariants::checks().chain(checks.iter().copied()).collect();
        Self { store, keyring, checks, compares: compares.into() }
    }

    /// As [`Fsck::look`], without reading every body; mends what can be when `repair`.
    pub async fn run(
        &self,
        only: Option<&OrganizationId>,
        repair: bool,
        progress: Progress,
    ) -> Result<Report, DirectoryError> {
        self.look(only, Look { repair, read_bodies: false }, progress).await
    }

    /// Looks at everything, or at one organization.
    ///
    /// `NotFound` when there is no such organization. An organization that cannot be opened is a finding.
    pub async fn look(
        &self,
        only: Option<&OrganizationId>,
        look: Look,
        progress: Progress,
    ) -> Result<Report, DirectoryError> {
        let organizations = self.organizations(only).await?;
        let mut report = Report { organizations: organizations.len(), findings: Vec::new() };
        if only.is_none() {
            progress("the directory".to_owned());
            report.findings.extend(self.directory(look.repair).await?);
        }
        for organization in &organizations {
            progress(format!("organization {} ({})", organization.id.as_str(), organization.alias));
            report.findings.extend(self.organization(organization, look).await?);
        }
        if only.is_none() {
            report.findings.extend(places::check(&self.store).await?);
        }
        Ok(report)
    }

    /// The organizations that are to be looked at: all but the deleted ones.
    async fn organizations(
        &self,
        only: Option<&OrganizationId>,
    ) -> Result<Vec<Organization>, DirectoryError> {
        let mut all = all(&self.store).await?;
        all.retain(|organization| match only {
            Some(only) => organization.id == *only,
            None => organization.state != OrganizationState::Deleted,
        });
        match only {
            Some(only) if all.is_empty() => {
                Err(DirectoryError::NotFound(format!("There is no organization {}.", only.as_str())))
            }
            _ => Ok(all),
        }
    }

    async fn directory(&self, repair: bool) -> Result<Vec<Finding>, DirectoryError> {
        let findings = self.place(Place::Directory, invariants::DIRECTORY_CHECKS.into(), repair).await?;
        Ok(findings.into_iter().map(|found| of(None, found)).collect())
    }

    async fn organization(
        &self,
        organization: &Organization,
        look: Look,
    ) -> Result<Vec<Finding>, DirectoryError> {
        let state = organization.state;
        if !matches!(state, OrganizationState::Active | OrganizationState::Impaired) {
            return Ok(Vec::new());
        }
        let id = &organization.id;
        let place = Place::Organization(organization.key);
        let found = match self.place(place, Arc::clone(&self.checks), look.repair).await {
            Ok(found) => found,
            Err(DirectoryError::Store(StoreError::Impaired(cause))) => {
                let what = format!("it does not open: {cause}");
                return Ok(vec![finding(id, "an organization's own store opens", what, false)]);
            }
            Err(error) => return Err(error),
        };
        let mut findings: Vec<Finding> = found.into_iter().map(|found| of(Some(id), found)).collect();
        findings.extend(self.data_key(organization).await?);
        findings.extend(self.twice(organization, look).await?);
        Ok(findings)
    }

    /// Whether what is sealed there opens.
    async fn data_key(&self, organization: &Organization) -> Result<Option<Finding>, DirectoryError> {
        let what = match self.keyring.check(Place::Organization(organization.key)).await {
            // Without one nothing was sealed yet.
            Ok(_) => return Ok(None),
            Err(SealError::Store(error)) => return Err(error.into()),
            Err(error) => format!("its data key does not open: {error}"),
        };
        Ok(Some(finding(&organization.id, "sealed data opens with the master key", what, false)))
    }

    /// What the organization's own store and the directory disagree about, in two looks.
    async fn twice(&self, organization: &Organization, look: Look) -> Result<Vec<Finding>, DirectoryError> {
        let first = self.compare(organization, Look { repair: false, ..look }).await?;
        if first.is_empty() {
            return Ok(first);
        }
        // The row may have changed, too.
        let Some(organization) = self.organizations(Some(&organization.id)).await?.pop() else {
            return Ok(Vec::new());
        };
        let mut second = self.compare(&organization, look).await?;
        second.retain(|found| first.iter().any(|seen| seen.what == found.what));
        Ok(second)
    }

    async fn compare(&self, organization: &Organization, look: Look) -> Result<Vec<Finding>, DirectoryError> {
        let (key, id) = (organization.key, &organization.id);
        let (store, compares) = (self.store.clone(), Arc::clone(&self.compares));
        let place = Place::Organization(key);
        let data_key = match self.keyring.check(place).await {
            Ok(true) => self.keyring.data_key(place).await.ok(),
            // That it does not open is a finding of its own; none is made.
            _ => None,
        };
        let own = blocking(move || {
            let mut found = jobs::check_hints(&store, key, look.repair)?;
            for compare in compares.iter() {
                found.extend(compare(&store, key, data_key.as_deref(), look)?);
            }
            Ok(found)
        });
        let mut findings: Vec<Finding> = own.await?.into_iter().map(|found| of(Some(id), found)).collect();
        let between = reconcile_one(&self.store, organization, look.repair).await?;
        let invariant = "the directory and an organization's own store agree";
        // What a process that died has left for a job is no damage.
        let between = between.into_iter().filter(|found| !found.under_way);
        findings.extend(between.map(|found| finding(id, invariant, found.what, found.repaired)));
        Ok(findings)
    }

    async fn place(
        &self,
        place: Place,
        checks: Arc<[Check]>,
        repair: bool,
    ) -> Result<Vec<store_fsck::Finding>, DirectoryError> {
        let store = self.store.clone();
        blocking(move || store_fsck::run(&store, place, &checks, repair.then_some(begin_repair))).await
    }
}

/// Runs what waits for the disk on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, DirectoryError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| DirectoryError::bug("a check panicked"))??)
}

fn of(organization: Option<&OrganizationId>, found: store_fsck::Finding) -> Finding {
    Finding {
        organization: organization.cloned(),
        invariant: found.invariant.to_owned(),
        what: found.what,
        repaired: found.repaired,
    }
}

fn finding(id: &OrganizationId, invariant: &str, what: String, repaired: bool) -> Finding {
    Finding { organization: Some(id.clone()), invariant: invariant.to_owned(), what, repaired }
}

/// The ids of short keys, for messages.
type Ids = BTreeMap<OrganizationKey, Organization>;
