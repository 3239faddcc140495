//! A bounded store of signing keys, so that a request costs one HMAC and not five.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{CheckedClaim, SigningKey};

/// How many keys of one access key are kept: today and yesterday in a few regions and services.
const SCOPES_MAX: usize = 8;

/// Remembers the signing keys of the access keys in use.
///
/// A key is found under access key id, **generation**, day, region and service. The caller raises the generation
/// whenever anything about the access key changes; keys of an older generation are then never found again and are
/// dropped at the next look-up that misses. Whether the access key is in force at all is the caller's question and
/// is asked before: nothing here answers it.
///
/// Bounded: at most `access_keys_max` access keys with eight scopes each. The access key that goes is one that has not
/// been used since the hand last passed it (second chance). Only claims that passed [`crate::Claim::check`] get in, so
/// a peer cannot fill it with invented regions or days.
pub struct SigningKeyCache {
    access_keys_max: usize,
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Access key id to its place in `slots`.
    index: HashMap<Box<str>, usize>,
    slots: Vec<Slot>,
    hand: usize,
}

struct Slot {
    access_key_id: Box<str>,
    generation: u64,
    keys: Vec<Arc<SigningKey>>,
    /// The key that is replaced next when all places are taken.
    next: usize,
    used: AtomicBool,
}

impl SigningKeyCache {
    /// A cache for at most `access_keys_max` access keys (at least one).
    pub fn new(access_keys_max: usize) -> Self {
        Self { access_keys_max: access_keys_max.max(1), inner: RwLock::default() }
    }

    /// The signing key for a claim, derived from `secret` if it is not there.
    ///
    /// `generation`: of the access key, as it is in force now. `secret` is called without the lock held, only when
    /// the key is missing; its error is handed on and nothing is kept.
    pub fn key_for<S: AsRef<[u8]>, E>(
        &self,
        checked: &CheckedClaim<'_>,
        generation: u64,
        secret: impl FnOnce() -> Result<S, E>,
    ) -> Result<Arc<SigningKey>, E> {
        let claim = checked.claim();
        let access_key_id = claim.access_key_id();
        if let Some(key) = self.read().find(access_key_id, generation, claim.scope_text()) {
            return Ok(key);
        }
        let key = Arc::new(SigningKey::derive(secret()?.as_ref(), &claim.scope()));
        self.write().insert(access_key_id, generation, Arc::clone(&key), self.access_keys_max);
        Ok(key)
    }

    /// Forgets all keys of an access key. Not needed for correctness when generations are used; it wipes the keys of
    /// a deleted access key at once.
    pub fn forget(&self, access_key_id: &str) {
        self.write().forget(access_key_id);
    }

    /// How many access keys are remembered.
    pub fn len(&self) -> usize {
        self.read().slots.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // A panic cannot leave the maps half changed in a way that matters: a key is found only by its full name.
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn find(&self, access_key_id: &str, generation: u64, scope: &str) -> Option<Arc<SigningKey>> {
        let slot = self.slots.get(*self.index.get(access_key_id)?)?;
        if slot.generation != generation {
            return None;
        }
        let key = slot.keys.iter().find(|key| key.scope_text() == scope)?;
        if !slot.used.load(Ordering::Relaxed) {
            slot.used.store(true, Ordering::Relaxed);
        }
        Some(Arc::clone(key))
    }

    fn insert(&mut self, access_key_id: &str, generation: u64, key: Arc<SigningKey>, access_keys_max: usize) {
        let place = self.index.get(access_key_id).copied();
        match place.and_then(|place| self.slots.get_mut(place)) {
            // A reader that was overtaken by a change must not bring the old key back.
            Some(slot) if slot.generation > generation => {}
            Some(slot) => slot.insert(generation, key),
            None => {
                let slot = Slot {
                    access_key_id: access_key_id.into(),
                    generation,
                    keys: vec![key],
                    next: 0,
                    used: AtomicBool::new(false),
                };
                self.add(slot, access_keys_max);
            }
        }
    }

    fn add(&mut self, slot: Slot, access_keys_max: usize) {
        if self.slots.len() < access_keys_max {
            self.index.insert(slot.access_key_id.clone(), self.slots.len());
            self.slots.push(slot);
            return;
        }
        // Ends after two rounds at most: the first clears every mark.
        while self.slots[self.hand].used.swap(false, Ordering::Relaxed) {
            self.hand = (self.hand + 1) % self.slots.len();
        }
        self.index.remove(&self.slots[self.hand].access_key_id);
        self.index.insert(slot.access_key_id.clone(), self.hand);
        self.slots[self.hand] = slot;
        self.hand = (self.hand + 1) % self.slots.len();
    }

    fn forget(&mut self, access_key_id: &str) {
        let Some(place) = self.index.remove(access_key_id) else { return };
        self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.index.insert(moved.access_key_id.clone(), place);
        }
        self.hand = 0;
    }
}

impl Slot {
    fn insert(&mut self, generation: u64, key: Arc<SigningKey>) {
        if self.generation < generation {
            self.generation = generation;
            self.keys.clear();
            self.next = 0;
        }
        if self.keys.iter().any(|other| other.scope_text() == key.scope_text()) {
            // Another request was quicker.
        } else if self.keys.len() < SCOPES_MAX {
            self.keys.push(key);
        } else {
            self.keys[self.next] = key;
            self.next = (self.next + 1) % SCOPES_MAX;
        }
    }
}

impl std::fmt::Debug for SigningKeyCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeyCache")
            .field("access_keys_max", &self.access_keys_max)
            .finish_non_exhaustive()
    }
}
