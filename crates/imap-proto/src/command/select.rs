//! Opening a mailbox.

use std::num::{NonZeroU32, NonZeroU64};

use crate::value::{MailboxName, SequenceSet};

/// `SELECT` or `EXAMINE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// `CONDSTORE`. RFC 7162 §3.1.8.
    pub condstore: bool,
    /// `QRESYNC`. RFC 7162 §3.2.5.
    pub qresync: Option<QResync>,
}

/// What the client has from the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QResync {
    /// UIDVALIDITY then.
    pub uid_validity: NonZeroU32,
    /// The highest modification sequence it has seen.
    pub mod_seq: NonZeroU64,
    /// The UIDs it knows; without `*` and `$`. `None`: all up to its UIDNEXT.
    pub known_uids: Option<SequenceSet>,
    /// A sample of sequence numbers with their UIDs.
    pub known_messages: Option<KnownMessages>,
}

/// Sequence numbers and the UIDs they had, position by position, both ascending. RFC 7162 §3.2.5.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessages {
    /// Sequence numbers, without `*` and `$`.
    pub sequence: SequenceSet,
    /// UIDs, without `*` and `$`.
    pub uids: SequenceSet,
}
