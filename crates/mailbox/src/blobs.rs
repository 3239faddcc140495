//! Blobs that no body names: what a put that was not followed by its transaction has left, and what was purged.
//!
//! A purge notes the blobs that it lets go ([`crate::items::purge`]); the collector notes those that it finds without a
//! body. Either is looked at again a day later, in a transaction, and removed when still no body names it. A blob that
//! is named for the first time is younger than `limits::BLOB_USED_WITHIN`, so none of these is.

use postroom_store::blobs::{BlobId, Blobs, Found};
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::OrganizationKey;

use crate::limits;
use crate::sql::blobs as sql;

/// Removes the blobs of `organization` that no body has named for `limits::BLOB_KEPT`; answers how many. Blocks. It may
/// be cut off and repeated.
pub(crate) fn collect(
    store: &Store,
    blobs: &Blobs,
    organization: OrganizationKey,
) -> Result<u64, StoreError> {
    let old = store.clock().now().minus(limits::BLOB_KEPT);
    blobs.remove_leftovers(organization, old)?;
    let (mut after, mut removed) = (None, 0);
    loop {
        let page = blobs.page(organization, after)?;
        let Some(last) = page.last() else { return Ok(removed) };
        after = Some(last.id);
        for found in unnamed(store, organization, page)? {
            if found.put_at < old && is_due(store, organization, found.id)? {
                remove(store, blobs, organization, found.id)?;
                removed += 1;
            }
        }
    }
}

/// Those of `page` that no body names.
pub(crate) fn unnamed(
    store: &Store,
    organization: OrganizationKey,
    page: Vec<Found>,
) -> Result<Vec<Found>, StoreError> {
    store.read_blocking(Place::Organization(organization), |read| {
        let mut unnamed = Vec::new();
        for found in &page {
            if !is_named(read, organization, found.id)? {
                unnamed.push(*found);
            }
        }
        Ok(unnamed)
    })
}

fn is_named(read: &mut dyn Read, organization: OrganizationKey, id: BlobId) -> Result<bool, StoreError> {
    Ok(read.query_first(&sql::IS_NAMED, parameters![organization.0, id.as_bytes()])?.is_some())
}

/// Whether no body names `id`, asked in a transaction.
pub(crate) fn is_unnamed(
    store: &Store,
    organization: OrganizationKey,
    id: BlobId,
) -> Result<bool, StoreError> {
    store.write_blocking(Place::Organization(organization), move |tx| Ok(!is_named(tx, organization, id)?))
}

/// Whether nobody has named `id` for long enough; notes it when it is seen without a body for the first time.
fn is_due(store: &Store, organization: OrganizationKey, id: BlobId) -> Result<bool, StoreError> {
    store.write_blocking(Place::Organization(organization), move |tx| {
        let (now, key) = (tx.now(), (organization.0, id));
        if is_named(tx, organization, id)? {
            tx.execute(&sql::FORGET_UNUSED, parameters![key.0, key.1.as_bytes()])?;
            return Ok(false);
        }
        tx.execute(&sql::SEE_UNUSED, parameters![key.0, key.1.as_bytes(), now])?;
        let seen = tx.query_first(&sql::SEEN_UNUSED, parameters![key.0, key.1.as_bytes()])?;
        let seen = seen.map_or(now, |mut row| row.take(0));
        Ok(seen <= now.minus(limits::BLOB_KEPT))
    })
}

/// Removes the blob `id`, and then the note about it.
pub(crate) fn remove(
    store: &Store,
    blobs: &Blobs,
    organization: OrganizationKey,
    id: BlobId,
) -> Result<(), StoreError> {
    blobs.remove_blocking(organization, id)?;
    store.write_blocking(Place::Organization(organization), move |tx: &mut Tx<'_>| {
        tx.execute(&sql::FORGET_UNUSED, parameters![organization.0, id.as_bytes()]).map(drop)
    })
}
