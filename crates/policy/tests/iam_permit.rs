//! Managed policies, and the way from a proven caller to leave for one action.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::sync::Arc;

use common::{ORGANIZATION, account};
use postroom_policy::iam::{Context, Policies, RefusalReason, managed, permit};
use postroom_policy::permit::{Authenticated, Caller};

#[test]
fn managed_policies_parse_and_say_what_they_are_called_for() {
    let allows = |name: &str, action: &str| {
        let policies = Policies::parse(managed::document(name).unwrap()).unwrap();
        policies.decide(&account(), action, "*", &Context::default()).effect.is_allow()
    };
    for (name, create, list, flow) in [
        ("AdministratorAccess", true, true, true),
        ("AmazonWorkMailFullAccess", true, true, false),
        ("AmazonWorkMailReadOnlyAccess", false, true, false),
        ("AmazonWorkMailMessageFlowFullAccess", false, false, true),
        ("AmazonWorkMailMessageFlowReadOnlyAccess", false, false, true),
    ] {
        assert_eq!(allows(name, "workmail:CreateUser"), create, "{name}");
        assert_eq!(allows(name, "workmail:ListUsers"), list, "{name}");
        assert_eq!(allows(name, "workmailmessageflow:GetRawMessageContent"), flow, "{name}");
    }
    assert!(!allows("AmazonWorkMailReadOnlyAccess", "workmail:AssumeImpersonationRole"));
    assert_eq!(managed::document("Other"), None);
}

#[test]
fn a_permit_carries_what_it_is_for_and_a_refusal_why() {
    let caller = Authenticated::by_authenticator(Caller::new(account(), "AKIAEXAMPLE"));
    let organization: Arc<str> = ORGANIZATION.into();
    let policies = Policies::parse(managed::WORKMAIL_READ_ONLY_ACCESS).unwrap();
    let context = Context::default();
    let permitted = permit(&policies, &caller, "workmail:ListUsers", &organization, &context).unwrap();
    assert_eq!(permitted.actor(), "111122223333/AKIAEXAMPLE");
    assert_eq!((permitted.action(), permitted.resource()), ("workmail:ListUsers", ORGANIZATION));
    assert_eq!(permitted.access_key(), Some(caller.caller()));
    assert!(permitted.is_for("workmail:ListUsers") && !permitted.is_for("workmail:CreateUser"));

    let refused = permit(&policies, &caller, "workmail:CreateUser", &organization, &context).unwrap_err();
    assert_eq!(refused.reason, RefusalReason::NothingAllows);
    assert_eq!(
        refused.to_string(),
        format!(
            "User: arn:aws:iam::111122223333:access-key/AKIAEXAMPLE is not authorized to perform: \
             workmail:CreateUser on resource: {ORGANIZATION} because no identity-based policy allows the \
             workmail:CreateUser action"
        )
    );
    let denying =
        Policies::parse(r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#).unwrap();
    let refused = permit(&denying, &caller, "workmail:ListUsers", &organization, &context).unwrap_err();
    assert!(matches!(&refused.reason, RefusalReason::ExplicitDeny(statements) if statements.len() == 1));
    assert!(refused.to_string().ends_with("with an explicit deny in an identity-based policy"));

    let everything = Policies::parse(managed::ADMINISTRATOR_ACCESS).unwrap();
    let foreign = ORGANIZATION.replace("111122223333", "999988887777").into();
    let refused = permit(&everything, &caller, "workmail:ListUsers", &foreign, &context).unwrap_err();
    assert_eq!(refused.reason, RefusalReason::OtherAccount);
    assert!(permit(&everything, &caller, "workmail:ListOrganizations", &"*".into(), &context).is_ok());
}
