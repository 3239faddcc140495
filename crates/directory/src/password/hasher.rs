//! Argon2id off the async threads, so many at once and no more.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash as Phc, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use postroom_store::Random;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Memory of one hash, KiB. OWASP's first choice for Argon2id, with the next two.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Callers that may wait for their turn; one more is `Busy`.
const WAITING_MAX: usize = 256;

/// An Argon2id hash with its salt and parameters (PHC string). `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<str>);

impl PasswordHash {
    /// The PHC string as the store has it.
    pub fn from_store(text: String) -> Self {
        Self(text.into_boxed_str())
    }
    /// A PHC string from elsewhere (an importer); `None` when it is not one of Argon2id within twice our parameters.
    pub fn parse(text: &str) -> Option<Self> {
        let phc = Phc::new(text).ok()?;
        let params = Params::try_from(&phc).ok()?;
        let affordable = params.m_cost() <= 2 * MEMORY_KIB
            && params.t_cost() <= 2 * PASSES
            && params.p_cost() <= 2 * LANES;
        (phc.algorithm == Algorithm::Argon2id.ident() && phc.hash.is_some() && affordable)
            .then(|| Self(text.into()))
    }
    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

/// Too many callers wait for a hash. Trying again later helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many passwords are being checked")
    }
}

impl std::error::Error for Busy {}

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    random: Arc<dyn Random>,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// What an unknown user's password is compared with, so that the answer takes as long.
    nobody: PasswordHash,
}

impl Hasher {
    /// A hasher that runs at most `parallel` at once (each takes 19 MiB and a core).
    pub fn new(random: Arc<dyn Random>, parallel: usize) -> Self {
        let nobody = hash_now(&random.bytes(), "");
        Self { random, turns: Arc::new(Semaphore::new(parallel.max(1))), waiting: Arc::default(), nobody }
    }

    /// The hash of `password` with a new salt.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, Busy> {
        let (password, salt) = (Zeroizing::new(password.to_owned()), self.random.bytes());
        self.run(move || hash_now(&salt, &password)).await
    }

    /// Whether `password` is the one of `hash`. Without a hash the answer is no, after as long.
    pub async fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<bool, Busy> {
        let password = Zeroizing::new(password.to_owned());
        let (known, hash) = (hash.is_some(), hash.unwrap_or(&self.nobody).clone());
        self.run(move || verify_now(&hash, &password) && known).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = Place::take(&self.waiting).ok_or(Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Busy)?;
        // The turn goes into the thread: a caller that is gone does not free it while the hash still runs.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| Busy)
    }
}

/// A place among those that wait or run; given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Option<Self> {
        if waiting.fetch_add(1, Ordering::AcqRel) >= WAITING_MAX {
            waiting.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Self(Arc::clone(waiting)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(salt: &[u8; 16], password: &str) -> PasswordHash {
    let salt = SaltString::encode_b64(salt).expect("16 bytes are within the bounds of a salt");
    let hash =
        argon2().hash_password(password.as_bytes(), &salt).expect("a password is far below Argon2's bound");
    PasswordHash(hash.to_string().into_boxed_str())
}

fn verify_now(hash: &PasswordHash, password: &str) -> bool {
    Phc::new(&hash.0).is_ok_and(|phc| argon2().verify_password(password.as_bytes(), &phc).is_ok())
}

#[cfg(test)]
mod tests {
    use postroom_store::SeededRandom;

    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(Arc::new(SeededRandom::new(1)), 2)
    }

    #[tokio::test]
    async fn only_the_right_password_is_verified() {
        let hasher = hasher();
        let hash = hasher.hash("Abcdefg1").await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert_eq!(hasher.verify("Abcdefg1", Some(&hash)).await, Ok(true));
        assert_eq!(hasher.verify("Abcdefg2", Some(&hash)).await, Ok(false));
        assert_eq!(hasher.verify("", None).await, Ok(false));
        assert_ne!(hasher.hash("Abcdefg1").await.unwrap(), hash, "each hash has its own salt");
        assert_eq!(format!("{hash:?}"), "PasswordHash(***)");
    }

    #[tokio::test]
    async fn beyond_the_limit_callers_are_told() {
        let hasher = hasher();
        hasher.waiting.store(WAITING_MAX, Ordering::SeqCst);
        assert_eq!(hasher.hash("x").await, Err(Busy));
        hasher.waiting.store(WAITING_MAX - 1, Ordering::SeqCst);
        assert!(hasher.hash("x").await.is_ok());
        assert_eq!(hasher.waiting.load(Ordering::SeqCst), WAITING_MAX - 1);
    }

    #[test]
    fn only_affordable_hashes_are_imported() {
        let ours = hash_now(&[3; 16], "x");
        assert_eq!(PasswordHash::parse(ours.as_str()), Some(ours.clone()));
        let dear = ours.as_str().replace("m=19456", "m=1048576");
        for bad in [dear.as_str(), "x", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ"] {
            assert_eq!(PasswordHash::parse(bad), None, "{bad}");
        }
    }
}
