//! Impersonation roles: in whose mailboxes an application may act. Source: WB §2.2.

mod compiled;
mod decide;
mod explain;
mod rule;

pub use compiled::ImpersonationRules;
pub use decide::ImpersonationDecision;
pub use rule::ImpersonationRule;
