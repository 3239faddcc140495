//! What is in force, held in memory per organization: compiled from the store, out of date with the first change,
//! made anew at its next use.
//!
//! The promise: a decision that begins after a change was answered sees that change. The listener of the store moves
//! the organization's [`Epoch`] before the answer goes out; a held value is used only while the epoch stands where it
//! stood before the value was read. On another node the epoch moves when the change arrives there.

mod changes;
mod held;

pub use changes::{AdminChanges, Epoch};
pub use held::{InForce, State};
