//! The bytes of a message, as they are read: whole or in part.

use std::ops::Range;

use postroom_mime::Structure;
use postroom_store::blobs::BlobId;
use postroom_store::seal::{DataKey, FrameMap};
use postroom_store::{Read, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::message::BODIES;
use crate::sql::items as sql;
use crate::{MailError, MailboxKey, compression};

/// A message's bytes as its row has them: sealed, or where their frames are.
#[derive(Clone)]
pub struct SealedBody {
    organization: OrganizationKey,
    body_id: Vec<u8>,
    sealed: Vec<u8>,
    blob_id: Option<Vec<u8>>,
}

/// Bytes of a message, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyPart {
    /// Where in the message they begin.
    pub offset: u64,
    /// They.
    pub bytes: Vec<u8>,
}

impl SealedBody {
    pub(crate) fn new(
        organization: OrganizationKey,
        body_id: Vec<u8>,
        sealed: Vec<u8>,
        blob_id: Option<Vec<u8>>,
    ) -> Self {
        Self { organization, body_id, sealed, blob_id }
    }

    /// The body of `content`; `None` when it is gone.
    pub fn read(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        content: i64,
    ) -> Result<Option<Self>, StoreError> {
        let row = read.query_first(&sql::BODY, parameters![organization.0, mailbox.0, content])?;
        let body = row.map(|mut row| Self::new(organization, row.take(0), row.take(1), row.take(2)));
        Ok(body)
    }

    /// Whether the bytes are in the row, so that opening waits for nothing.
    pub(crate) fn is_in_row(&self) -> bool {
        self.blob_id.is_none()
    }

    /// The blob that has the bytes.
    pub(crate) fn blob(&self) -> Option<BlobId> {
        self.blob_id.as_deref().and_then(BlobId::from_bytes)
    }

    /// Where the frames of a blob are.
    pub(crate) fn map(&self) -> Result<FrameMap, MailError> {
        Ok(FrameMap::from_bytes(&self.sealed)?)
    }

    /// Opens it: the message as it came. `Damaged` when the bytes are not those that were stored, `Store` when the blob
    /// cannot be had now. Waits for the disk or the network when it is a blob.
    pub fn open_blocking(&self, store: &Store, key: &DataKey) -> Result<Vec<u8>, MailError> {
        self.open_part_blocking(store, key, 0..u64::MAX).map(|part| part.bytes)
    }

    /// Opens at least the bytes `range` of it, as far as there are such bytes: of a blob the frames that have them.
    pub fn open_part_blocking(
        &self,
        store: &Store,
        key: &DataKey,
        range: Range<u64>,
    ) -> Result<BodyPart, MailError> {
        let Some(blob) = &self.blob_id else {
            return self.open_row(key).map(|bytes| BodyPart { offset: 0, bytes });
        };
        let blob = BlobId::from_bytes(blob).ok_or_else(|| MailError::damaged("the name of a blob"))?;
        let map = self.map()?;
        let frames = map.covering(range);
        if frames.numbers.is_empty() {
            return Ok(BodyPart { offset: frames.plain.start, bytes: Vec::new() });
        }
        let sealed = store.blobs().read_blocking(self.organization, blob, frames.sealed.clone())?;
        let sealed = sealed.ok_or_else(|| MailError::damaged(format!("the blob {blob} is gone")))?;
        let bytes = key.open_frames(BODIES, &self.body_id, &map, &frames, &sealed)?;
        Ok(BodyPart { offset: frames.plain.start, bytes })
    }

    pub(crate) fn open_row(&self, key: &DataKey) -> Result<Vec<u8>, MailError> {
        let compressed = key.open(BODIES, &self.body_id, &self.sealed)?;
        compression::decompress(&compressed)
            .map_err(|error| MailError::damaged(format!("a message could not be decompressed: {error}")))
    }
}

/// The tree of parts that `bytes` of a content say: `Damaged` when they are not what was stored.
pub fn structure(bytes: &[u8]) -> Result<Structure, MailError> {
    Structure::from_bytes(bytes).map_err(|_| MailError::damaged("the structure of a message"))
}
