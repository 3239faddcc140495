//! Old records of changes and of access are removed: a durable job, once a day, in bounded pieces.
//!
//! Calls that changed nothing are swept by [`crate::call_audit`] with every batch.

use std::time::Duration;

use postroom_store::jobs::{Done, Failure, Jobs, Kind, KindOptions, Run, Runner};
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::access_audit::AccessLog;
use crate::limits::{CHANGES_SWEPT, PAGE_ROWS_MAX, SWEEP_PAUSE};
use crate::sql::{access_audit as access, audit as sql};

/// The job in the directory; there is one.
const SWEEP: Kind = Kind::new("audit.sweep");

/// Removes records of changes and of access that are older than they are kept. Cheap to clone.
#[derive(Clone)]
pub struct AuditSweep {
    jobs: Jobs,
    changes_kept: Duration,
    access_kept: Duration,
}

impl AuditSweep {
    /// Changes in the store of `jobs`, and log-ins, decisions and what was done in mailboxes, are kept for so long.
    pub fn new(jobs: Jobs, changes_kept: Duration, access_kept: Duration) -> Self {
        Self { jobs, changes_kept, access_kept }
    }

    /// Lets `runner` sweep.
    #[must_use]
    pub fn register_jobs(&self, runner: Runner) -> Runner {
        let sweep = self.clone();
        runner.kind(SWEEP, KindOptions::default(), move |run| {
            let sweep = sweep.clone();
            async move { sweep.job(&run).await }
        })
    }

    /// Enqueues the first sweep, unless one is waiting. Called at start.
    pub async fn begin(&self) -> Result<(), StoreError> {
        self.jobs.begin(SWEEP, "audit").await
    }

    async fn job(&self, run: &Run) -> Result<Done, Failure> {
        let now = self.store().clock().now();
        let (changes, access) = (now.minus(self.changes_kept), now.minus(self.access_kept));
        self.directory(run, changes).await?;
        let mut after = OrganizationKey(0);
        loop {
            let page = self.organizations(after).await?;
            let Some(&last) = page.last() else { break };
            for organization in page {
                run.point("before the trail of an organization is swept")?;
                let swept = match self.organization(organization, changes).await {
                    Ok(()) => self.access(organization, access).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = swept {
                    // One that is being deleted or cannot be opened does not hold up the others.
                    tracing::warn!(organization.key = organization.0, %error, "an audit trail was not swept");
                }
            }
            after = last;
        }
        Ok(Done::Again(self.store().clock().now().plus(SWEEP_PAUSE)))
    }

    /// Sweeps the directory's records.
    async fn directory(&self, run: &Run, before: Timestamp) -> Result<(), Failure> {
        let oldest = |read: &mut dyn Read| oldest(read.query(&sql::OLDEST_IN_DIRECTORY, parameters![])?);
        match self.store().read::<_, StoreError, _>(Place::Directory, oldest).await? {
            Some(oldest) if oldest < before => {}
            _ => return Ok(()),
        }
        let sweep =
            move |tx: &mut Tx<'_>| tx.execute(&sql::SWEEP_DIRECTORY, parameters![before, CHANGES_SWEPT]);
        loop {
            run.point("before a piece of the directory's trail is swept")?;
            if self.store().write::<_, StoreError, _>(Place::Directory, sweep).await? == 0 {
                return Ok(());
            }
        }
    }

    /// Sweeps the records of one organization. Nothing is written when none is old.
    async fn organization(&self, key: OrganizationKey, before: Timestamp) -> Result<(), StoreError> {
        let place = Place::Organization(key);
        loop {
            let oldest = move |read: &mut dyn Read| oldest(read.query(&sql::OLDEST, parameters![key.0])?);
            match self.store().read::<_, StoreError, _>(place, oldest).await? {
                Some(oldest) if oldest < before => {}
                _ => return Ok(()),
            }
            let sweep =
                move |tx: &mut Tx<'_>| tx.execute(&sql::SWEEP, parameters![key.0, before, CHANGES_SWEPT]);
            self.store().write::<_, StoreError, _>(place, sweep).await?;
        }
    }

    /// Sweeps the records of access to one organization. Nothing is written when none is old.
    async fn access(&self, key: OrganizationKey, before: Timestamp) -> Result<(), StoreError> {
        let place = Place::Organization(key);
        for log in AccessLog::ALL {
            let word = log.as_str();
            loop {
                let oldest =
                    move |read: &mut dyn Read| oldest(read.query(&access::OLDEST, parameters![key.0, word])?);
                match self.store().read::<_, StoreError, _>(place, oldest).await? {
                    Some(oldest) if oldest < before => {}
                    _ => break,
                }
                let sweep = move |tx: &mut Tx<'_>| {
                    tx.execute(&access::SWEEP, parameters![key.0, word, before, CHANGES_SWEPT])
                };
                self.store().write::<_, StoreError, _>(place, sweep).await?;
            }
        }
        Ok(())
    }

    async fn organizations(&self, after: OrganizationKey) -> Result<Vec<OrganizationKey>, StoreError> {
        let page = move |read: &mut dyn Read| {
            let rows = read.query(&sql::ORGANIZATIONS, parameters![after.0, PAGE_ROWS_MAX])?;
            Ok(rows.into_iter().map(|mut row| OrganizationKey(row.take(0))).collect())
        };
        self.store().read(Place::Directory, page).await
    }

    fn store(&self) -> &Store {
        self.jobs.store()
    }
}

/// The time in the only row, if there is one.
fn oldest(rows: Vec<postroom_store::Row>) -> Result<Option<Timestamp>, StoreError> {
    Ok(rows.into_iter().next().map(|mut row| row.take(0)))
}
