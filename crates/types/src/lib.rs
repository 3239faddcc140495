//! Values that every floor shares: constrained strings and choices of the WorkMail model, ids, times, fold keys.
//!
//! No I/O, no clock, no randomness: ids are minted from random bytes that the caller hands in.

#[macro_use]
pub mod constrained;
pub mod pattern;

mod choices;
mod fold;
mod ids;
mod strings;
mod time;

pub use choices::*;
pub use constrained::{Choice, Constrained, Violation};
pub use fold::{FoldKey, fold};
pub use ids::*;
pub use strings::*;
pub use time::Timestamp;
