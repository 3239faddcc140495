//! Who tried to log in, what the rules said, and what was done in mailboxes: the records of WB §13.2.
//!
//! What it is: [`AccessAudit`] takes events, puts those together that say the same, and writes them down in batches in
//! the store of their organization, away from whoever waits for an answer. What it is not: mail never waits for it, and
//! it decides nothing.
//!
//! An event is stored when it says something that was not said in the last hour; its repetitions are counted, and the
//! count is stored when the hour is over. A crash may lose the events of the last second, and counts of repetitions.
//! Each single event is a JSON line in the log at `debug`, target `postroom::access`.

mod event;
mod held;
mod queue;
mod rows;

pub use event::{
    AccessLog, Authentication, Decision, MailboxAccess, MailboxAction, MailboxLog, MailboxObject, Scope,
};
pub use queue::AccessAudit;
pub(crate) use queue::Event;
pub use rows::{AccessCursor, AccessEntry, AccessPart, NOT_RECORDED, list_access};
