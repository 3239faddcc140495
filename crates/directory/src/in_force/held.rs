//! Values per organization, bounded in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use arc_swap::ArcSwapOption;
use postroom_store::Store;
use postroom_types::OrganizationKey;

use super::{AdminChanges, Epoch};
use crate::DirectoryError;

/// What one organization's decisions ask.
pub trait State: Send + Sync + Sized + 'static {
    /// What the store says is in force. Returns `old` when that is still it.
    fn refresh(
        store: &Store,
        organization: OrganizationKey,
        old: Option<Arc<Self>>,
    ) -> impl Future<Output = Result<Arc<Self>, DirectoryError>> + Send;

    /// Bytes of memory that it occupies, roughly.
    fn heap_bytes(&self) -> usize;
}

/// The state of the organizations that were asked for lately.
pub struct InForce<V> {
    store: Store,
    changes: Arc<AdminChanges>,
    slots: RwLock<HashMap<OrganizationKey, Arc<Slot<V>>>>,
    /// Bytes of all held states; also the lock under which slots are dropped.
    bytes: Mutex<usize>,
    bytes_max: usize,
    /// Moves with every refresh; a slot remembers in which round it was last used.
    round: AtomicU64,
}

struct Slot<V> {
    epoch: Arc<Epoch>,
    held: ArcSwapOption<Held<V>>,
    /// One refresh at a time; the others wait for it and use what it brought.
    refreshing: tokio::sync::Mutex<()>,
    used_in_round: AtomicU64,
    heap_bytes: AtomicU64,
}

struct Held<V> {
    /// The epoch's number before the store was read.
    epoch: u64,
    value: Arc<V>,
}

impl<V> Slot<V> {
    fn fresh(&self) -> Option<Arc<V>> {
        let held = self.held.load();
        let held = held.as_deref()?;
        (held.epoch == self.epoch.number()).then(|| Arc::clone(&held.value))
    }
}

impl<V: State> InForce<V> {
    /// Holds at most `bytes_max` bytes of states of `store`, and always the one that is asked for.
    pub fn new(store: Store, changes: Arc<AdminChanges>, bytes_max: usize) -> Self {
        let (slots, bytes, round) = (RwLock::default(), Mutex::new(0), AtomicU64::new(1));
        Self { store, changes, slots, bytes, bytes_max, round }
    }

    /// The store that states are read from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What tells that they changed.
    pub fn changes(&self) -> &Arc<AdminChanges> {
        &self.changes
    }

    /// What is in force in `organization`. Only the first call after a change reads the store.
    pub async fn current(&self, organization: OrganizationKey) -> Result<Arc<V>, DirectoryError> {
        let slot = self.slot(organization);
        match slot.fresh() {
            Some(value) => Ok(value),
            None => self.refresh(organization, &slot).await,
        }
    }

    /// How many organizations are held.
    pub fn len(&self) -> usize {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn slot(&self, organization: OrganizationKey) -> Arc<Slot<V>> {
        let round = self.round.load(Ordering::Relaxed);
        {
            let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(slot) = slots.get(&organization) {
                if slot.used_in_round.load(Ordering::Relaxed) != round {
                    slot.used_in_round.store(round, Ordering::Relaxed);
                }
                return Arc::clone(slot);
            }
        }
        let new = Slot {
            epoch: self.changes.follow(organization),
            held: ArcSwapOption::empty(),
            refreshing: tokio::sync::Mutex::default(),
            used_in_round: AtomicU64::new(round),
            heap_bytes: AtomicU64::new(0),
        };
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(organization).or_insert_with(|| Arc::new(new)))
    }

    async fn refresh(
        &self,
        organization: OrganizationKey,
        slot: &Arc<Slot<V>>,
    ) -> Result<Arc<V>, DirectoryError> {
        let _one = slot.refreshing.lock().await;
        if let Some(value) = slot.fresh() {
            return Ok(value);
        }
        // Before the store is read: a change that comes meanwhile makes the value out of date, not up to date.
        let epoch = slot.epoch.number();
        let old = slot.held.load_full().map(|held| Arc::clone(&held.value));
        let refreshed = V::refresh(&self.store, organization, old).await;
        match refreshed {
            Ok(value) => {
                slot.held.store(Some(Arc::new(Held { epoch, value: Arc::clone(&value) })));
                self.account(organization, slot, value.heap_bytes());
                Ok(value)
            }
            Err(error) => {
                self.drop_slot(organization, slot);
                Err(error)
            }
        }
    }

    /// Counts the new size of `slot`, and drops those unused for longest when there is too much.
    fn account(&self, organization: OrganizationKey, slot: &Arc<Slot<V>>, heap_bytes: usize) {
        let round = self.round.fetch_add(1, Ordering::Relaxed) + 1;
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if !slots.get(&organization).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            return;
        }
        slot.used_in_round.store(round, Ordering::Relaxed);
        let size = heap_bytes + size_of::<Slot<V>>();
        let before = slot.heap_bytes.swap(size as u64, Ordering::Relaxed);
        *bytes = (*bytes).saturating_sub(before as usize) + size;
        if *bytes <= self.bytes_max {
            return;
        }
        let mut by_use: Vec<_> =
            slots.iter().map(|(key, slot)| (slot.used_in_round.load(Ordering::Relaxed), *key)).collect();
        by_use.sort_unstable();
        // An eighth more than needed, so that a full cache is not sorted at every refresh.
        let goal = self.bytes_max - self.bytes_max / 8;
        for (_, key) in by_use.into_iter().filter(|(_, key)| *key != organization) {
            if *bytes <= goal {
                break;
            }
            if let Some(dropped) = slots.remove(&key) {
                *bytes = (*bytes).saturating_sub(dropped.heap_bytes.load(Ordering::Relaxed) as usize);
            }
        }
    }

    /// Forgets a slot whose organization cannot be read (any more).
    fn drop_slot(&self, organization: OrganizationKey, slot: &Arc<Slot<V>>) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.get(&organization).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            slots.remove(&organization);
            *bytes = (*bytes).saturating_sub(slot.heap_bytes.load(Ordering::Relaxed) as usize);
        }
    }
}
