//! The shapes of Postroom's own operations, one table a subject. They reuse WorkMail's shapes where the thing is the
//! same.

mod explain;

pub use explain::*;
