//! Who and what an organization has: entities, addresses, domains, grants, rules, credentials; and which
//! organizations, AWS accounts and access keys there are.
//!
//! What it is: the rules of WorkMail's directory operations, one operation per file in [`ops`], each on a `&mut Tx`
//! that the outermost caller opens. What it is not: it has no wire format, no socket and no password hashing inside
//! a transaction.
//!
//! Every write of an organization takes an [`AdminTx`](admin::AdminTx): whoever holds one is permitted, has the
//! organization's row locked and has moved the admin sequence.

pub mod access;
pub mod access_audit;
pub mod acting;
mod address;
pub mod admin;
pub mod audit;
pub mod audit_sweep;
pub mod availability;
pub mod aws_account;
pub mod backup;
mod cache;
pub mod call_audit;
mod call_blocks;
pub mod callers;
pub mod change_marks;
pub mod directory;
pub mod dns;
pub mod domains;
pub mod entity;
mod error;
pub mod fsck;
pub mod import;
pub mod in_force;
pub mod invariants;
pub mod limits;
mod listing;
pub mod log_in;
pub mod mailbox_access;
pub mod membership;
pub mod once;
pub mod ops;
pub mod organizations;
pub mod owners;
pub mod page;
pub mod password;
pub mod policies;
pub mod resource;
pub mod schema;
pub mod settings;
pub mod sql;
pub mod testing;
pub mod tokens;
pub mod user;

pub use error::DirectoryError;
pub use listing::{Filters, ListedEntity};
