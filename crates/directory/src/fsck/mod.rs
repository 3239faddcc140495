//! Going through everything that is stored: what `postroom fsck` does.
//!
//! In this order: each place by itself (the engine's own check, jobs, the capabilities' invariants), then places
//! against each other. What two places disagree about is looked at twice, so that a change which is under way is no
//! finding: a second look that repairs sees only what the first one saw too.

mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use postroom_store::fsck::{self as store_fsck, Begin, Check, RowCheck, run_rows};
use postroom_store::seal::{DataKey, Keyring, SealError};
use postroom_store::{Place, Read, Store, StoreError, jobs, parameters};
use postroom_types::{OrganizationId, OrganizationKey};

use crate::DirectoryError;
use crate::invariants::{self, begin_repair};
use crate::organizations::{Organization, OrganizationState, all, reconcile_one};
use crate::sql::organization::SELECT_CLOSED;

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
    rows: Arc<[RowCheck]>,
    compares: Arc<[Compare]>,
}

/// What data keys are for.
const SEALED_OPENS: &str = "sealed data opens with the master key";

/// What is told while it goes on.
pub type Progress = Arc<dyn Fn(String) + Send + Sync>;

impl Fsck {
    /// For `store`; `checks` and `compares` are those of the capabilities above this one.
    pub fn new(store: Store, keyring: Keyring, checks: &[Check], compares: &[Compare]) -> Self {
        let checks = invariants::checks().chain(checks.iter().copied()).collect();
        Self {
            store,
            keyring,
            checks,
            rows: [invariants::TEXTS, invariants::LIMITED].concat().into(),
            compares: compares.into(),
        }
    }

    /// As it is, and with `rows`, what the capabilities above this one check of rows.
    #[must_use]
    pub fn with_rows(mut self, rows: &[RowCheck]) -> Self {
        self.rows = self.rows.iter().chain(rows).copied().collect();
        self
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
        let mut report = Report::default();
        if only.is_none() {
            progress("the directory".to_owned());
            let mut found = self.directory(look.repair).await?;
            if look.repair && !found.is_empty() {
                found = verified(found, self.directory(false).await?);
            }
            report.findings.extend(found);
        }
        let organizations = match self.organizations(only).await {
            // What of the directory cannot be read is told already.
            Err(DirectoryError::Store(StoreError::Bug(_))) if !report.findings.is_empty() => {
                return Ok(report);
            }
            found => found?,
        };
        report.organizations = organizations.len();
        for organization in &organizations {
            progress(format!("organization {} ({})", organization.id.as_str(), organization.alias));
            report.findings.extend(self.mended(organization, look).await?);
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
        let (place, begin) = (Place::Directory, repair.then_some(begin_repair as Begin));
        let (store, key) = (self.store.clone(), self.keyring.stored(place).await);
        let lost = match &key {
            Ok(Some(_)) => None,
            Ok(None) => {
                Some("the directory has no data key: put the directory back from a backup".to_owned())
            }
            Err(SealError::Store(error)) => return Err(error.clone().into()),
            Err(error) => Some(format!("the directory's data key does not open: {error}")),
        };
        let findings = blocking(move || {
            let mut found = store_fsck::run(&store, place, invariants::DIRECTORY_CHECKS, begin)?;
            let key = key.ok().flatten();
            found.extend(run_rows(&store, place, invariants::DIRECTORY_ROWS, key.as_ref(), begin)?);
            Ok(found)
        });
        let mut findings: Vec<Finding> = findings.await?.into_iter().map(|found| of(None, found)).collect();
        findings.extend(lost.map(|what| Finding {
            organization: None,
            invariant: SEALED_OPENS.to_owned(),
            what,
            repaired: false,
        }));
        Ok(findings)
    }

    /// As [`Fsck::organization`]; after a repair it is looked at again.
    async fn mended(&self, organization: &Organization, look: Look) -> Result<Vec<Finding>, DirectoryError> {
        let found = self.organization(organization, look).await?;
        if !look.repair || found.is_empty() {
            return Ok(found);
        }
        let left = match self.row(&organization.id).await? {
            Some(now) => self.organization(&now, Look { repair: false, ..look }).await?,
            None => Vec::new(),
        };
        Ok(verified(found, left))
    }

    async fn organization(
        &self,
        organization: &Organization,
        look: Look,
    ) -> Result<Vec<Finding>, DirectoryError> {
        let is_used = |organization: &Organization| {
            matches!(organization.state, OrganizationState::Active | OrganizationState::Impaired)
        };
        if !is_used(organization) {
            return Ok(Vec::new());
        }
        let id = &organization.id;
        let found = match self.place(organization.key, look.repair).await {
            Ok(found) => found,
            Err(DirectoryError::Store(StoreError::Impaired(cause))) => {
                if !self.row(id).await?.as_ref().is_some_and(is_used) {
                    // It was deleted meanwhile.
                    return Ok(Vec::new());
                }
                let what = format!("it does not open: {cause}");
                return Ok(vec![finding(id, "an organization's own store opens", what, false)]);
            }
            Err(error) => return Err(error),
        };
        let mut findings: Vec<Finding> = found.into_iter().map(|found| of(Some(id), found)).collect();
        findings.extend(self.data_key(organization).await?);
        match self.twice(organization, look).await {
            Ok(found) => findings.extend(found),
            // A reader met what it cannot read.
            Err(DirectoryError::Store(StoreError::Bug(cause) | StoreError::Impaired(cause))) => {
                let what = format!("it cannot be compared with the directory: {cause}");
                findings.push(finding(id, "an organization can be looked at as a whole", what, false));
            }
            Err(error) => return Err(error),
        }
        Ok(findings)
    }

    /// Whether what is sealed there opens.
    async fn data_key(&self, organization: &Organization) -> Result<Option<Finding>, DirectoryError> {
        let what = match self.keyring.stored(Place::Organization(organization.key)).await {
            Ok(Some(_)) => return Ok(None),
            // A store without a row of its own is told as a whole.
            Ok(None) if self.is_empty(organization.key).await? => return Ok(None),
            Ok(None) => SealError::NoDataKey.to_string(),
            Err(SealError::Store(error)) => return Err(error.into()),
            Err(error) => format!("its data key does not open: {error}"),
        };
        Ok(Some(finding(&organization.id, SEALED_OPENS, what, false)))
    }

    async fn is_empty(&self, key: OrganizationKey) -> Result<bool, DirectoryError> {
        let read = move |read: &mut dyn Read| read.query_first(&SELECT_CLOSED, parameters![key.0]);
        Ok(self.store.read::<_, StoreError, _>(Place::Organization(key), read).await?.is_none())
    }

    /// What the organization's own store and the directory disagree about, in two looks.
    async fn twice(&self, organization: &Organization, look: Look) -> Result<Vec<Finding>, DirectoryError> {
        let first = self.compare(organization, Look { repair: false, ..look }).await?;
        if first.is_empty() {
            return Ok(first);
        }
        // The row may have changed, too.
        let Some(organization) = self.row(&organization.id).await? else { return Ok(Vec::new()) };
        let mut second = self.compare(&organization, look).await?;
        second.retain(|found| first.iter().any(|seen| seen.what == found.what));
        Ok(second)
    }

    async fn row(&self, id: &OrganizationId) -> Result<Option<Organization>, DirectoryError> {
        match self.organizations(Some(id)).await {
            Err(DirectoryError::NotFound(_)) => Ok(None),
            found => Ok(found?.pop()),
        }
    }

    async fn compare(&self, organization: &Organization, look: Look) -> Result<Vec<Finding>, DirectoryError> {
        let (key, id) = (organization.key, &organization.id);
        let (store, compares) = (self.store.clone(), Arc::clone(&self.compares));
        let data_key = self.opened_key(key).await;
        let own = blocking(move || {
            let mut found = jobs::check_hints(&store, key, look.repair)?;
            for compare in compares.iter() {
                found.extend(compare(&store, key, data_key.as_ref(), look)?);
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

    /// What an organization's own store says by itself.
    async fn place(
        &self,
        key: OrganizationKey,
        repair: bool,
    ) -> Result<Vec<store_fsck::Finding>, DirectoryError> {
        let (place, data_key) = (Place::Organization(key), self.opened_key(key).await);
        let (store, checks) = (self.store.clone(), Arc::clone(&self.checks));
        let (begin, rows) = (repair.then_some(begin_repair as Begin), Arc::clone(&self.rows));
        blocking(move || {
            let mut found = run_rows(&store, place, invariants::KEYS, None, begin)?;
            found.extend(store_fsck::run(&store, place, &checks, begin)?);
            found.extend(run_rows(&store, place, &rows, data_key.as_ref(), begin)?);
            Ok(found)
        })
        .await
    }

    /// The organization's data key if there is one that opens; none is made.
    async fn opened_key(&self, key: OrganizationKey) -> Option<DataKey> {
        // That it does not open is a finding of its own.
        self.keyring.stored(Place::Organization(key)).await.ok().flatten()
    }
}

/// Runs what waits for the disk on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, DirectoryError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| DirectoryError::bug("a check panicked"))??)
}

/// What was `found` and mended, by what a look after that still finds: that alone is left.
fn verified(mut found: Vec<Finding>, left: Vec<Finding>) -> Vec<Finding> {
    let same = |one: &Finding, other: &Finding| one.invariant == other.invariant && one.what == other.what;
    for finding in &mut found {
        finding.repaired = !left.iter().any(|left| same(left, finding));
    }
    let new: Vec<Finding> =
        left.into_iter().filter(|left| !found.iter().any(|found| same(found, left))).collect();
    found.extend(new);
    found
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
