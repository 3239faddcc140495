//! Overrides: one person's one device, decided alone. Source: WB §3.3.

mod key;
mod table;

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use postroom_types::{DeviceId, EntityId};

use crate::Effect;
use crate::limits::OVERRIDES_MAX;
use key::{Key, pack_device, pack_user};
use table::Table;

/// Why an override cannot be put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverrideError {
    /// The device id is not 1 to 32 letters and digits.
    NotADeviceId,
    /// There are already [`OVERRIDES_MAX`].
    Full,
}

impl fmt::Display for OverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADeviceId => f.write_str("a device id is 1 to 32 letters and digits"),
            Self::Full => write!(f, "there are {OVERRIDES_MAX} overrides already"),
        }
    }
}

impl std::error::Error for OverrideError {}

/// The overrides of one organization, keyed by user id and device id (compared without case).
///
/// Made for a million entries: 42 bytes each and an index of 8 bytes a slot, 59 MB in all. User ids that have
/// a minted shape are packed into the entry; others are kept once each. `S` only spreads entries over the index: no
/// answer depends on it.
#[derive(Clone)]
pub struct Overrides<S = RandomState> {
    table: Table,
    /// Ids that do not pack (imported ones), with a number and how many entries use it.
    other_users: HashMap<Box<str>, OtherUser, S>,
    /// Numbers that were given back.
    free_numbers: Vec<u32>,
    hasher: S,
}

#[derive(Debug, Clone, Copy)]
struct OtherUser {
    number: u32,
    entry_count: u32,
}

impl Overrides {
    /// No overrides.
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new(), RandomState::new())
    }
}

impl Default for Overrides {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Overrides<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides").field("len", &self.table.len()).finish_non_exhaustive()
    }
}

impl<S: BuildHasher> Overrides<S> {
    /// No overrides, spread by the given hashers.
    pub fn with_hasher(hasher: S, users_hasher: S) -> Self {
        Self {
            table: Table::default(),
            other_users: HashMap::with_hasher(users_hasher),
            free_numbers: Vec::new(),
            hasher,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that the overrides occupy beside this value, without the allocator's own.
    pub fn heap_bytes(&self) -> usize {
        let user_slot = size_of::<(Box<str>, OtherUser)>() + 1;
        let user_texts: usize = self.other_users.keys().map(|user| user.len()).sum();
        self.table.heap_bytes() + self.other_users.capacity() * user_slot + user_texts
    }

    /// The override for this person and device, if there is one. Allocates nothing.
    pub fn get(&self, user_id: &EntityId, device_id: &str) -> Option<Effect> {
        let key = self.key(user_id, device_id)?;
        self.table.get(&key, &self.hasher)
    }

    /// Creates the override or changes its effect; answers the effect it had.
    pub fn put(
        &mut self,
        user_id: &EntityId,
        device_id: &DeviceId,
        effect: Effect,
    ) -> Result<Option<Effect>, OverrideError> {
        let device = pack_device(device_id).ok_or(OverrideError::NotADeviceId)?;
        if let Some(key) = self.key(user_id, device_id)
            && let Some(old) = self.table.replace(&key, effect, &self.hasher)
        {
            return Ok(Some(old));
        }
        if self.len() >= OVERRIDES_MAX {
            return Err(OverrideError::Full);
        }
        let key = match pack_user(user_id.as_str()) {
            Some(user) => Key::new(user, device),
            None => Key::with_number(self.acquire_number(user_id.as_str()), device),
        };
        self.table.insert(key, effect, &self.hasher);
        Ok(None)
    }

    /// Removes the override; answers the effect it had.
    pub fn remove(&mut self, user_id: &EntityId, device_id: &str) -> Option<Effect> {
        let key = self.key(user_id, device_id)?;
        let effect = self.table.remove(&key, &self.hasher)?;
        if pack_user(user_id.as_str()).is_none() {
            self.release_number(user_id.as_str());
        }
        Some(effect)
    }

    /// The key of an entry that may exist; `None` when none can.
    fn key(&self, user_id: &EntityId, device_id: &str) -> Option<Key> {
        let device = pack_device(device_id)?;
        match pack_user(user_id.as_str()) {
            Some(user) => Some(Key::new(user, device)),
            None => {
                let user = self.other_users.get(user_id.as_str())?;
                Some(Key::with_number(user.number, device))
            }
        }
    }

    /// The number of a user whose id does not pack, counted once more.
    fn acquire_number(&mut self, user_id: &str) -> u32 {
        if let Some(user) = self.other_users.get_mut(user_id) {
            user.entry_count += 1;
            return user.number;
        }
        // Numbers in use are 0..count, less the free ones, so with none free the next is the count.
        let number = self.free_numbers.pop().unwrap_or_else(|| {
            u32::try_from(self.other_users.len()).expect("no more users than OVERRIDES_MAX entries")
        });
        self.other_users.insert(user_id.into(), OtherUser { number, entry_count: 1 });
        number
    }

    /// Counts a user once less, and forgets the last use.
    fn release_number(&mut self, user_id: &str) {
        let Some(user) = self.other_users.get_mut(user_id) else { return };
        user.entry_count -= 1;
        if user.entry_count == 0 {
            let number = user.number;
            self.other_users.remove(user_id);
            self.free_numbers.push(number);
        }
    }
}
