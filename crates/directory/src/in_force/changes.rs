//! Who wants to know that something of an organization has changed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use postroom_store::{Change, Store};
use postroom_types::OrganizationKey;
use tokio::sync::watch;

/// Organizations that are followed before those that nobody follows any more are looked for and forgotten.
const SWEEP_AT_LEAST: usize = 1_024;

/// Tells, for each organization, that an administrator has changed something: rules, entities, grants, credentials; and
/// that rights to folders have changed, which their owners give.
///
/// What is held in memory compares epochs; sessions subscribe and decide again. A change's answer is sent after the
/// epoch has moved and subscribers are woken, so who asks after the answer sees the change.
#[derive(Debug)]
pub struct AdminChanges {
    followed: RwLock<Followed>,
}

#[derive(Debug)]
struct Followed {
    organizations: HashMap<OrganizationKey, Arc<Epoch>>,
    sweep_at: usize,
}

/// How often something of one organization has changed since it is followed.
#[derive(Debug)]
pub struct Epoch {
    number: AtomicU64,
    subscribers: watch::Sender<u64>,
}

impl Epoch {
    /// The number now; a value made from what was read after it was taken is in force while it stands.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Wakes after every change; the value is the epoch's number.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.subscribers.subscribe()
    }

    fn advance(&self) {
        let number = self.number.fetch_add(1, Ordering::AcqRel) + 1;
        // In this order: a subscriber that wakes and asks finds what is held out of date.
        self.subscribers.send_replace(number);
    }

    fn is_idle(this: &Arc<Self>) -> bool {
        Arc::strong_count(this) == 1 && this.subscribers.receiver_count() == 0
    }
}

impl AdminChanges {
    /// Hears every change of `store` from now on.
    pub fn watching(store: &Store) -> Arc<Self> {
        let followed = Followed { organizations: HashMap::new(), sweep_at: SWEEP_AT_LEAST };
        let changes = Arc::new(Self { followed: RwLock::new(followed) });
        let hearing = Arc::downgrade(&changes);
        store.listen(Box::new(move |change| {
            if let Some(changes) = hearing.upgrade() {
                changes.hear(change);
            }
        }));
        changes
    }

    /// The epoch of `organization`; it moves as long as somebody holds it.
    pub fn follow(&self, organization: OrganizationKey) -> Arc<Epoch> {
        let mut followed = self.followed.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(epoch) = followed.organizations.get(&organization) {
            return Arc::clone(epoch);
        }
        if followed.organizations.len() >= followed.sweep_at {
            followed.organizations.retain(|_, epoch| !Epoch::is_idle(epoch));
            followed.sweep_at = (followed.organizations.len() * 2).max(SWEEP_AT_LEAST);
        }
        let epoch = Arc::new(Epoch { number: AtomicU64::new(0), subscribers: watch::Sender::new(0) });
        followed.organizations.insert(organization, Arc::clone(&epoch));
        epoch
    }

    /// Wakes after every change of `organization`: a session then asks again whether it may go on.
    pub fn subscribe(&self, organization: OrganizationKey) -> watch::Receiver<u64> {
        self.follow(organization).subscribe()
    }

    fn hear(&self, change: &Change) {
        let followed = self.followed.read().unwrap_or_else(PoisonError::into_inner);
        match change {
            Change::Admin { organization, .. }
            | Change::Grants { organization }
            | Change::Removed { organization } => {
                if let Some(epoch) = followed.organizations.get(organization) {
                    epoch.advance();
                }
            }
            Change::Everything => followed.organizations.values().for_each(|epoch| epoch.advance()),
            Change::Directory | Change::Mailbox { .. } => {}
        }
    }
}
