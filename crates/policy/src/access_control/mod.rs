//! Access control rules: who may use which protocol, from where. Source: WB §2.1.

mod compiled;
mod decide;
mod explain;
mod rule;

pub use compiled::AccessControlRules;
pub use decide::AccessDecision;
pub use rule::{AccessAction, AccessAttempt, AccessControlRule, Principal, UnknownAction};
