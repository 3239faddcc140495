//! What clients ask for.

mod append;
mod fetch;
mod list;
mod log_in;
mod metadata;
mod notify;
mod search;
mod select;
mod store;

use crate::value::{EntryName, MailboxName, MetadataTarget, Numbers, QuotaResource, RightsChange};
use crate::value::{SequenceSet, SpecialUse, StatusItem};
pub use append::{Append, AppendData, AppendMessage, CatenatePart, Replace};
pub use fetch::{Fetch, FetchItem};
pub use list::{List, ListPattern, ListReturns, ListSelection, Lsub};
pub use log_in::{Authenticate, EnableItem, Login};
pub use metadata::{EntryValue, MetadataDepth, MetadataOptions};
pub use notify::{EventGroup, MailboxFilter, NotifyEvent, NotifySet};
pub use search::{Search, SearchReturns, Sort, SortCriterion, SortKey, Thread, ThreadAlgorithm};
pub use select::{KnownMessages, QResync, Select};
pub use store::{Store, StoreAction};

/// A command. RFC 9051 §6; others are named at their variant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// `CAPABILITY`
    Capability,
    /// `NOOP`
    Noop,
    /// `LOGOUT`
    Logout,
    /// `STARTTLS`. What was pipelined behind it must be thrown away: [`crate::Decoder::forget_input`].
    StartTls,
    /// `AUTHENTICATE`
    Authenticate(Authenticate),
    /// `LOGIN`
    Login(Login),
    /// `ENABLE`; never empty.
    Enable(Vec<EnableItem>),
    /// `ID`: names and values; empty for `NIL`. RFC 2971.
    Id(Vec<(Box<str>, Option<Box<str>>)>),
    /// `SELECT`
    Select(Select),
    /// `EXAMINE`
    Examine(Select),
    /// `CREATE`, with what it is for. RFC 6154 §3.
    Create {
        /// The new mailbox.
        mailbox: MailboxName,
        /// `USE (…)`; `None` is one that is not known.
        uses: Vec<Option<SpecialUse>>,
    },
    /// `DELETE`
    Delete(MailboxName),
    /// `RENAME`
    Rename {
        /// Its name so far.
        from: MailboxName,
        /// Its name from now on.
        to: MailboxName,
    },
    /// `SUBSCRIBE`
    Subscribe(MailboxName),
    /// `UNSUBSCRIBE`
    Unsubscribe(MailboxName),
    /// `LIST`
    List(List),
    /// `LSUB`, of IMAP4rev1.
    Lsub(Lsub),
    /// `NAMESPACE`
    Namespace,
    /// `STATUS`; the items are never empty.
    Status {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// What of it.
        items: Vec<StatusItem>,
    },
    /// `APPEND`
    Append(Append),
    /// `REPLACE` and `UID REPLACE`. RFC 8508.
    Replace(Replace),
    /// `IDLE`. Answer `+`, then [`crate::Decoder::expect_line`] for `DONE`.
    Idle,
    /// `CHECK`, of IMAP4rev1.
    Check,
    /// `CLOSE`
    Close,
    /// `UNSELECT`
    Unselect,
    /// `EXPUNGE`
    Expunge,
    /// `UID EXPUNGE`
    UidExpunge(SequenceSet),
    /// `SEARCH` and `UID SEARCH`
    Search(Search),
    /// `SORT` and `UID SORT`. RFC 5256.
    Sort(Sort),
    /// `THREAD` and `UID THREAD`. RFC 5256.
    Thread(Thread),
    /// `FETCH` and `UID FETCH`
    Fetch(Fetch),
    /// `STORE` and `UID STORE`
    Store(Store),
    /// `COPY` and `UID COPY`
    Copy {
        /// What the numbers are.
        numbers: Numbers,
        /// Which messages.
        set: SequenceSet,
        /// Where to.
        mailbox: MailboxName,
    },
    /// `MOVE` and `UID MOVE`
    Move {
        /// What the numbers are.
        numbers: Numbers,
        /// Which messages.
        set: SequenceSet,
        /// Where to.
        mailbox: MailboxName,
    },
    /// `COMPRESS DEFLATE`. RFC 4978. What follows is compressed: [`crate::Decoder::take_input`].
    CompressDeflate,
    /// `UNAUTHENTICATE`. RFC 8437.
    Unauthenticate,
    /// `GETQUOTA` of a quota root. RFC 9208 §4.1.
    GetQuota(Box<str>),
    /// `GETQUOTAROOT`
    GetQuotaRoot(MailboxName),
    /// `SETQUOTA`
    SetQuota {
        /// The quota root.
        root: Box<str>,
        /// Resources and how much of each.
        limits: Vec<(QuotaResource, u64)>,
    },
    /// `GETMETADATA`. RFC 5464 §4.2.
    GetMetadata {
        /// Of what.
        target: MetadataTarget,
        /// How deep and how large.
        options: MetadataOptions,
        /// Which; never empty.
        entries: Vec<EntryName>,
    },
    /// `SETMETADATA`; never empty.
    SetMetadata {
        /// Of what.
        target: MetadataTarget,
        /// Names and values; `None` takes the entry away.
        entries: Vec<EntryValue>,
    },
    /// `GETACL`. RFC 4314 §3.
    GetAcl(MailboxName),
    /// `SETACL`
    SetAcl {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// Of whom; a `-` in front stays: negative rights.
        identifier: Box<str>,
        /// How.
        rights: RightsChange,
    },
    /// `DELETEACL`
    DeleteAcl {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// Of whom.
        identifier: Box<str>,
    },
    /// `LISTRIGHTS`
    ListRights {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// Of whom.
        identifier: Box<str>,
    },
    /// `MYRIGHTS`
    MyRights(MailboxName),
    /// `NOTIFY NONE`. RFC 5465.
    NotifyNone,
    /// `NOTIFY SET`
    NotifySet(NotifySet),
}
