//! What mailboxes no longer keep is removed: a durable job, once a day, in bounded pieces.
//!
//! Recoverable items after `limits::RECOVERABLE_KEPT`, the log of changes after `limits::LOG_KEPT`, mailboxes that are
//! detached after `limits::DETACHED_KEPT`. Every piece can be done again, and says itself whether it is still due.

mod erase;
mod log;

use postroom_directory::organizations::{OrganizationState, organizations_after};
use postroom_store::blobs::Blobs;
use postroom_store::jobs::{Done, Failure, Jobs, Kind, KindOptions, Run, Runner};
use postroom_store::seal::Keyring;
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::mail_tx::in_mailbox;
use crate::mailbox::quota_bytes;
use crate::sql::sweep as sql;
use crate::{MailError, MailboxKey, items, limits, search};

/// The job in the directory; there is one.
const SWEEP: Kind = Kind::new("mailbox.sweep");
/// Mailboxes that are read at once.
const PAGE: i64 = 500;

/// Removes what mailboxes no longer keep. Cheap to clone.
#[derive(Clone)]
pub struct MailboxSweep {
    jobs: Jobs,
    keyring: Keyring,
}

/// A mailbox, and what decides whether there is anything to do.
struct Row {
    mailbox: MailboxKey,
    is_attached: bool,
    detached_at: Option<Timestamp>,
    log_floor: i64,
}

impl MailboxSweep {
    /// Sweeps the store of `jobs`, whose bodies the keys of `keyring` open.
    pub fn new(jobs: Jobs, keyring: Keyring) -> Self {
        Self { jobs, keyring }
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
        self.jobs.begin(SWEEP, "mailboxes").await
    }

    async fn job(&self, run: &Run) -> Result<Done, Failure> {
        let mut after = 0;
        loop {
            let page = organizations_after(self.store(), after).await.map_err(failure)?;
            let Some(last) = page.last() else { break };
            after = last.key.0;
            for organization in page.iter().filter(|found| found.state == OrganizationState::Active) {
                run.point("before the mailboxes of an organization are swept")?;
                // One that is being deleted or cannot be opened does not hold up the others.
                if let Err(error) = self.organization(run, organization.key).await {
                    tracing::warn!(organization.key = organization.key.0, %error, "mailboxes were not swept");
                }
                run.point("before the index of an organization is looked at")?;
                if let Err(error) = self.index(organization.key).await {
                    tracing::warn!(organization.key = organization.key.0, %error, "an index was not written");
                }
                run.point("before the blobs of an organization are collected")?;
                if let Err(error) = self.collect(organization.key).await {
                    tracing::warn!(organization.key = organization.key.0, %error, "blobs were not collected");
                }
            }
        }
        Ok(Done::Again(self.now().plus(limits::SWEEP_PAUSE)))
    }

    /// Joins what waits for the index since somebody died, and makes one again that was lost.
    async fn index(&self, organization: OrganizationKey) -> Result<(), MailError> {
        let (store, key) =
            (self.store().clone(), self.keyring.data_key(Place::Organization(organization)).await?);
        let join = move |_: &Blobs| search::join_all(&store, &key, organization);
        Ok(self.store().blobs().on_thread(join).await.map(drop)?)
    }

    async fn organization(&self, run: &Run, organization: OrganizationKey) -> Result<(), MailError> {
        let mut after = 0;
        loop {
            let page = self.page(organization, after).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
            self.mark(organization, first.mailbox, last.mailbox).await?;
            after = last.mailbox.0;
            for row in page {
                if run.point("before a mailbox is swept").is_err() {
                    // The next holder of the job begins anew.
                    return Ok(());
                }
                if let Err(error) = self.mailbox(organization, &row).await {
                    tracing::warn!(
                        organization.key = organization.0,
                        mailbox.key = row.mailbox.0,
                        %error,
                        "a mailbox was not swept"
                    );
                }
            }
        }
    }

    /// Removes the blobs of `organization` that nothing has named for long. Every step says itself whether it is still due, so two at once do
    /// no harm.
    pub async fn collect(&self, organization: OrganizationKey) -> Result<(), StoreError> {
        let store = self.store().clone();
        let collect = move |blobs: &Blobs| crate::blobs::collect(&store, blobs, organization);
        let removed = self.store().blobs().on_thread(collect).await?;
        if removed > 0 {
            tracing::info!(organization.key = organization.0, removed, "unused bodies were removed");
        }
        Ok(())
    }

    async fn page(&self, organization: OrganizationKey, after: i64) -> Result<Vec<Row>, MailError> {
        let page = move |read: &mut dyn Read| {
            let rows = read.query(&sql::PAGE, parameters![organization.0, after, PAGE])?;
            let rows = rows.into_iter().map(|mut row| Row {
                mailbox: MailboxKey(row.take(0)),
                is_attached: row.take::<Option<String>>(1).is_some(),
                detached_at: row.take(2),
                log_floor: row.take(3),
            });
            Ok::<_, StoreError>(rows.collect())
        };
        Ok(self.store().read(Place::Organization(organization), page).await?)
    }

    async fn mailbox(&self, organization: OrganizationKey, row: &Row) -> Result<(), MailError> {
        if row.is_attached {
            self.purge(organization, row.mailbox).await?;
        }
        let erased = self.now().minus(limits::ERASED_AFTER);
        match row.detached_at {
            Some(since) if !row.is_attached && since < erased => {
                self.erase(organization, row.mailbox, erased).await
            }
            _ => self.shorten(organization, row.mailbox, row.log_floor).await,
        }
    }

    /// Removes what was expunged long ago, and what is too much to be kept. Nothing is written when there is nothing.
    async fn purge(&self, organization: OrganizationKey, mailbox: MailboxKey) -> Result<(), MailError> {
        let (place, before) = (Place::Organization(organization), self.now().minus(limits::RECOVERABLE_KEPT));
        loop {
            let oldest = move |read: &mut dyn Read| {
                let row =
                    read.query_first(&sql::OLDEST_RECOVERABLE, parameters![organization.0, mailbox.0])?;
                Ok::<_, StoreError>(row.is_some_and(|mut row| {
                    let bytes_max = quota_bytes(row.take(2)).saturating_mul(limits::RECOVERABLE_QUOTAS);
                    row.take::<Timestamp>(0) < before || row.take::<i64>(1) > bytes_max
                }))
            };
            if !self.store().read(place, oldest).await? {
                return Ok(());
            }
            let purge =
                move |tx: &mut Tx<'_>| in_mailbox(tx, mailbox, "system", |mail| items::purge(mail, before));
            self.store().write(place, purge).await?;
        }
    }

    fn now(&self) -> Timestamp {
        self.store().clock().now()
    }

    fn store(&self) -> &Store {
        self.jobs.store()
    }
}

fn failure(error: postroom_directory::DirectoryError) -> Failure {
    match error {
        postroom_directory::DirectoryError::Store(error) => error.into(),
        other => StoreError::Bug(other.to_string()).into(),
    }
}
