//! Passwords that were found right, remembered for minutes; and one check at a time of the same one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postroom_store::seal::Secret;
use postroom_types::Timestamp;
use zeroize::Zeroizing;

use super::people::Person;
use crate::cache::Remembered;
use crate::limits;

/// What a presented password is known by in memory: its hash under a key of this process.
pub(super) type Mark = [u8; 32];

/// Remembers that a password belongs to a hash of the store.
///
/// That is a fact that never becomes untrue: what may change is whose hash it is. So the mark is made of the hash that
/// the store has *now* and the generation of the user's credentials, and a password that was changed, or a credential
/// that was revoked, finds nothing.
pub(super) struct RightPasswords {
    marking: Secret,
    known: Remembered<Mark, Timestamp>,
    checking: Mutex<HashMap<Mark, Arc<tokio::sync::Mutex<()>>>>,
}

impl RightPasswords {
    /// Nothing is remembered. `marking` is a key of this process.
    pub(super) fn new(marking: Secret) -> Self {
        let known = Remembered::new(limits::PASSWORDS_REMEMBERED_MAX);
        Self { marking, known, checking: Mutex::default() }
    }

    /// The mark of `password` for `person`, if passwords count there.
    pub(super) fn mark(&self, person: &Person, password: &str) -> Option<Mark> {
        let hash = person.accepted_hash()?;
        let (organization, generation) =
            (person.organization.key.0.to_be_bytes(), person.generation.to_be_bytes());
        let parts: [&[u8]; 5] = [
            &organization,
            &generation,
            person.id.as_str().as_bytes(),
            hash.as_str().as_bytes(),
            password.as_bytes(),
        ];
        Some(self.marking.mac(&joined(&parts)))
    }

    /// Whether the password of `mark` was found right lately.
    pub(super) fn knows(&self, mark: &Mark, now: Timestamp) -> bool {
        // A clock that went back does not make it longer.
        let latest = now.plus(limits::PASSWORD_REMEMBERED);
        self.known.find(mark).is_some_and(|until| until > now && until <= latest)
    }

    /// The password of `mark` was found right.
    pub(super) fn remember(&self, mark: Mark, now: Timestamp) {
        self.known.insert(self.known.epoch(), mark, now.plus(limits::PASSWORD_REMEMBERED));
    }

    /// Waits until nobody else checks what these name: a client that opens ten connections at once costs one check.
    pub(super) async fn turn(&self, account: &[u8], password: &str) -> Turn<'_> {
        let name = self.marking.mac(&joined(&[account, password.as_bytes()]));
        let lock = Arc::clone(self.checking().entry(name).or_default());
        // Made before the waiting: who gives up while waiting leaves nothing behind.
        let mut turn = Turn { passwords: self, name, lock, held: None };
        turn.held = Some(Arc::clone(&turn.lock).lock_owned().await);
        turn
    }

    fn checking(&self) -> MutexGuard<'_, HashMap<Mark, Arc<tokio::sync::Mutex<()>>>> {
        self.checking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody else checks the same now.
pub(super) struct Turn<'p> {
    passwords: &'p RightPasswords,
    name: Mark,
    lock: Arc<tokio::sync::Mutex<()>>,
    held: Option<tokio::sync::OwnedMutexGuard<()>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut checking = self.passwords.checking();
        self.held = None;
        // The map and this turn; whoever waits has one more, taken while the map was locked.
        if Arc::strong_count(&self.lock) <= 2 {
            checking.remove(&self.name);
        }
    }
}

/// The parts, each with its length, so that nothing can shift between them.
fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len() + 8).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}
