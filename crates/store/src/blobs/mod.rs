//! Blobs: bytes that are too large for a row. They are put before the transaction whose row names them.
//!
//! A blob is immutable, and its id is a keyed hash of its bytes; whoever puts it has sealed them. A column with ids of
//! blobs is called [`COLUMN`], so that archives carry what it names. Nothing is removed with a row: whoever owns such a
//! column collects, in time, what no row names (`mailbox`, its sweep).
//!
//! Where new blobs go, [`BlobPlace`] says; blobs that are beside the rows, where the engine keeps them by itself, are
//! found in either case:
//!
//! ```text
//! embedded    organizations/<key>/bodies/<2 hex>/<64 hex>   gone with the organization's folder
//! PostgreSQL  the table blob_chunks                         every node sees it; pages of 64 KiB
//! S3          <prefix>/<id of this store>/<organization's key>/<64 hex>
//! ```
//!
//! Entry points: [`Store::blobs`], [`Blobs::put`], [`Blobs::read`], [`Blobs::page`].

mod chunks;
mod folders;
mod id;
mod identity;
mod options;
mod s3;
mod threads;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use postroom_types::{OrganizationKey, Timestamp};

use crate::{Outcome, Store, StoreError};

pub(crate) use chunks::IN_ORGANIZATION;
pub(crate) use folders::Folders;
pub use id::BlobId;
pub(crate) use identity::{IN_DIRECTORY, TABLE as IDENTITY_TABLE};
pub use options::{BlobPlace, S3Options};
pub(crate) use s3::S3;
pub(crate) use threads::Threads;

/// What a column is called that has ids of blobs.
pub const COLUMN: &str = "blob_id";
/// The table of blobs that are beside the rows.
pub(crate) const CHUNKS_TABLE: &str = chunks::TABLE;

pub(crate) const CHUNK_STATEMENTS: crate::StatementList = chunks::ALL;
pub(crate) const IDENTITY_STATEMENTS: crate::StatementList = identity::ALL;

/// A blob that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: BlobId,
    /// Its bytes.
    pub size_bytes: u64,
    /// When it was put, as whoever keeps it says.
    pub put_at: Timestamp,
}

/// Where the blobs of a store are.
pub(crate) struct Places {
    pub(crate) threads: Threads,
    pub(crate) folders: Option<Folders>,
    pub(crate) s3: Option<S3>,
}

/// The blobs of a store. Cheap to clone. What is called `…_blocking` waits for the disk or the network on the caller's
/// thread.
#[derive(Clone)]
pub struct Blobs {
    store: Store,
    places: Arc<Places>,
}

/// One way of keeping blobs.
enum Way<'a> {
    Folders(&'a Folders),
    Chunks,
    S3(&'a S3),
}

impl Blobs {
    pub(crate) fn new(store: Store, places: Arc<Places>) -> Self {
        Self { store, places }
    }

    /// Puts `bytes` as `id`; when this answers, it is durable. Nothing happens when it is there.
    pub async fn put(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.on_thread(move |blobs| blobs.put_blocking(organization, id, &bytes)).await
    }

    /// As [`Blobs::put`].
    pub fn put_blocking(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        match self.new_ones() {
            Way::Folders(folders) => folders.put(organization, id, bytes, self.store.random().as_ref()),
            Way::Chunks => chunks::put(&self.store, organization, id, bytes),
            Way::S3(s3) => s3.put(&self.places.threads, organization, id, bytes),
        }
    }

    /// The bytes `range` of the blob `id`, fewer when it ends before; `None` when it is not there.
    pub async fn read(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        range: Range<u64>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.on_thread(move |blobs| blobs.read_blocking(organization, id, range.clone())).await
    }

    /// As [`Blobs::read`].
    pub fn read_blocking(
        &self,
        organization: OrganizationKey,
        id: BlobId,
        range: Range<u64>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        for way in self.ways() {
            let read = match way {
                Way::Folders(folders) => folders.read(organization, id, range.clone()),
                Way::Chunks => chunks::read(&self.store, organization, id, range.clone()),
                Way::S3(s3) => s3.read(&self.places.threads, organization, id, range.clone()),
            };
            if let Some(bytes) = read? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Up to about a thousand blobs of an organization above `after`, by id; none when there are no more.
    pub fn page(
        &self,
        organization: OrganizationKey,
        after: Option<BlobId>,
    ) -> Result<Vec<Found>, StoreError> {
        let (mut found, mut end) = (Vec::new(), None::<BlobId>);
        for way in self.ways() {
            let page = match way {
                Way::Folders(folders) => folders.page(organization, after),
                Way::Chunks => chunks::page(&self.store, organization, after),
                Way::S3(s3) => s3.page(&self.places.threads, organization, after),
            }?;
            // A place may have more behind its page, so nothing behind the shortest one counts yet.
            if let Some(last) = page.last() {
                end = Some(end.map_or(last.id, |end| end.min(last.id)));
            }
            found.extend(page);
        }
        found.retain(|found| end.is_some_and(|end| found.id <= end));
        found.sort_by_key(|found| found.id);
        found.dedup_by_key(|found| found.id);
        Ok(found)
    }

    /// Removes the blob `id`; nothing happens when it is not there.
    pub fn remove_blocking(&self, organization: OrganizationKey, id: BlobId) -> Result<(), StoreError> {
        self.ways().into_iter().try_for_each(|way| match way {
            Way::Folders(folders) => folders.remove(organization, id),
            Way::Chunks => chunks::remove(&self.store, organization, id),
            Way::S3(s3) => s3.remove(&self.places.threads, organization, id),
        })
    }

    /// Removes what puts that were cut off before `before` have left under no id.
    pub fn remove_leftovers(
        &self,
        organization: OrganizationKey,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        self.places.folders.as_ref().map_or(Ok(()), |folders| folders.remove_leftovers(organization, before))
    }

    /// Removes every blob of an organization that its own place does not take with it.
    pub(crate) async fn remove_all(&self, organization: OrganizationKey) -> Result<(), StoreError> {
        if self.places.s3.is_none() {
            return Ok(());
        }
        self.on_thread(move |blobs| match &blobs.places.s3 {
            Some(s3) => s3.remove_all(&blobs.places.threads, organization),
            None => Ok(()),
        })
        .await
    }

    /// Where new blobs went at the last start, as a [`BlobPlace`] prints; `None` before the first one.
    pub fn place_before_blocking(&self) -> Result<Option<String>, StoreError> {
        identity::place(&self.store)
    }

    /// Remembers `place` for [`Blobs::place_before_blocking`] of the next start.
    pub fn remember_place_blocking(&self, place: &BlobPlace) -> Result<(), StoreError> {
        identity::set_place(&self.store, &place.to_string())
    }

    /// Where new blobs go.
    fn new_ones(&self) -> Way<'_> {
        match (&self.places.s3, &self.places.folders) {
            (Some(s3), _) => Way::S3(s3),
            (None, Some(folders)) => Way::Folders(folders),
            (None, None) => Way::Chunks,
        }
    }

    /// Where blobs may be; where new ones go is first.
    fn ways(&self) -> Vec<Way<'_>> {
        let beside_rows = self.places.folders.as_ref().map_or(Way::Chunks, Way::Folders);
        self.places.s3.as_ref().map(Way::S3).into_iter().chain([beside_rows]).collect()
    }

    /// Runs `work`, which may wait for blobs, on a thread that may.
    pub async fn on_thread<T, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let blobs = self.clone();
        self.places.threads.run(move || work(&blobs)).await
    }
}

/// What is told when a place of blobs does not do what it should.
fn unavailable(what: impl fmt::Display, error: impl fmt::Display) -> StoreError {
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause: format!("{what}: {error}") }
}
