//! What compiled rule sets and policies hold at most, and what happens at the edge.
//!
//! These bound memory and time. The quotas that WorkMail's API answers with (10 rules, 10 values; WB §14) are
//! smaller and belong to the capability crates, so that an operator may raise them up to these.

/// Rules in one compiled set: the width of [`crate::RuleSet`]. Beyond: [`crate::CompileError::TooManyRules`].
pub const RULES_MAX: usize = 32;

/// Values in one condition of a rule. Beyond: [`crate::CompileError::TooManyValues`].
///
/// WorkMail takes 1,024 address ranges and 10 of everything else.
pub const CONDITION_VALUES_MAX: usize = 1_024;

/// Characters of a device property that matter: the longest value a rule may hold (WB §3.1).
pub const DEVICE_PROPERTY_CHARACTERS_MAX: usize = 256;

/// Characters of a device id (WorkMail model `DeviceId`).
pub const DEVICE_ID_CHARACTERS_MAX: usize = 32;

/// Overrides in one organization. Beyond: [`crate::mobile_device::OverrideError::Full`].
pub const OVERRIDES_MAX: usize = 50_000_000;

/// Changed attempts that a rehearsal lists; further ones are counted only.
pub const REHEARSAL_CHANGES_MAX: usize = 10_000;

/// Bytes of an IAM policy document. Beyond: a parse error, as for every limit below.
pub const POLICY_BYTES_MAX: usize = 20_480;

/// Nesting of JSON values in a policy document; the deepest valid one needs seven.
pub const POLICY_DEPTH_MAX: usize = 8;

/// Statements in a policy document.
pub const POLICY_STATEMENTS_MAX: usize = 100;

/// Values in an Action, Resource or condition list of a policy document.
pub const POLICY_VALUES_MAX: usize = 256;

/// Characters of a pattern or value in a policy document.
pub const POLICY_VALUE_CHARACTERS_MAX: usize = 2_048;

/// Policies attached to one access key.
pub const POLICIES_MAX: usize = 20;
