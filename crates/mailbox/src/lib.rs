//! Mailboxes: who owns which, since when, how much it may hold.
//!
//! What it is: the rows that say that a mailbox is there, attached and detached together with its owner in one
//! transaction. What it is not: there are no folders and no items here yet.
//!
//! A mailbox has an id of its own, which is never used again, and an epoch. Its tables are keyed (organization,
//! mailbox); no statement joins them with tables of entities, so that mailboxes can move to other shards.
//!
//! Entry points: [`ops::register_to_workmail`], [`ops::deregister_from_workmail`], [`Mailbox::of`].

mod error;
pub mod invariants;
pub mod limits;
mod mailbox;
pub mod ops;
mod restored;
pub mod schema;
pub mod sql;

pub use error::MailboxError;
pub use mailbox::{Mailbox, MailboxEpoch, MailboxKey};
pub use restored::renew_epochs;
