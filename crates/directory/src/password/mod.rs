//! Passwords of people: WorkMail's policy, and Argon2id in a bounded pool.
//!
//! Hashing takes tens of milliseconds and 19 MiB, so it happens before the transaction and never in one.

mod hasher;
mod policy;

pub use hasher::{Busy, Hasher, PasswordHash};
pub use policy::check_policy;
