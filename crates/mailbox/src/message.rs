//! A message made ready before the transaction that stores it: parsed once, compressed, sealed.

use postroom_mime::Structure;
use postroom_store::seal::{DataKey, Purpose};
use postroom_store::{Random, Read, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::search::Terms;
use crate::sort_keys::SortKeys;
use crate::sql::items as sql;
use crate::{MailError, MailboxKey, limits};

/// Bodies of messages (sealed, organization).
const BODIES: Purpose = Purpose::new("bodies");
/// Keys that ids of messages are compared by (derived, organization).
const MESSAGE_IDS: Purpose = Purpose::new("message ids");

/// The level of zstd: mail is mostly base 64 and text, where more effort gains little.
const LEVEL: i32 = 1;

/// What a message is compared by in threads: the beginning of the keyed hash of its Message-ID.
pub(crate) type MessageKey = [u8; 16];

/// A message that is ready to be stored.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) size_bytes: i64,
    pub(crate) body_id: [u8; 16],
    pub(crate) sealed: Vec<u8>,
    pub(crate) envelope: Vec<u8>,
    pub(crate) structure: Vec<u8>,
    pub(crate) preview: String,
    pub(crate) sort_keys: Vec<u8>,
    pub(crate) sent_at: Option<Timestamp>,
    /// Its own key first, then those that it refers to, the nearest first.
    pub(crate) message_keys: Vec<MessageKey>,
    pub(crate) terms: Terms,
}

impl Prepared {
    /// Parses, compresses and seals `message` (RFC 5322 octets, any bytes are taken as they are): `TooLarge`.
    ///
    /// Costs processor time in proportion to its size and draws randomness: call it before the transaction, and for
    /// large messages on a thread that may block.
    pub fn new(key: &DataKey, random: &dyn Random, message: &[u8]) -> Result<Self, MailError> {
        if message.len() > limits::MESSAGE_BYTES_MAX {
            return Err(MailError::TooLarge);
        }
        let ingested = postroom_mime::ingest(message);
        let compressed = zstd::bulk::compress(message, LEVEL)
            .map_err(|error| MailError::damaged(format!("a message could not be compressed: {error}")))?;
        let body_id: [u8; 16] = random.bytes();
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
        Ok(Self {
            size_bytes: i64::try_from(message.len()).unwrap_or(i64::MAX),
            sealed: key.seal(random, BODIES, &body_id, &compressed),
            body_id,
            envelope: ingested.envelope.to_imap(),
            structure: ingested.structure.to_bytes(),
            preview: ingested.preview.replace('\0', ""),
            sort_keys: SortKeys::of(&ingested, message_key).to_bytes(),
            sent_at: ingested.sent_at,
            message_keys,
            terms: Terms::of(&postroom_mime::search_text(message, &ingested.structure)),
        })
    }

    /// Bytes of the message.
    pub fn size_bytes(&self) -> i64 {
        self.size_bytes
    }
}

/// A message's bytes as the store has them.
#[derive(Clone)]
pub struct SealedBody {
    body_id: Vec<u8>,
    sealed: Vec<u8>,
}

impl SealedBody {
    /// The bytes of `content`; `None` when it is gone.
    pub fn read(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        content: i64,
    ) -> Result<Option<Self>, MailError> {
        let row = read.query_first(&sql::BODY, parameters![organization.0, mailbox.0, content])?;
        Ok(row.map(|mut row| Self { body_id: row.take(0), sealed: row.take(1) }))
    }

    /// Opens it: the message as it came. `Damaged` when the bytes are not those that were stored.
    pub fn open(&self, key: &DataKey) -> Result<Vec<u8>, MailError> {
        let compressed = key.open(BODIES, &self.body_id, &self.sealed)?;
        zstd::bulk::decompress(&compressed, limits::MESSAGE_BYTES_MAX)
            .map_err(|error| MailError::damaged(format!("a message could not be decompressed: {error}")))
    }
}

/// The tree of parts that `bytes` of a content say: `Damaged` when they are not what was stored.
pub fn structure(bytes: &[u8]) -> Result<Structure, MailError> {
    Structure::from_bytes(bytes).map_err(|_| MailError::damaged("the structure of a message"))
}
