//! A message made ready before the transaction that stores it: parsed once, compressed, sealed.

use postroom_store::blobs::BlobId;
use postroom_store::seal::{DataKey, Framed, Purpose};
use postroom_store::{Random, Store};
use postroom_types::{OrganizationKey, Timestamp};

use crate::search::Terms;
use crate::sort_keys::SortKeys;
use crate::{MailError, compression, limits};

/// Bodies of messages (sealed, organization).
pub(crate) const BODIES: Purpose = Purpose::new("bodies");
/// Ids of blobs (derived, organization).
pub(crate) const BODY_IDS: Purpose = Purpose::new("body ids");
/// Keys that ids of messages are compared by (derived, organization).
const MESSAGE_IDS: Purpose = Purpose::new("message ids");

/// What a message is compared by in threads: the beginning of the keyed hash of its Message-ID.
pub(crate) type MessageKey = [u8; 16];

/// The bytes of a message, sealed.
#[derive(Clone)]
pub(crate) enum Body {
    /// They are in the row.
    Row(Vec<u8>),
    /// They are in a blob, which was put.
    Blob { id: BlobId, map: Vec<u8>, put_at: Timestamp },
}

/// A message that is ready to be stored.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) size_bytes: i64,
    pub(crate) body_id: [u8; 16],
    pub(crate) body: Body,
    pub(crate) envelope: Vec<u8>,
    pub(crate) structure: Vec<u8>,
    pub(crate) preview: String,
    pub(crate) sort_keys: Vec<u8>,
    pub(crate) sent_at: Option<Timestamp>,
    /// Its own key first, then those that it refers to, the nearest first.
    pub(crate) message_keys: Vec<MessageKey>,
    /// `None`: they are made from its body later.
    pub(crate) terms: Option<Terms>,
}

impl Prepared {
    /// Parses, compresses and seals `message` (RFC 5322 octets, any bytes are taken as they are), and puts the body of a
    /// large one as a blob: `TooLarge`, and then nothing was put.
    ///
    /// Costs processor time in proportion to its size, waits for the disk or the network, and draws randomness: call it
    /// before the transaction, on a thread that may block. A blob that no transaction names is collected in time.
    pub fn new_blocking(
        store: &Store,
        organization: OrganizationKey,
        key: &DataKey,
        message: &[u8],
    ) -> Result<Self, MailError> {
        let random = store.random().as_ref();
        if message.len() > limits::MESSAGE_BYTES_MAX {
            return Err(MailError::TooLarge);
        }
        if message.len() <= limits::ROW_BODY_BYTES_MAX {
            return Self::small(key, random, message, true);
        }
        let body_id: [u8; 16] = random.bytes();
        let Framed { map, sealed } = key
            .seal_framed(random, BODIES, &body_id, message)
            .map_err(|error| MailError::damaged(format!("a message could not be compressed: {error}")))?;
        let id = BlobId::of(&key.derive(BODY_IDS), &sealed);
        let put_at = store.clock().now();
        let blob = Body::Blob { id, map: map.to_bytes(), put_at };
        let prepared = Self::with_body(key, message, body_id, blob, true);
        store.blobs().put_blocking(organization, id, &sealed)?;
        Ok(prepared)
    }

    /// As [`Prepared::new_blocking`], of a message that is small enough for a row: it does not wait. Where an index is
    /// written later, its terms can be made then.
    pub(crate) fn small(
        key: &DataKey,
        random: &dyn Random,
        message: &[u8],
        with_terms: bool,
    ) -> Result<Self, MailError> {
        let compressed = compression::compress(message)
            .map_err(|error| MailError::damaged(format!("a message could not be compressed: {error}")))?;
        let body_id: [u8; 16] = random.bytes();
        let sealed = key.seal(random, BODIES, &body_id, &compressed);
        Ok(Self::with_body(key, message, body_id, Body::Row(sealed), with_terms))
    }

    fn with_body(key: &DataKey, message: &[u8], body_id: [u8; 16], body: Body, with_terms: bool) -> Self {
        let ingested = postroom_mime::ingest(message);
        let ids = key.derive(MESSAGE_IDS);
        let message_key = |id: &String| *ids.mac(id.as_bytes()).first_chunk().expect("a MAC has 32 bytes");
        let own = ingested.message_id.iter();
        let parents = ingested.in_reply_to.iter().chain(ingested.references.iter().rev());
        let mut message_keys: Vec<MessageKey> = Vec::new();
        for id in own.chain(parents).map(message_key) {
            if !message_keys.contains(&id) {
                message_keys.push(id);
            }
        }
        Self {
            size_bytes: i64::try_from(message.len()).unwrap_or(i64::MAX),
            body,
            body_id,
            envelope: ingested.envelope.to_imap(),
            structure: ingested.structure.to_bytes(),
            preview: ingested.preview.replace('\0', ""),
            sort_keys: SortKeys::of(&ingested, message_key).to_bytes(),
            sent_at: ingested.sent_at,
            message_keys,
            terms: with_terms.then(|| Terms::of(&postroom_mime::search_text(message, &ingested.structure))),
        }
    }

    /// Bytes of the message.
    pub fn size_bytes(&self) -> i64 {
        self.size_bytes
    }
}
