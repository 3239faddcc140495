//! The row of a mailbox.

use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{EntityId, OrganizationKey, Timestamp};

use crate::sql::mailboxes as sql;
use crate::{MailError, MailboxError, limits};

/// Id of a mailbox in its organization; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxKey(pub i64);

/// A random number that every token of a mailbox carries, so that a client notices when the mailbox was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxEpoch(i64);

impl MailboxEpoch {
    /// An epoch from random bytes, drawn before the transaction. It is not negative.
    pub fn mint(random: [u8; 8]) -> Self {
        Self(i64::from_be_bytes(random) & i64::MAX)
    }
    /// The epoch that is stored as this number.
    pub(crate) fn stored(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// The least base of UIDVALIDITY that a mailbox gets with a new epoch at `now`.
///
/// What is stored may have gone back in time: folders that were made since, and are forgotten now, had values above the
/// base that is stored, one for each. So the base goes on with the clock, ahead of it by more folders than are made in
/// between. Two restores of one backup differ by the seconds between them, since nothing else outlives both: folders that
/// were made between them, and more in number than those seconds, may get values again that others had.
pub(crate) fn uid_validity_base(now: Timestamp, mailbox: MailboxKey) -> i64 {
    first_uid_validity_base(now, mailbox) + limits::FOLDERS_FORGOTTEN_MAX
}

/// The base of UIDVALIDITY of a new mailbox.
///
/// An address may pass to a new mailbox, and the same path means other messages then: RFC 9051 §2.3.1.1 asks for a greater
/// UIDVALIDITY. Keys of mailboxes only grow, so a newer one is above each older one of its organization: above as many
/// folders as the older one has made, less the seconds between them, up to [`limits::FOLDERS_APART`].
pub(crate) fn first_uid_validity_base(now: Timestamp, mailbox: MailboxKey) -> i64 {
    /// More mailboxes than an organization makes; within 32 bits until the year 2070.
    const MAILBOXES: i64 = 1 << 20;
    now.seconds() + mailbox.0 % MAILBOXES * limits::FOLDERS_APART
}

/// A quota in bytes.
pub(crate) fn quota_bytes(quota_mb: i64) -> i64 {
    quota_mb.saturating_mul(1024 * 1024)
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Its id.
    pub key: MailboxKey,
    /// The entity that owns it, or owned it.
    pub owner: EntityId,
    /// Whether its owner has it now.
    pub is_attached: bool,
    /// Where its items are; 0 is the organization's own store.
    pub shard: i64,
    /// See [`MailboxEpoch`].
    pub epoch: MailboxEpoch,
    /// How much it may hold, MB.
    pub quota_mb: i64,
    /// How much it holds, bytes.
    pub size_bytes: i64,
    /// When it was made.
    pub provisioned_at: Timestamp,
    /// Since when it is detached.
    pub detached_at: Option<Timestamp>,
}

impl Mailbox {
    /// The newest mailbox of `owner`, attached or not.
    pub fn of(
        tx: &mut dyn Read,
        organization: OrganizationKey,
        owner: &EntityId,
    ) -> Result<Option<Self>, MailboxError> {
        Ok(Self::newest(tx, organization, owner)?)
    }

    /// Since when there is the newest mailbox of `owner`, and since when it is detached; both `None` where there is none.
    pub fn dates_of(
        read: &mut dyn Read,
        organization: OrganizationKey,
        owner: &EntityId,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), MailboxError> {
        let row = read.query_first(&sql::DATES_OF_NEWEST, parameters![organization.0, owner])?;
        Ok(row.map_or((None, None), |mut row| (row.take(0), row.take(1))))
    }

    fn newest(
        read: &mut dyn Read,
        organization: OrganizationKey,
        owner: &EntityId,
    ) -> Result<Option<Self>, StoreError> {
        let row = read.query_first(&sql::NEWEST_OF_OWNER, parameters![organization.0, owner])?;
        Ok(row.map(Self::from_row))
    }

    /// The mailbox that `owner` has now.
    pub(crate) fn attached_to(
        read: &mut dyn Read,
        organization: OrganizationKey,
        owner: &EntityId,
    ) -> Result<Option<Self>, StoreError> {
        Ok(Self::newest(read, organization, owner)?.filter(|mailbox| mailbox.is_attached))
    }

    /// How much it holds, MB, as the API tells it.
    #[expect(clippy::cast_precision_loss, reason = "exact up to 8 PB")]
    pub fn size_mb(&self) -> f64 {
        self.size_bytes as f64 / (1024.0 * 1024.0)
    }

    /// Refuses what it has no room for: `QuotaExceeded`. Answers how many bytes there is room for after it.
    pub fn check_room(&self, more_bytes: i64) -> Result<i64, MailError> {
        let quota_bytes = quota_bytes(self.quota_mb);
        let left_bytes = quota_bytes.saturating_sub(self.size_bytes.saturating_add(more_bytes));
        if left_bytes < 0 { Err(MailError::QuotaExceeded { quota_bytes }) } else { Ok(left_bytes) }
    }

    fn from_row(mut row: Row) -> Self {
        Self {
            key: MailboxKey(row.take(0)),
            owner: row.take(1),
            is_attached: row.take::<Option<String>>(2).is_some(),
            shard: row.take(3),
            epoch: MailboxEpoch(row.take(4)),
            quota_mb: row.take(5),
            size_bytes: row.take(6),
            provisioned_at: row.take(7),
            detached_at: row.take(8),
        }
    }
}
