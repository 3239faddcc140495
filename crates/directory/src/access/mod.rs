//! Who may open a mailbox, and in whose name: access control rules and impersonation roles as rows, and as the
//! compiled state that decisions ask.
//!
//! Operations change rows ([`crate::ops`]). [`Access`] holds, per organization, what is in force; the session gate and
//! the `Get…Effect` operations ask the same value, so they cannot disagree.

mod in_force;
mod role;
mod rule;

pub use in_force::{Access, AccessRules};
pub use role::ImpersonationRole;
pub(crate) use role::{from_row as role_from_row, roles_after, rules_json, select_role};
pub use rule::StoredRule;
pub(crate) use rule::{all_rules, from_row as rule_from_row, rule_json};
