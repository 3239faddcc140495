//! Who may call the admin API: access keys, kept in memory, refreshed when the directory changes.

use std::fmt;
use std::sync::Arc;

use postroom_store::{Change, Place, Read, Store, StoreError, parameters};
use zeroize::Zeroizing;

use crate::limits;
use crate::sql::access_keys as sql;
use crate::watched::Watched;

/// An access key that is in force.
pub struct CallerKey {
    /// `AKIA…`
    pub access_key_id: Arc<str>,
    /// The AWS account it belongs to.
    pub aws_account: Arc<str>,
    /// The secret, as HMAC takes it.
    pub secret: Zeroizing<Vec<u8>>,
    /// JSON array of IAM policies.
    pub policies: String,
    /// Moves with every change of the key.
    pub generation: i64,
}

impl fmt::Debug for CallerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallerKey({})", self.access_key_id)
    }
}

/// Opens sealed secrets; `None` when the seal is broken.
pub type Unseal = Box<dyn Fn(&str, &[u8]) -> Option<Zeroizing<Vec<u8>>> + Send + Sync>;

/// The access keys that were used.
pub struct Callers {
    known: Watched<CallerKey>,
    unseal: Unseal,
}

impl Callers {
    /// A view that empties itself when the directory of `store` changes.
    pub fn watching(store: &Store, unseal: Unseal) -> Arc<Self> {
        let callers = Arc::new(Self { known: Watched::new(limits::CALLERS_CACHED_MAX), unseal });
        let watching = Arc::downgrade(&callers);
        store.listen(Box::new(move |change| {
            if let (Change::Directory, Some(callers)) = (change, watching.upgrade()) {
                callers.known.clear();
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
        let epoch = match self.known.get(access_key_id) {
            Ok(known) => return Ok(Some(known)),
            Err(epoch) => epoch,
        };
        let wanted = access_key_id.to_owned();
        let row = store
            .read::<_, StoreError, _>(Place::Directory, move |read: &mut dyn Read| {
                read.query_first(&sql::IN_FORCE, parameters![&wanted])
            })
            .await?;
        let Some(mut row) = row else { return Ok(None) };
        let sealed: Vec<u8> = row.take(1);
        let Some(secret) = (self.unseal)(access_key_id, &sealed) else {
            return Err(StoreError::Impaired(format!(
                "the secret of access key {access_key_id} cannot be opened"
            )));
        };
        let key = CallerKey {
            access_key_id: access_key_id.into(),
            aws_account: row.take::<String>(0).into(),
            secret,
            policies: row.take(2),
            generation: row.take(3),
        };
        Ok(Some(self.known.put(epoch, access_key_id, key)))
    }
}
