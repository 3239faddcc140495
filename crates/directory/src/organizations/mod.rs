//! Organizations: their states, how they come and go, and how a request finds one.
//!
//! An organization lives in two stores: its row in the directory says that it exists and in which state, its own
//! store holds everything else. Creation and deletion are lists of steps that can be repeated ([`Lifecycle`]); each is
//! one transaction or one repeatable effect, and the row's state says which comes next.

mod alarms;
mod cache;
mod health;
mod keys;
mod lifecycle;
mod reconcile;
mod row;
mod seed;
mod state;

pub use alarms::{Seen, alarming};
pub use cache::{Lookup, Organizations};
pub use health::opens;
pub use keys::keep_keys_apart;
pub(crate) use lifecycle::CARRY_ON;
pub use lifecycle::{Lifecycle, Progress};
pub use reconcile::{Finding, organizations_after, reconcile};
pub(crate) use reconcile::{all, reconcile_one};
pub use row::{Organization, Pending, named};
pub(crate) use row::{by_id, by_key};
pub use seed::Seed;
pub(crate) use seed::default_rule;
pub use state::OrganizationState;

/// WorkMail's word for the kind of directory that every organization here has (WB §17.6: seen in its examples).
pub const DIRECTORY_TYPE: &str = "VpcDirectory";
