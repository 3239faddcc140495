//! IAM: which API operations an access key may call. Source: WB §11.4; AWS IAM User Guide, policy reference.
//!
//! Identity policies in IAM's JSON, read strictly: an element, operator or key that would silently never hold is an
//! error that says where it stands. What differs from AWS on purpose:
//!
//! - Elements are written exactly as documented; a member that comes twice is an error.
//! - Policy variables other than `${*}`, `${?}` and `${$}` are errors, and so are `aws:` and `workmail:` keys that
//!   requests here never carry. Statements about other services (`ses:…`, `iam:…`) are accepted, with their keys.
//! - A caller is refused everything outside its own AWS account: there are no resource policies.

mod condition;
mod context;
mod decide;
mod document;
mod error;
mod glob;
mod json;
pub mod managed;
mod permit;
mod statement;

pub use context::Context;
pub use decide::{IamDecision, StatementReference};
pub use document::Policies;
pub use error::PolicyError;
pub use permit::{Refusal, RefusalReason, permit};
