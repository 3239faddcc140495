//! Access decisions: who may do what, and why.
//!
//! Four deciders of one shape. Each takes plain rule values, compiles them once, and then answers attempts with a
//! decision that names what decided it:
//!
//! | module | decides | source |
//! | --- | --- | --- |
//! | [`access_control`] | may this person or role use this protocol from this address | WB §2.1 |
//! | [`impersonation`] | may this role act in this person's mailbox | WB §2.2 |
//! | [`mobile_device`] | may this phone synchronise | WB §3 |
//! | [`iam`] | may this access key call this API operation | WB §11.4 |
//!
//! In all four a matching DENY wins, else a matching ALLOW, else the answer is DENY. The first three can also
//! *explain* themselves rule by rule ([`explain`]) and *rehearse* a proposed rule set over recorded attempts
//! ([`mod@rehearse`]). [`permit`] turns decisions into values that operations demand as arguments.
//!
//! What is not here: a clock, a store, randomness that shows in an answer, tasks, quotas of the WorkMail API (the
//! capability crates check those; [`limits`] only bounds what a compiled set holds).

pub mod access_control;
mod effect;
mod error;
pub mod explain;
pub mod iam;
pub mod impersonation;
pub mod ip;
pub mod limits;
mod listing;
pub mod mobile_device;
pub mod permit;
pub mod rehearse;
mod rule_set;

pub use effect::Effect;
pub use error::CompileError;
pub use permit::{Authenticated, Caller, Permitted};
pub use rule_set::RuleSet;
