//! The shapes of Postroom's own operations, one table a subject. They reuse WorkMail's shapes where the thing is the
//! same.

mod explain;
mod import_entities;
mod import_rules;

pub use explain::*;
pub use import_entities::*;
pub use import_rules::*;
