//! The data keys that are in use.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::statements as sql;
use super::{DataKey, FileMasterKey, MasterKey, Purpose, SealError, Secret};
use crate::page::PageTokens;
use crate::{Change, OpenError, Place, Read, Store, StoreError, limits, parameters};

/// The generation of every data key today.
const GENERATION: u32 = 1;

/// The master key and the data keys opened with it. Cheap to clone; it has no `Debug`.
#[derive(Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    master: Arc<dyn MasterKey>,
    directory: Arc<DataKey>,
    organizations: Mutex<Opened>,
}

/// The data keys of organizations that were opened.
#[derive(Default)]
struct Opened {
    keys: HashMap<Place, Arc<DataKey>>,
    /// Moves when a key is forgotten, so that one that was read before is not remembered after it.
    forgotten: u64,
}

impl Opened {
    fn forget(&mut self, place: Place) {
        self.keys.remove(&place);
        self.forgotten += 1;
    }

    fn forget_all(&mut self) {
        self.keys.clear();
        self.forgotten += 1;
    }
}

impl Keyring {
    /// Opens the directory's data key with the master key in the file `path`.
    ///
    /// The file is created when neither it nor a directory's data key is there: a store that has sealed data is never
    /// given a new master key. Called at start.
    pub async fn open_with_file(store: Store, path: &Path) -> Result<Self, OpenError> {
        let sealed =
            wrapped_key(&store, Place::Directory).await.map_err(|error| cannot_open(&error.into()))?;
        if sealed.is_some() && matches!(path.try_exists(), Ok(false)) {
            return Err(OpenError {
                what: format!("the master key {}", path.display()),
                cause: "the file is missing, and the store was sealed with it: put it back from your backup"
                    .to_owned(),
            });
        }
        let random = Arc::clone(store.random());
        let master = FileMasterKey::create_or_open(path, random.as_ref())?;
        Self::open(store, Arc::new(master)).await
    }

    /// Opens the directory's data key with `master`, creating it in a new store. Called at start.
    ///
    /// Fails with a clear message when `master` is not the key that the store was sealed with, and when the key is gone
    /// from a store that has organizations.
    pub async fn open(store: Store, master: Arc<dyn MasterKey>) -> Result<Self, OpenError> {
        let directory = directory_key(&store, master.as_ref()).await;
        let directory = Arc::new(directory.map_err(|error| cannot_open(&error))?);
        let keyring =
            Self { shared: Arc::new(Shared { store, master, directory, organizations: Mutex::default() }) };
        keyring.hear_removals();
        Ok(keyring)
    }

    /// Forgets the key of an organization that is removed, on whichever node.
    fn hear_removals(&self) {
        let hearing = Arc::downgrade(&self.shared);
        self.shared.store.listen(Box::new(move |change| {
            let Some(shared) = hearing.upgrade() else { return };
            let keyring = Self { shared };
            match change {
                Change::Removed { organization } => keyring.forget(Place::Organization(*organization)),
                // A removal may have been missed.
                Change::Everything => keyring.organizations().forget_all(),
                Change::Admin { .. } | Change::Mailbox { .. } | Change::Grants { .. } | Change::Directory => {
                }
            }
        }));
    }

    /// Whether the key of `place` is in memory.
    pub fn holds(&self, place: Place) -> bool {
        self.known(place).is_some()
    }

    /// The master key, for what is sealed outside a place (archives).
    pub(crate) fn master(&self) -> &dyn MasterKey {
        self.shared.master.as_ref()
    }

    /// The same, for an archive that outlives a borrow.
    pub(crate) fn shared_master(&self) -> Arc<dyn MasterKey> {
        Arc::clone(&self.shared.master)
    }

    /// The data key of `place` as the store has it now, which a restore may have replaced; `None` when there is none.
    /// Nothing is remembered. For `fsck`.
    pub async fn stored(&self, place: Place) -> Result<Option<DataKey>, SealError> {
        let wrapped = wrapped_key(&self.shared.store, place).await?;
        wrapped.map(|wrapped| unwrap(self.shared.master.as_ref(), place, &wrapped)).transpose()
    }

    /// The directory's data key.
    pub fn directory(&self) -> &DataKey {
        &self.shared.directory
    }

    /// The maker and reader of page tokens.
    pub fn page_tokens(&self) -> PageTokens {
        PageTokens::new(self.directory().derive(Purpose::PAGE_TOKENS).expose())
    }

    /// The data key of `place`, which it has from its creation on: [`SealError::NoDataKey`] when it was lost, since one
    /// made in its stead would open nothing. Call it before the transaction that needs it.
    pub async fn data_key(&self, place: Place) -> Result<Arc<DataKey>, SealError> {
        if let Some(known) = self.known(place) {
            return Ok(known);
        }
        let forgotten = self.organizations().forgotten;
        let wrapped = wrapped_key(&self.shared.store, place).await?.ok_or(SealError::NoDataKey)?;
        let key = unwrap(self.shared.master.as_ref(), place, &wrapped)?;
        Ok(self.remember(place, key, forgotten))
    }

    /// Makes the data key of `place`; nothing happens when it has one. A step of an organization's creation.
    pub async fn create_data_key(&self, place: Place) -> Result<(), SealError> {
        open_or_create(&self.shared.store, self.shared.master.as_ref(), place).await.map(drop)
    }

    /// Forgets the key of `place`: it was removed, or replaced by a restore.
    pub fn forget(&self, place: Place) {
        self.organizations().forget(place);
    }

    fn known(&self, place: Place) -> Option<Arc<DataKey>> {
        match place {
            Place::Directory => Some(Arc::clone(&self.shared.directory)),
            Place::Organization(_) => self.organizations().keys.get(&place).cloned(),
        }
    }

    /// Keeps `key`, unless some key was forgotten since `forgotten` was taken.
    fn remember(&self, place: Place, key: DataKey, forgotten: u64) -> Arc<DataKey> {
        let key = Arc::new(key);
        let mut organizations = self.organizations();
        if organizations.forgotten == forgotten {
            if organizations.keys.len() >= limits::DATA_KEYS_CACHED_MAX {
                organizations.keys.clear();
            }
            organizations.keys.insert(place, Arc::clone(&key));
        }
        key
    }

    fn organizations(&self) -> MutexGuard<'_, Opened> {
        self.shared.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The directory's data key, made in a new store. One that has organizations had a key, and what was sealed with it.
async fn directory_key(store: &Store, master: &dyn MasterKey) -> Result<DataKey, SealError> {
    if wrapped_key(store, Place::Directory).await?.is_none() {
        let looking = store.clone();
        let organizations = tokio::task::spawn_blocking(move || looking.organizations()).await;
        let organizations =
            organizations.map_err(|_| StoreError::Bug("listing organizations panicked".to_owned()))??;
        if !organizations.is_empty() {
            return Err(SealError::NoDataKey);
        }
    }
    open_or_create(store, master, Place::Directory).await
}

async fn open_or_create(store: &Store, master: &dyn MasterKey, place: Place) -> Result<DataKey, SealError> {
    let wrapped = match wrapped_key(store, place).await? {
        Some(wrapped) => wrapped,
        None => {
            let wrapped = new_wrapped_key(store, master, place)?;
            let inserted: Result<Vec<u8>, StoreError> =
                store.write(place, move |tx| insert(tx, &wrapped)).await;
            inserted?
        }
    };
    unwrap(master, place, &wrapped)
}

async fn wrapped_key(store: &Store, place: Place) -> Result<Option<Vec<u8>>, StoreError> {
    let select = move |read: &mut dyn Read| {
        let row = read.query_first(&sql::SELECT, parameters![place.number(), i64::from(GENERATION)])?;
        Ok(row.map(|mut row| row.take(0)))
    };
    store.read(place, select).await
}

fn new_wrapped_key(store: &Store, master: &dyn MasterKey, place: Place) -> Result<Vec<u8>, SealError> {
    let random = store.random().as_ref();
    let mut secret = Secret::new([0; 32]);
    random.fill(secret.bytes_mut());
    master.wrap(random, &context(place), &secret)
}

/// Stores `wrapped` unless another node was faster; answers the one that is there.
fn insert(tx: &mut crate::Tx<'_>, wrapped: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (place, generation, now) = (tx.place().number(), i64::from(GENERATION), tx.now());
    tx.execute(&sql::INSERT, parameters![place, generation, wrapped, now])?;
    let row = tx.query_first(&sql::SELECT, parameters![place, generation])?;
    row.map(|mut row| row.take(0)).ok_or_else(|| StoreError::Bug("a data key vanished".to_owned()))
}

fn unwrap(master: &dyn MasterKey, place: Place, wrapped: &[u8]) -> Result<DataKey, SealError> {
    Ok(DataKey::new(GENERATION, master.unwrap(&context(place), wrapped)?))
}

/// What a wrapped key is bound to: its kind of place and generation. See the module for why not to the number.
pub(crate) fn context(place: Place) -> Vec<u8> {
    let kind = match place {
        Place::Directory => "directory",
        Place::Organization(_) => "organization",
    };
    format!("postroom data key, {kind}, generation {GENERATION}").into_bytes()
}

fn cannot_open(error: &SealError) -> OpenError {
    let cause = match error {
        SealError::WrongMasterKey => {
            "this is not the master key that the store was sealed with: configure the right one".to_owned()
        }
        SealError::NoDataKey => "the directory's data key is lost, and nothing opens without it".to_owned(),
        other => other.to_string(),
    };
    OpenError { what: "the sealed data of the store".to_owned(), cause }
}
