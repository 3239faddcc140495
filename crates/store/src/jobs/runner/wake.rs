//! What asks for jobs: announce, write, tell.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_types::Timestamp;
use tokio::sync::Notify;

use crate::jobs::{Announcement, Kind, announce, enqueue, next_due};
use crate::{Outcome, Place, Read, Store, StoreError, Tx, limits};

/// The way to enqueue jobs, and to tell the runners of this process at once. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    store: Store,
    wake: Arc<Wake>,
}

#[derive(Default)]
struct Wake {
    told: Mutex<BTreeSet<Place>>,
    notify: Notify,
}

impl Jobs {
    /// Jobs in `store`. Make one in a process and clone it, so that runners hear of what is enqueued.
    pub fn new(store: Store) -> Self {
        Self { store, wake: Arc::default() }
    }

    /// Where the jobs lie.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Announces a job of `kind` for `due_at`, runs `work` in a transaction at `place` and tells the runners.
    ///
    /// `work` enqueues the job with the announcement it gets; it need not.
    pub async fn write<T, E, F>(&self, place: Place, kind: Kind, due_at: Timestamp, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx<'_>, &Announcement) -> Result<T, E> + Send + 'static,
    {
        let announcement = self.announce(place, kind, due_at).await?;
        let written = self.store.write(place, move |tx| work(tx, &announcement)).await;
        if written.is_ok() {
            self.tell(place);
        }
        written
    }

    /// Enqueues the one job of `kind` in the directory, due now. Called at start for work that comes back by itself: where
    /// nothing can be written (a full disk), one that is there already is enough.
    pub async fn begin(&self, kind: Kind, unique_key: &'static str) -> Result<(), StoreError> {
        let begin = move |tx: &mut Tx<'_>| {
            let announced = Announcement::in_directory(kind, tx.now());
            enqueue(tx, &announced, Some(unique_key), &[]).map(drop)
        };
        let begun = self.store.write(Place::Directory, begin).await;
        if let Err(error @ StoreError::Unavailable { outcome: Outcome::NotWritten, .. }) = begun {
            let waits = move |read: &mut dyn Read| next_due(read, Place::Directory, kind);
            return match self.store.read(Place::Directory, waits).await? {
                Some(_) => Ok(()),
                None => Err(error),
            };
        }
        begun?;
        self.tell(Place::Directory);
        Ok(())
    }

    /// Announces a job; for a transaction that enqueues several, or is opened elsewhere. Then [`Jobs::tell`].
    pub async fn announce(
        &self,
        place: Place,
        kind: Kind,
        due_at: Timestamp,
    ) -> Result<Announcement, StoreError> {
        announce(&self.store, place, kind, due_at).await
    }

    /// Tells the runners of this process that work was enqueued at `place`. Forgetting it costs a pause, not the work.
    pub fn tell(&self, place: Place) {
        {
            let mut told = self.wake.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.len() < limits::TOLD_PLACES_MAX {
                told.insert(place);
            }
        }
        self.wake.notify.notify_one();
    }

    pub(super) fn take_told(&self) -> BTreeSet<Place> {
        std::mem::take(&mut *self.wake.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Places that could not be visited yet; wakes nobody, since there is no room.
    pub(super) fn put_back_told(&self, mut places: BTreeSet<Place>) {
        self.wake.told.lock().unwrap_or_else(PoisonError::into_inner).append(&mut places);
    }

    pub(super) async fn told(&self) {
        self.wake.notify.notified().await;
    }
}
