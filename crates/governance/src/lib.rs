//! What an organization keeps, for how long, and who may see it: retention policies so far.
//!
//! What it is: the rules of those operations, one per file in [`ops`]. What it is not: nothing here deletes mail; the
//! sweep that puts a policy in force comes with the mailboxes.

mod error;
pub mod invariants;
pub mod ops;
mod retention;
pub mod schema;
pub mod sql;

pub use error::GovernanceError;
pub use retention::{FolderConfiguration, RetentionPolicy};
