//! From a proven caller to leave for one action.

use std::fmt;
use std::sync::Arc;

use super::{Context, Policies, StatementReference};
use crate::permit::{Authenticated, Caller, Permitted};

/// Why a caller may not do what it asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Who asked.
    pub caller: Caller,
    /// For what.
    pub action: String,
    /// On what: an ARN or `*`.
    pub resource: String,
    /// What decided.
    pub reason: RefusalReason,
}

/// What refused a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalReason {
    /// These statements deny it.
    ExplicitDeny(Vec<StatementReference>),
    /// No statement allows it.
    NothingAllows,
    /// The resource belongs to another AWS account.
    OtherAccount,
}

impl fmt::Display for Refusal {
    /// In the form of AWS's own refusals, which callers are known to read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller, action, resource, reason } = self;
        let (aws_account, access_key_id) = (caller.aws_account, caller.access_key_id());
        write!(
            f,
            "User: arn:aws:iam::{aws_account}:access-key/{access_key_id} is not authorized to perform: "
        )?;
        write!(f, "{action} on resource: {resource} ")?;
        match reason {
            RefusalReason::ExplicitDeny(_) => {
                f.write_str("with an explicit deny in an identity-based policy")
            }
            RefusalReason::NothingAllows => {
                write!(f, "because no identity-based policy allows the {action} action")
            }
            RefusalReason::OtherAccount => {
                write!(f, "because no resource-based policy allows the {action} action")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// Leave for `caller` to carry out `action` on `resource`, if its `policies` give it.
///
/// `action`: such as `workmail:CreateUser`. `resource`: an ARN, or `*` for an action that has none.
pub fn permit(
    policies: &Policies,
    caller: &Authenticated<Caller>,
    action: &'static str,
    resource: &Arc<str>,
    context: &Context<'_>,
) -> Result<Permitted, Refusal> {
    let principal_account = &caller.caller().aws_account;
    let reason = if owner(resource).is_some_and(|owner| owner != principal_account.as_str()) {
        RefusalReason::OtherAccount
    } else {
        let decision = policies.decide(principal_account, action, resource, context);
        if decision.effect.is_allow() {
            return Ok(Permitted::caller(caller, action, resource));
        }
        if decision.matched.is_empty() {
            RefusalReason::NothingAllows
        } else {
            RefusalReason::ExplicitDeny(decision.matched)
        }
    };
    let (action, resource) = (action.to_owned(), resource.as_ref().to_owned());
    Err(Refusal { caller: caller.caller().clone(), action, resource, reason })
}

/// The account in an ARN, if it names one.
fn owner(resource: &str) -> Option<&str> {
    resource.split(':').nth(4).filter(|owner| !owner.is_empty())
}
