//! What the tests of IAM policies share.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "each test takes what it needs")]

use postroom_policy::Effect;
use postroom_policy::iam::{Context, Policies};
use postroom_policy::permit::AwsAccountId;

pub const ORGANIZATION: &str =
    "arn:aws:workmail:us-east-1:111122223333:organization/m-0123456789abcdef0123456789abcdef";

pub fn account() -> AwsAccountId {
    AwsAccountId::parse("111122223333").unwrap()
}

/// Condition keys with their values.
pub type Values = Vec<(String, Vec<String>)>;

/// Decides by one policy: the effect, and the positions of the statements that produced it.
pub fn decide(policy: &str, action: &str, resource: &str, context: &Context<'_>) -> (Effect, Vec<usize>) {
    let policies = Policies::parse(policy).unwrap_or_else(|error| panic!("{error} in {policy}"));
    let decision = policies.decide(&account(), action, resource, context);
    (decision.effect, decision.matched.iter().map(|statement| statement.statement_index).collect())
}
