//! What goes on beside the servers: contents join SQLite's index.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use postroom_store::seal::{DataKey, Keyring};
use postroom_store::{Alarm, Change, Place, Store, StoreError};
use postroom_types::OrganizationKey;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Joined, join, merge};
use crate::{MailError, limits};

/// Where something may wait for the index, and who waits for that.
#[derive(Default)]
pub(crate) struct Joiner {
    changed: Mutex<Changed>,
    has_changed: Notify,
    /// Where too much waits.
    behind: Mutex<HashSet<OrganizationKey>>,
    caught_up: Notify,
    /// Whose next round somebody waits for.
    awaited: Mutex<HashSet<OrganizationKey>>,
    has_joined: Notify,
    alarm: Alarm,
}

/// What has changed since the last round.
#[derive(Default)]
struct Changed {
    organizations: HashSet<OrganizationKey>,
    transactions: usize,
}

impl Joiner {
    /// One that hears of the changes of `store`.
    pub(crate) fn of(store: &Store) -> Arc<Self> {
        let joiner = Arc::new(Self::default());
        if store.is_embedded() {
            let heard = Arc::downgrade(&joiner);
            store.listen(Box::new(move |change| {
                if let (Some(joiner), Change::Mailbox { organization, .. }) = (heard.upgrade(), change) {
                    joiner.hear(*organization);
                }
            }));
        }
        joiner
    }

    /// Has a round look at `organization`.
    pub(crate) fn hear(&self, organization: OrganizationKey) {
        let mut changed = locked(&self.changed);
        changed.organizations.insert(organization);
        changed.transactions += 1;
        if changed.transactions == 1 {
            self.has_changed.notify_one();
        }
    }

    /// Returns when there is room for one more that waits in `organization`, or after `limits::SEARCH_PENDING_TIME_MAX`:
    /// mail is never refused for the index.
    pub(crate) async fn admit(&self, organization: OrganizationKey) {
        let room = async {
            loop {
                let caught_up = self.caught_up.notified();
                if !locked(&self.behind).contains(&organization) {
                    return;
                }
                caught_up.await;
            }
        };
        if tokio::time::timeout(limits::SEARCH_PENDING_TIME_MAX, room).await.is_err() {
            tracing::warn!(organization = organization.0, "the index of full-text search is far behind");
        }
    }

    /// Has a round look at `organization`, and returns after one that has left nothing that is away, and not too much. It
    /// may miss one where several wait: wait for a moment only, and come again.
    pub(crate) async fn next_round(&self, organization: OrganizationKey) {
        locked(&self.awaited).insert(organization);
        self.hear(organization);
        loop {
            let mut joined = std::pin::pin!(self.has_joined.notified());
            joined.as_mut().enable();
            if !locked(&self.awaited).contains(&organization) {
                return;
            }
            joined.await;
        }
    }

    /// Joins what waits wherever something changes, one round after the other of each organization in turn, and merges
    /// segments where nothing does, until it is dropped.
    pub(crate) async fn run(&self, store: &Store, keyring: &Keyring) {
        let (mut due, mut unmerged, mut taken) = (VecDeque::new(), HashSet::new(), Instant::now());
        loop {
            let changed = if due.is_empty() {
                self.has_changed.notified().await;
                self.gather().await;
                self.take_changed(&mut taken)
            } else if taken.elapsed() >= limits::SEARCH_JOIN_AFTER {
                self.take_changed(&mut taken)
            } else {
                // Others wait until their rounds have something to do.
                locked(&self.awaited).clone()
            };
            for organization in changed {
                if !due.contains(&organization) {
                    due.push_back(organization);
                }
            }
            let Some(organization) = due.pop_front() else { continue };
            match self.join_some(store, keyring, organization).await {
                Ok(true) => due.push_back(organization),
                Ok(false) => {}
                Err(error) => {
                    locked(&self.awaited).remove(&organization);
                    self.complain(organization, &error, "was not written");
                }
            }
            unmerged.insert(organization);
            while due.is_empty()
                && self.is_quiet()
                && let Some(&organization) = unmerged.iter().next()
            {
                if let Err(error) = self.merge_all(store, organization).await {
                    self.complain(organization, &error, "was not merged");
                }
                if self.is_quiet() {
                    unmerged.remove(&organization);
                }
            }
        }
    }

    fn take_changed(&self, taken: &mut Instant) -> HashSet<OrganizationKey> {
        *taken = Instant::now();
        std::mem::take(&mut *locked(&self.changed)).organizations
    }

    fn complain(&self, organization: OrganizationKey, error: &MailError, what: &str) {
        if self.alarm.rings() {
            tracing::warn!(organization = organization.0, %error, "the index of full-text search {what}");
        }
    }

    fn is_quiet(&self) -> bool {
        locked(&self.changed).transactions == 0
    }

    /// Merges segments of the index until they are few, or something waits.
    async fn merge_all(&self, store: &Store, organization: OrganizationKey) -> Result<(), MailError> {
        while self.is_quiet() {
            let store = store.clone();
            let step = tokio::task::spawn_blocking(move || {
                aside(|| Ok(merge(&store, organization, limits::SEARCH_SEGMENTS_MAX)?))
            });
            if !step.await.map_err(|error| MailError::damaged(format!("a merge ended: {error}")))?? {
                break;
            }
        }
        Ok(())
    }

    /// Waits until nothing more changes for a moment, or a round has enough to do, or has waited long: fewer and larger
    /// rounds cost less, and mail that arrives meanwhile has the processor to itself.
    async fn gather(&self) {
        let (began, mut seen) = (Instant::now(), 0);
        loop {
            tokio::time::sleep(limits::SEARCH_JOIN_PAUSE).await;
            let transactions = locked(&self.changed).transactions;
            let is_quiet = transactions == seen;
            if is_quiet
                || transactions >= limits::SEARCH_JOIN_MAX
                || began.elapsed() >= limits::SEARCH_JOIN_AFTER
            {
                return;
            }
            seen = transactions;
        }
    }

    /// One round; whether the next one has enough to do, too.
    async fn join_some(
        &self,
        store: &Store,
        keyring: &Keyring,
        organization: OrganizationKey,
    ) -> Result<bool, MailError> {
        let key = keyring.data_key(Place::Organization(organization)).await?;
        let store = store.clone();
        let round =
            tokio::task::spawn_blocking(move || aside(|| Ok(round(&store, &key, organization)?))).await;
        let round = round.map_err(|error| MailError::damaged(format!("a round ended: {error}")))?;
        // Who stores does not wait for what fails.
        let Joined { waiting, away, .. } = round.inspect_err(|_| self.set_behind(organization, false))?;
        let is_behind = waiting > limits::SEARCH_PENDING_MAX;
        self.set_behind(organization, is_behind);
        if !is_behind && away.is_none() && locked(&self.awaited).remove(&organization) {
            self.has_joined.notify_waiters();
        }
        if waiting >= limits::SEARCH_JOIN_MAX as u64 {
            return Ok(true);
        }
        if waiting > 0 {
            // Not enough for a round of its own while more arrives.
            self.hear(organization);
        }
        away.map_or(Ok(false), |away| Err(away.into()))
    }

    fn set_behind(&self, organization: OrganizationKey, is_behind: bool) {
        let mut behind = locked(&self.behind);
        if is_behind {
            behind.insert(organization);
        } else if behind.remove(&organization) {
            self.caught_up.notify_waiters();
        }
    }
}

/// Joins some of what waits, and merges some segments if there are very many: else they would only become fewer once
/// nothing arrives.
fn round(store: &Store, key: &DataKey, organization: OrganizationKey) -> Result<Joined, StoreError> {
    let joined = join(store, key, organization)?;
    for _ in 0..limits::SEARCH_MERGES_PER_ROUND {
        match merge(store, organization, limits::SEARCH_SEGMENTS_BUSY_MAX) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                // What was joined is found all the same.
                tracing::warn!(%error, "segments of an index could not be merged; the next round tries again");
                break;
            }
        }
    }
    Ok(joined)
}

/// Runs `work` on a thread that leaves the processor to whoever answers somebody. What was lowered cannot be raised again
/// without privileges, so the thread ends with the work.
fn aside<T: Send>(work: impl FnOnce() -> Result<T, MailError> + Send) -> Result<T, MailError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("search-index".to_owned());
        let thread = thread.spawn_scoped(scope, || {
            // Linux counts threads as processes here. Refused, it is a thread like all others.
            if let Err(error) = rustix::process::setpriority_process(None, limits::SEARCH_JOIN_NICENESS) {
                tracing::debug!(%error, "the index is written at the priority of all else");
            }
            work()
        });
        let thread =
            thread.map_err(|error| MailError::damaged(format!("no thread for the index: {error}")))?;
        thread.join().map_err(|_| MailError::damaged("a round of the index ended"))?
    })
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
