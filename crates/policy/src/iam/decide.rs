//! The decision.

use std::fmt;
use std::sync::Arc;

use super::{Context, Policies};
use crate::Effect;
use crate::permit::AwsAccountId;

/// A statement of a key's policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementReference {
    /// Position of the policy, from 0.
    pub policy_index: usize,
    /// Position of the statement in it, from 0.
    pub statement_index: usize,
    /// The statement's own name, if it has one.
    pub sid: Option<Arc<str>>,
}

impl fmt::Display for StatementReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy {} statement {}", self.policy_index, self.statement_index)?;
        self.sid.as_ref().map_or(Ok(()), |sid| write!(f, " ({sid})"))
    }
}

/// The answer to a request, and the statements that produced it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamDecision {
    /// The answer.
    pub effect: Effect,
    /// The statements that produced it; none when the answer is the DENY of silence.
    pub matched: Vec<StatementReference>,
}

impl Policies {
    /// Decides a request. An explicit deny wins, else an allow, else the answer is deny.
    ///
    /// `action`: such as `workmail:CreateUser`. `resource`: an ARN, or `*` for an action that has none.
    pub fn decide(
        &self,
        principal_account: &AwsAccountId,
        action: &str,
        resource: &str,
        context: &Context<'_>,
    ) -> IamDecision {
        let mut matched = Vec::new();
        let mut effect = Effect::Deny;
        for (policy_index, statements) in self.policies.iter().enumerate() {
            for (statement_index, statement) in statements.iter().enumerate() {
                if !statement.matches(action, resource, context, principal_account) {
                    continue;
                }
                let reference =
                    StatementReference { policy_index, statement_index, sid: statement.sid.clone() };
                matched.push((statement.effect, reference));
            }
        }
        if !matched.is_empty() && matched.iter().all(|statement| statement.0 == Effect::Allow) {
            effect = Effect::Allow;
        }
        matched.retain(|statement| statement.0 == effect);
        IamDecision { effect, matched: matched.into_iter().map(|statement| statement.1).collect() }
    }
}
