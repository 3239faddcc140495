//! Who may call the admin API: access keys, kept in memory, refreshed when the directory changes.

use std::fmt;
use std::sync::Arc;

use postroom_policy::iam::Policies;
use postroom_policy::permit::{AwsAccountId, Caller};
use postroom_store::seal::{Keyring, Purpose};
use postroom_store::{Change, Place, Read, Store, StoreError};
use postroom_types::Timestamp;
use zeroize::Zeroizing;

use crate::cache::Remembered;
use crate::limits;
use crate::ops::find_access_key;

/// An access key that is in force.
pub struct CallerKey {
    /// `AKIA…`
    pub access_key_id: Arc<str>,
    /// The AWS account it belongs to.
    pub aws_account: Arc<str>,
    /// Account and key, for whoever proves to hold it.
    pub caller: Caller,
    /// The secret, as HMAC takes it.
    pub secret: Zeroizing<Vec<u8>>,
    /// What it may do; compiled once for this generation.
    pub policies: Policies,
    /// Moves with every change of the key: what is derived from an older one (a signing key) is not used.
    pub generation: i64,
}

impl fmt::Debug for CallerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallerKey({})", self.access_key_id)
    }
}

/// Opens the sealed secret of an access key id; `None` when the seal is broken.
pub type Unseal = Box<dyn Fn(&str, &[u8]) -> Option<Zeroizing<Vec<u8>>> + Send + Sync>;

/// Opens the secrets that [`NewAccessKey`](crate::ops::NewAccessKey) has sealed.
pub fn unseal_with(keyring: Keyring) -> Unseal {
    Box::new(move |access_key_id, sealed| {
        keyring.directory().open(Purpose::ACCESS_KEYS, access_key_id.as_bytes(), sealed).ok()
    })
}

/// The access keys that were used.
pub struct Callers {
    known: Remembered<Box<str>, Arc<CallerKey>>,
    /// Ids that are no key in force, with when that was found: a flood of wrong ids reads little.
    unknown: Remembered<Box<str>, Timestamp>,
    unseal: Unseal,
}

impl Callers {
    /// A view that empties itself when the directory of `store` changes.
    pub fn watching(store: &Store, unseal: Unseal) -> Arc<Self> {
        let callers = Arc::new(Self {
            known: Remembered::new(limits::CALLERS_CACHED_MAX),
            unknown: Remembered::new(limits::UNKNOWN_KEYS_MAX),
            unseal,
        });
        let watching = Arc::downgrade(&callers);
        store.listen(Box::new(move |change| {
            if let (Change::Directory | Change::Everything, Some(callers)) = (change, watching.upgrade()) {
                callers.known.forget_all();
                callers.unknown.forget_all();
            }
        }));
        callers
    }

    /// The key with this id, if it is in force.
    pub async fn find(
        &self,
        store: &Store,
        access_key_id: &str,
    ) -> Result<Option<Arc<CallerKey>>, StoreError> {
        if let Some(known) = self.known.find(access_key_id) {
            return Ok(Some(known));
        }
        let id = Box::<str>::from(access_key_id);
        let now = store.clock().now();
        if self.unknown.find(&id).is_some_and(|since| is_recent(since, now)) {
            return Ok(None);
        }
        let (known_epoch, unknown_epoch) = (self.known.epoch(), self.unknown.epoch());
        let wanted = id.clone();
        let read = move |read: &mut dyn Read| find_access_key(read, &wanted);
        let found = store.read::<_, StoreError, _>(Place::Directory, read).await?;
        let Some(key) = found.filter(|key| key.active) else {
            self.unknown.insert(unknown_epoch, id, now);
            return Ok(None);
        };
        let Some(secret) = (self.unseal)(access_key_id, &key.secret_sealed) else {
            let cause = format!("the secret of access key {access_key_id} cannot be opened");
            return Err(StoreError::Impaired(cause));
        };
        let Some(aws_account) = AwsAccountId::parse(key.aws_account.as_str()) else {
            return Err(StoreError::Impaired(format!("the access key {access_key_id} is of no AWS account")));
        };
        let key = Arc::new(CallerKey {
            caller: Caller::new(aws_account, access_key_id),
            access_key_id: access_key_id.into(),
            aws_account: key.aws_account.as_str().into(),
            secret,
            policies: compiled(access_key_id, key.policies.json()),
            generation: key.generation,
        });
        self.known.insert(known_epoch, id, Arc::clone(&key));
        Ok(Some(key))
    }
}

/// The policies of a key. Those that cannot be read give no rights: they were checked when they were attached, so this
/// is damage or a newer program's work.
fn compiled(access_key_id: &str, json: &str) -> Policies {
    Policies::parse(json).unwrap_or_else(|error| {
        tracing::error!(access_key_id, %error, "the policies of access key {access_key_id} cannot be read");
        Policies::default()
    })
}

fn is_recent(since: Timestamp, now: Timestamp) -> bool {
    now.micros() - since.micros() < limits::UNKNOWN_KEY_SECONDS * 1_000_000
}
