//! Blobs as rows, in pieces: where every node of a PostgreSQL cell sees them and nothing else is needed.

use std::ops::Range;
use std::sync::Arc;

use postroom_types::{OrganizationKey, Timestamp};

use super::{BlobId, Found};
use crate::{Migration, Place, Read as _, SchemaModule, Store, StoreError, limits, parameters};

/// The table.
pub(super) const TABLE: &str = "blob_chunks";
/// Bytes of a piece that is not the last.
const CHUNK_BYTES: usize = 64 * 1024;

/// In every organization.
pub(crate) const IN_ORGANIZATION: SchemaModule = SchemaModule {
    name: "store.blobs",
    in_directory: false,
    index: None,
    tables: &[TABLE],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

/// `size_bytes` is the whole blob's.
const VERSION_1: &str = "
CREATE TABLE blob_chunks (
    organization BIGINT NOT NULL,
    blob_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    put_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (organization, blob_id, number)
) /*sqlite STRICT */;
";

crate::statements! {
    INSERT = "INSERT INTO blob_chunks (organization, blob_id, number, put_at, size_bytes, bytes)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    READ = "SELECT bytes FROM blob_chunks WHERE organization = $1 AND blob_id = $2 AND number BETWEEN $3 AND $4
        ORDER BY number";
    PAGE = "SELECT blob_id, size_bytes, put_at FROM blob_chunks WHERE organization = $1 AND blob_id > $2
        AND number = 0 ORDER BY blob_id LIMIT $3";
    DELETE = "DELETE FROM blob_chunks WHERE organization = $1 AND blob_id = $2";
}

pub(super) fn put(
    store: &Store,
    organization: OrganizationKey,
    id: BlobId,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let bytes: Arc<[u8]> = bytes.into();
    store.write_blocking(Place::Organization(organization), move |tx| {
        let (now, size) = (tx.now(), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        for (number, chunk) in (0_i64..).zip(bytes.chunks(CHUNK_BYTES)) {
            tx.execute(&INSERT, parameters![organization.0, id.as_bytes(), number, now, size, chunk])?;
        }
        Ok(())
    })
}

pub(super) fn read(
    store: &Store,
    organization: OrganizationKey,
    id: BlobId,
    range: Range<u64>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let chunk = CHUNK_BYTES as u64;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (first, last) = (range.start / chunk, range.end.saturating_sub(1) / chunk);
    let (from, to) = (number(first), number(last));
    let chunks: Vec<Vec<u8>> =
        store.read_blocking::<_, StoreError, _>(Place::Organization(organization), |read| {
            let rows = read.query(&READ, parameters![organization.0, id.as_bytes(), from, to])?;
            Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
        })?;
    if chunks.is_empty() {
        return Ok(None);
    }
    let bytes = chunks.concat();
    let place = |at: u64| usize::try_from(at - first * chunk).unwrap_or(usize::MAX).min(bytes.len());
    Ok(Some(bytes[place(range.start)..place(range.end.max(range.start))].to_vec()))
}

pub(super) fn page(
    store: &Store,
    organization: OrganizationKey,
    after: Option<BlobId>,
) -> Result<Vec<Found>, StoreError> {
    let after = after.as_ref().map_or(&b""[..], BlobId::as_bytes);
    let limit = i64::try_from(limits::BLOBS_PER_PAGE).unwrap_or(i64::MAX);
    store.read_blocking(Place::Organization(organization), |read| {
        let rows = read.query(&PAGE, parameters![organization.0, after, limit])?;
        let found = rows.into_iter().filter_map(|mut row| {
            let id = BlobId::from_bytes(&row.take::<Vec<u8>>(0))?;
            let size_bytes = u64::try_from(row.take::<i64>(1)).unwrap_or(0);
            Some(Found { id, size_bytes, put_at: row.take::<Timestamp>(2) })
        });
        Ok(found.collect())
    })
}

pub(super) fn remove(store: &Store, organization: OrganizationKey, id: BlobId) -> Result<(), StoreError> {
    store.write_blocking(Place::Organization(organization), move |tx| {
        tx.execute(&DELETE, parameters![organization.0, id.as_bytes()]).map(drop)
    })
}
