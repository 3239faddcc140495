//! Mailboxes: who owns which, how much it may hold, and the mail in it.
//!
//! What it is: the one store of folders and items that every protocol reads and writes. Each change of a mailbox is one
//! transaction with a number, its commit sequence; items say in which sequence they changed, a log says what each
//! transaction did to which folder, and every token that a protocol gives out is a function of that number. What it is
//! not: it knows no protocol, and parses no message itself (`mime` does, once, before the transaction).
//!
//! A mailbox has an id of its own, which is never used again, and an epoch. Its tables are keyed (organization,
//! mailbox); no statement joins them with tables of entities, so that mailboxes can move to other shards.
//!
//! Entry points: [`Mailboxes`], [`ops::register_to_workmail`], [`mod@items`], [`folders`], [`changes_since`],
//! [`search`].

mod access;
mod annotations;
mod blobs;
mod blobs_check;
mod body;
mod casemap;
mod changes;
mod compression;
mod error;
mod flags;
mod folder;
pub mod folders;
mod grants;
mod holes;
pub mod invariants;
mod item;
pub mod items;
mod keywords;
pub mod limits;
mod mail_error;
mod mail_tx;
mod mailbox;
mod message;
mod notices;
mod open_flags;
pub mod ops;
mod restored;
mod rights;
pub mod schema;
pub mod search;
mod service;
mod sort_keys;
pub mod sql;
mod sweep;
mod turns;
mod uids;

pub use access::{Access, SharedMailbox, access_of, shared_with};
pub use annotations::{Annotation, EVERYBODY, annotate, annotations, annotations_named};
pub use blobs_check::{check_blobs, missing_blob};
pub use body::{BodyPart, SealedBody, structure};
pub use changes::{Changes, Position, changes_since, position};
pub use error::MailboxError;
pub use flags::Flags;
pub use folder::{Folder, FolderKey, Role};
pub use grants::{Grant, GrantError, grantee, grants};
pub use holes::live;
pub use item::{
    Item, Place, Shown, deleted_bytes, envelopes, first_unread, items, items_shown, items_to_sort,
};
pub use keywords::{Keywords, flags_of as keywords_of, flags_of_some as keywords_of_some};
pub use mail_error::MailError;
pub use mail_tx::{MailTx, What, in_mailbox};
pub use mailbox::{Mailbox, MailboxEpoch, MailboxKey};
pub use message::Prepared;
pub use notices::Watch;
pub use open_flags::OpenFlags;
pub use restored::{renew, renew_epochs};
pub use rights::FolderRights;
pub use service::Mailboxes;
pub use sort_keys::SortKeys;
pub use sweep::MailboxSweep;
pub use uids::{PackedUids, Ranks, Uid, UidSet};
