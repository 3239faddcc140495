//! IAM policies: tables of AWS's documented semantics, errors with their places, and random policies against a naive
//! model.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use postroom_policy::iam::{Context, Policies, RefusalReason, managed, permit};
use postroom_policy::permit::{Authenticated, AwsAccountId, Caller};
use postroom_policy::{Effect, limits};
use postroom_types::Timestamp;
use proptest::prelude::*;

const ORGANIZATION: &str =
    "arn:aws:workmail:us-east-1:111122223333:organization/m-0123456789abcdef0123456789abcdef";

fn account() -> AwsAccountId {
    AwsAccountId::parse("111122223333").unwrap()
}

type Values = Vec<(String, Vec<String>)>;

fn values(list: &[(&str, &[&str])]) -> Values {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    list.iter().map(|(name, list)| ((*name).to_owned(), texts(list))).collect()
}

fn decide(policy: &str, action: &str, resource: &str, context: &Context<'_>) -> (Effect, Vec<usize>) {
    let policies = Policies::parse(policy).unwrap_or_else(|error| panic!("{error} in {policy}"));
    let decision = policies.decide(&account(), action, resource, context);
    (decision.effect, decision.matched.iter().map(|statement| statement.statement_index).collect())
}

/// Whether one Allow statement with these elements (as JSON members) applies.
#[track_caller]
fn check(members: &str, action: &str, resource: &str, expected: bool) {
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", {members}}}}}"#);
    let (effect, _) = decide(&policy, action, resource, &Context::default());
    assert_eq!(effect.is_allow(), expected, "{members} {action} {resource}");
}

/// Whether an Allow statement with this condition applies in this context.
#[track_caller]
fn check_condition(condition: &str, context: &Context<'_>, expected: bool) {
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement":
            [{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}]}}"#
    );
    let (effect, _) = decide(&policy, "workmail:CreateUser", ORGANIZATION, context);
    assert_eq!(effect.is_allow(), expected, "{condition} {context:?}");
}

#[test]
fn actions() {
    let on_all = |action: &str| format!(r#"{action}, "Resource": "*""#);
    let table: [(&str, &str, bool); 12] = [
        (r#""Action": "*""#, "workmail:CreateUser", true),
        (r#""Action": "workmail:*""#, "workmail:CreateUser", true),
        (r#""Action": "workmail:*""#, "postroom:ImportUser", false),
        (r#""Action": "postroom:*""#, "postroom:ImportUser", true),
        (r#""Action": "workmail:*""#, "workmailmessageflow:GetRawMessageContent", false),
        (r#""Action": "workmail:List*""#, "workmail:ListUsers", true),
        (r#""Action": "workmail:List*""#, "workmail:CreateUser", false),
        (r#""Action": "WorkMail:createuser""#, "workmail:CreateUser", true),
        (r#""Action": ["ses:*", "workmail:?reateUser"]"#, "workmail:CreateUser", true),
        (r#""NotAction": "workmail:Delete*""#, "workmail:CreateUser", true),
        (r#""NotAction": ["workmail:Delete*", "workmail:Create*"]"#, "workmail:CreateUser", false),
        (r#""Action": "workmail:*User""#, "workmail:DescribeUser", true),
    ];
    for (action, asked, expected) in table {
        check(&on_all(action), asked, ORGANIZATION, expected);
    }
}

#[test]
fn resources() {
    let table: [(&str, &str, bool); 10] = [
        (r#""Resource": "*""#, ORGANIZATION, true),
        (r#""Resource": "*""#, "*", true),
        (r#""Resource": "arn:aws:workmail:*""#, ORGANIZATION, true),
        (r#""Resource": "arn:aws:workmail:us-east-1:111122223333:organization/m-*""#, ORGANIZATION, true),
        (
            r#""Resource": "arn:aws:workmail:*:*:organization/m-0123456789abcdef0123456789abcde?""#,
            ORGANIZATION,
            true,
        ),
        (r#""Resource": "arn:aws:workmail:eu-west-1:*:organization/*""#, ORGANIZATION, false),
        (r#""Resource": "arn:aws:workmail:us-east-1:111122223333:Organization/*""#, ORGANIZATION, false),
        // An action without a resource is asked for on `*`, which only `*` covers.
        (r#""Resource": "arn:aws:workmail:*:*:*""#, "*", false),
        (r#""NotResource": "arn:aws:workmail:eu-west-1:*:organization/*""#, ORGANIZATION, true),
        (r#""NotResource": ["arn:aws:workmail:us-east-1:*", "arn:aws:ses:*"]"#, ORGANIZATION, false),
    ];
    for (resource, asked, expected) in table {
        check(&format!(r#""Action": "*", {resource}"#), "workmail:CreateUser", asked, expected);
    }
}

#[test]
fn an_explicit_deny_wins_and_silence_denies() {
    let policy = r#"[
        {"Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": "workmail:*", "Resource": "*"},
            {"Sid": "D", "Effect": "Deny", "Action": "workmail:Delete*", "Resource": "*"}]},
        {"Statement": {"Effect": "Allow", "Action": "workmail:DeleteUser", "Resource": "*"}}
    ]"#;
    let policies = Policies::parse(policy).unwrap();
    let check = |action: &str, effect: Effect, matched: &[&str]| {
        let decision = policies.decide(&account(), action, ORGANIZATION, &Context::default());
        let shown: Vec<String> = decision.matched.iter().map(ToString::to_string).collect();
        assert_eq!(
            (decision.effect, shown),
            (effect, matched.iter().map(|text| (*text).to_owned()).collect())
        );
    };
    check("workmail:DeleteUser", Effect::Deny, &["policy 0 statement 1 (D)"]);
    check("workmail:ListUsers", Effect::Allow, &["policy 0 statement 0 (A)"]);
    check("ses:SendEmail", Effect::Deny, &[]);
    assert!(
        !Policies::default().decide(&account(), "workmail:A", "*", &Context::default()).effect.is_allow()
    );
}

#[test]
fn string_conditions() {
    let team = values(&[("aws:ResourceTag/Team", &["Post"])]);
    let with = Context { values: &team, ..Context::default() };
    let without = Context::default();
    // Condition, with the key present, with it absent.
    let table = [
        (r#"{"StringEquals": {"aws:ResourceTag/Team": "Post"}}"#, true, false),
        (r#"{"StringEquals": {"aws:resourcetag/team": ["Mail", "Post"]}}"#, true, false),
        (r#"{"StringEquals": {"aws:ResourceTag/Team": "post"}}"#, false, false),
        (r#"{"StringEquals": {"aws:ResourceTag/Team": "P*"}}"#, false, false),
        (r#"{"StringEqualsIgnoreCase": {"aws:ResourceTag/Team": "post"}}"#, true, false),
        (r#"{"StringNotEquals": {"aws:ResourceTag/Team": ["Mail", "Post"]}}"#, false, true),
        (r#"{"StringNotEquals": {"aws:ResourceTag/Team": ["Mail", "Web"]}}"#, true, true),
        (r#"{"StringNotEqualsIgnoreCase": {"aws:ResourceTag/Team": "pOST"}}"#, false, true),
        (r#"{"StringLike": {"aws:ResourceTag/Team": ["x", "P?s*"]}}"#, true, false),
        (r#"{"StringNotLike": {"aws:ResourceTag/Team": "P*"}}"#, false, true),
        (r#"{"StringEqualsIfExists": {"aws:ResourceTag/Team": "Mail"}}"#, false, true),
        (r#"{"StringEqualsIfExists": {"aws:ResourceTag/Team": "Post"}}"#, true, true),
        (r#"{"StringNotEqualsIfExists": {"aws:ResourceTag/Team": "Post"}}"#, false, true),
        (r#"{"Null": {"aws:ResourceTag/Team": "true"}}"#, false, true),
        (r#"{"Null": {"aws:ResourceTag/Team": false}}"#, true, false),
        (r#"{"StringEquals": {"aws:PrincipalAccount": 111122223333}}"#, true, true),
        (r#"{"StringEquals": {"aws:PrincipalAccount": "999988887777"}}"#, false, false),
        // All operators and all keys must hold.
        (
            r#"{"StringLike": {"aws:ResourceTag/Team": "P*"}, "Null": {"aws:RequestTag/x": true}}"#,
            true,
            false,
        ),
        (r#"{"StringLike": {"aws:ResourceTag/Team": "P*", "aws:RequestTag/x": "*"}}"#, false, false),
        // Another service's key is never there.
        (r#"{"StringEquals": {"iam:AWSServiceName": "x"}}"#, false, false),
    ];
    for (condition, present, absent) in table {
        check_condition(condition, &with, present);
        check_condition(condition, &without, absent);
    }
}

#[test]
fn keys_with_several_values() {
    let both = values(&[("aws:TagKeys", &["team", "cost"])]);
    let (both, none) = (Context { values: &both, ..Context::default() }, Context::default());
    // Condition, with two tag keys, with none.
    let table = [
        (r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost", "x"]}}"#, true, true),
        (r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}"#, false, true),
        (r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}"#, true, false),
        (r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": ["x"]}}"#, false, false),
        (r#"{"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": ["x"]}}"#, false, true),
        (r#"{"ForAllValues:StringNotEquals": {"aws:TagKeys": ["x"]}}"#, true, true),
        (r#"{"ForAllValues:StringNotEquals": {"aws:TagKeys": ["team"]}}"#, false, true),
        (r#"{"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["team"]}}"#, true, false),
        (r#"{"ForAllValues:StringLike": {"aws:TagKeys": "*o*"}}"#, false, true),
        (r#"{"ForAnyValue:StringLike": {"aws:TagKeys": "*o*"}}"#, true, false),
        (r#"{"Null": {"aws:TagKeys": "true"}}"#, false, true),
    ];
    for (condition, present, absent) in table {
        check_condition(condition, &both, present);
        check_condition(condition, &none, absent);
    }
}

#[test]
fn addresses() {
    let from = |address: &str| Context { source_ip: Some(address.parse().unwrap()), ..Context::default() };
    let office = r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"]}}"#;
    let not_office =
        r#"{"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"]}}"#;
    let table = [
        ("203.0.113.9", true),
        ("::ffff:203.0.113.9", true),
        ("203.0.114.9", false),
        ("192.0.2.7", true),
        ("192.0.2.8", false),
        ("2001:db8::9", true),
        ("2001:db9::9", false),
    ];
    for (address, inside) in table {
        check_condition(office, &from(address), inside);
        check_condition(not_office, &from(address), !inside);
    }
    check_condition(office, &Context::default(), false);
    check_condition(not_office, &Context::default(), true);
}

#[test]
fn times_numbers_booleans_and_arns() {
    let level = values(&[
        ("aws:RequestTag/level", &["7"]),
        ("aws:RequestTag/from", &[ORGANIZATION]),
        ("workmail:ImpersonationRoleId", &["role-1"]),
    ]);
    let context = Context {
        // 2026-07-01T12:34:56Z
        current_time: Some(Timestamp::from_seconds(1_782_909_296)),
        secure_transport: Some(true),
        requested_region: Some("us-east-1"),
        values: &level,
        ..Context::default()
    };
    let table = [
        (r#"{"DateGreaterThan": {"aws:CurrentTime": "2026-07-01"}}"#, true),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-07-01T12:34:56Z"}}"#, false),
        (r#"{"DateLessThanEquals": {"aws:CurrentTime": "2026-07-01T14:34:56+02:00"}}"#, true),
        (r#"{"DateGreaterThanEquals": {"aws:CurrentTime": 1782909297}}"#, false),
        (r#"{"DateEquals": {"aws:EpochTime": "1782909296"}}"#, true),
        (r#"{"DateNotEquals": {"aws:CurrentTime": "2026"}}"#, true),
        (r#"{"NumericLessThan": {"aws:EpochTime": 1782909297}}"#, true),
        (r#"{"NumericLessThanEquals": {"aws:RequestTag/level": "7.0"}}"#, true),
        (r#"{"NumericGreaterThan": {"aws:RequestTag/level": 7}}"#, false),
        (r#"{"NumericGreaterThanEquals": {"aws:RequestTag/level": 6.5}}"#, true),
        (r#"{"NumericEquals": {"aws:RequestTag/level": [1, 7]}}"#, true),
        (r#"{"NumericNotEquals": {"aws:RequestTag/level": [1, 7]}}"#, false),
        (r#"{"NumericEquals": {"aws:RequestTag/from": 7}}"#, false),
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": false}}"#, false),
        (r#"{"BoolIfExists": {"aws:SecureTransport": "TRUE"}}"#, true),
        (r#"{"StringEquals": {"aws:SecureTransport": "true"}}"#, true),
        (r#"{"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}"#, true),
        (r#"{"StringEquals": {"workmail:ImpersonationRoleId": "role-1"}}"#, true),
        (r#"{"ArnLike": {"aws:RequestTag/from": "arn:aws:workmail:*:*:organization/m-*"}}"#, true),
        (r#"{"ArnEquals": {"aws:RequestTag/from": "arn:*:workmail:us-*:111122223333:*"}}"#, true),
        (r#"{"ArnLike": {"aws:RequestTag/from": "arn:aws:*:111122223333:*:*"}}"#, false),
        (r#"{"ArnNotLike": {"aws:RequestTag/from": "arn:aws:workmail:*:*:*"}}"#, false),
        (r#"{"ArnNotEquals": {"aws:RequestTag/level": "arn:aws:workmail:*:*:*"}}"#, true),
    ];
    for (condition, expected) in table {
        check_condition(condition, &context, expected);
    }
    check_condition(r#"{"Bool": {"aws:SecureTransport": "false"}}"#, &Context::default(), false);
    check_condition(r#"{"DateLessThan": {"aws:CurrentTime": "2999"}}"#, &Context::default(), false);
}

#[test]
fn escapes_belong_to_the_newer_version() {
    let starred = values(&[("aws:ResourceTag/t", &["a*"]), ("aws:ResourceTag/u", &["${*}"])]);
    let context = Context { values: &starred, ..Context::default() };
    check_condition(r#"{"StringLike": {"aws:ResourceTag/t": "a${*}"}}"#, &context, true);
    check_condition(r#"{"StringLike": {"aws:ResourceTag/t": "${*}*"}}"#, &context, false);
    check_condition(r#"{"StringEquals": {"aws:ResourceTag/t": "a${*}"}}"#, &context, true);
    let old = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/u": "${*}"}}}}"#;
    assert_eq!(decide(old, "a:B", "*", &context).0, Effect::Allow);
}

/// Every refused document says where and what.
#[test]
#[expect(clippy::too_many_lines, reason = "one flat table")]
fn errors_name_their_place() {
    let statement = |rest: &str| format!(r#"{{"Statement": [{{"Effect": "Allow", {rest}}}]}}"#);
    let condition =
        |rest: &str| statement(&format!(r#""Action": "*", "Resource": "*", "Condition": {rest}"#));
    let table: Vec<(String, &str, &str)> = vec![
        ("{".into(), "", "not a policy in JSON"),
        ("{} x".into(), "", "trailing"),
        (r#"{"Statement": [], "Statement": []}"#.into(), "", "comes twice"),
        (format!("{}1{}", "[".repeat(20), "]".repeat(20)), "", "nested too deeply"),
        ("7".into(), "", "a number where an object is expected"),
        ("{}".into(), "", "Statement is missing"),
        (r#"{"Statement": [], "Extra": 1}"#.into(), "Extra", "unknown element"),
        (r#"{"Statement": [], "Version": "2020-01-01"}"#.into(), "Version", "is not 2012-10-17"),
        (r#"[{"Statement": []}, {"Statement": 1}]"#.into(), "[1].Statement[0]", "a number where an object"),
        (statement(r#""Resource": "*""#), "Statement[0]", "Action or NotAction is missing"),
        (statement(r#""Action": "*""#), "Statement[0]", "Resource or NotResource is missing"),
        (r#"{"Statement": {"Action": "*", "Resource": "*"}}"#.into(), "Statement[0]", "Effect is missing"),
        (r#"{"Statement": {"Effect": "allow"}}"#.into(), "Statement[0].Effect", "is not Allow or Deny"),
        (statement(r#""Action": "*", "NotAction": "*""#), "Statement[0].NotAction", "exclude each other"),
        (statement(r#""Principal": "*""#), "Statement[0].Principal", "no principal"),
        (statement(r#""action": "*""#), "Statement[0].action", "unknown element"),
        (statement(r#""Action": "CreateUser""#), "Statement[0].Action", "is not an action"),
        (statement(r#""Action": "work*:CreateUser""#), "Statement[0].Action", "is not an action"),
        (statement(r#""Action": []"#), "Statement[0].Action", "0 values"),
        (statement(r#""Action": [["*"]]"#), "Statement[0].Action", "a list where a value"),
        (statement(r#""Action": "*", "Resource": "m-1""#), "Statement[0].Resource", "is not a resource"),
        (statement(r#""Sid": "a b""#), "Statement[0].Sid", "letters and digits"),
        (
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*",
                "Resource": "arn:aws:workmail:${aws:username}"}}"#
                .into(),
            "Statement[0].Resource",
            "${aws:username} is not supported",
        ),
        (
            r#"{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#
                .into(),
            "Statement[1].Sid",
            "same Sid",
        ),
        (condition(r#"{"StringMatches": {}}"#), "Statement[0].Condition.StringMatches", "unknown operator"),
        (condition(r#"{"ForNone:Bool": {}}"#), "Statement[0].Condition.ForNone:Bool", "unknown set operator"),
        (condition(r#"{"NullIfExists": {}}"#), "Statement[0].Condition.NullIfExists", "Null takes neither"),
        (condition(r#"{"Bool": {"x": 1}}"#), "Statement[0].Condition.Bool.x", "no condition key"),
        (
            condition(r#"{"Bool": {"aws:MultiFactorAuthPresent": true}}"#),
            "Statement[0].Condition.Bool.aws:MultiFactorAuthPresent",
            "requests never carry",
        ),
        (
            condition(r#"{"StringEquals": {"aws:TagKeys": "x"}}"#),
            "Statement[0].Condition.StringEquals.aws:TagKeys",
            "ForAllValues",
        ),
        (
            condition(r#"{"StringLike": {"aws:SourceIp": "10.*"}}"#),
            "Statement[0].Condition.StringLike.aws:SourceIp",
            "use IpAddress",
        ),
        (
            condition(r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}"#),
            "Statement[0].Condition.IpAddress.aws:SourceIp",
            "not an address",
        ),
        (
            condition(r#"{"DateLessThan": {"aws:CurrentTime": "tomorrow"}}"#),
            "Statement[0].Condition.DateLessThan.aws:CurrentTime",
            "not a date",
        ),
        (
            condition(r#"{"NumericEquals": {"aws:EpochTime": "NaN"}}"#),
            "Statement[0].Condition.NumericEquals.aws:EpochTime",
            "not a number",
        ),
        (
            condition(r#"{"Bool": {"aws:SecureTransport": "yes"}}"#),
            "Statement[0].Condition.Bool.aws:SecureTransport",
            "not true or false",
        ),
        (
            condition(r#"{"ArnLike": {"aws:RequestTag/x": "arn:aws"}}"#),
            "Statement[0].Condition.ArnLike.aws:RequestTag/x",
            "six parts",
        ),
    ];
    for (policy, at, problem) in table {
        let error = Policies::parse(&policy).expect_err(&policy);
        assert_eq!(error.at, at, "{policy}");
        assert!(error.problem.contains(problem), "{policy}: {error}");
    }
}

#[test]
fn limits_hold() {
    let one = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let statements = |count| format!(r#"{{"Statement": [{}]}}"#, vec![one; count].join(","));
    assert!(Policies::parse(&statements(limits::POLICY_STATEMENTS_MAX)).is_ok());
    assert!(Policies::parse(&statements(limits::POLICY_STATEMENTS_MAX + 1)).is_err());
    let documents = |count| format!("[{}]", vec![statements(1); count].join(","));
    assert!(Policies::parse(&documents(limits::POLICIES_MAX)).is_ok());
    assert!(Policies::parse(&documents(limits::POLICIES_MAX + 1)).is_err());
    let actions = |count| {
        format!(
            r#"{{"Statement": {{"Effect": "Deny", "Action": [{}], "Resource": "*"}}}}"#,
            vec![r#""*""#; count].join(",")
        )
    };
    assert!(Policies::parse(&actions(limits::POLICY_VALUES_MAX)).is_ok());
    assert!(Policies::parse(&actions(limits::POLICY_VALUES_MAX + 1)).is_err());
    let padded = |size: usize| statements(1) + &" ".repeat(size - statements(1).len());
    assert!(Policies::parse(&padded(limits::POLICY_BYTES_MAX)).is_ok());
    assert!(Policies::parse(&padded(limits::POLICY_BYTES_MAX + 1)).is_err());
    assert!(Policies::parse(&padded(limits::POLICY_BYTES_MAX * limits::POLICIES_MAX + 1)).is_err());
}

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
    let aws_account = account();
    let caller =
        Authenticated::by_authenticator(Caller { aws_account, access_key_id: Arc::from("AKIAEXAMPLE") });
    let policies = Policies::parse(managed::WORKMAIL_READ_ONLY_ACCESS).unwrap();
    let context = Context::default();
    let permitted = permit(&policies, &caller, "workmail:ListUsers", ORGANIZATION, &context).unwrap();
    assert_eq!(permitted.actor(), "111122223333/AKIAEXAMPLE");
    assert_eq!((permitted.action(), permitted.resource()), ("workmail:ListUsers", ORGANIZATION));
    assert_eq!(permitted.access_key(), Some(caller.caller()));
    assert!(permitted.is_for("workmail:ListUsers") && !permitted.is_for("workmail:CreateUser"));

    let refused = permit(&policies, &caller, "workmail:CreateUser", ORGANIZATION, &context).unwrap_err();
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
    let refused = permit(&denying, &caller, "workmail:ListUsers", ORGANIZATION, &context).unwrap_err();
    assert!(matches!(&refused.reason, RefusalReason::ExplicitDeny(statements) if statements.len() == 1));
    assert!(refused.to_string().ends_with("with an explicit deny in an identity-based policy"));

    let everything = Policies::parse(managed::ADMINISTRATOR_ACCESS).unwrap();
    let foreign = ORGANIZATION.replace("111122223333", "999988887777");
    let refused = permit(&everything, &caller, "workmail:ListUsers", &foreign, &context).unwrap_err();
    assert_eq!(refused.reason, RefusalReason::OtherAccount);
    assert!(permit(&everything, &caller, "workmail:ListOrganizations", "*", &context).is_ok());
}

/// A statement that is random, in plain values.
#[derive(Debug, Clone)]
struct Plain {
    deny: bool,
    not_action: bool,
    actions: Vec<String>,
    not_resource: bool,
    resources: Vec<String>,
    /// Operator, key, values.
    condition: Option<(String, String, Vec<String>)>,
}

impl Plain {
    fn json(&self) -> serde_json::Value {
        let mut statement = serde_json::json!({
            "Effect": if self.deny { "Deny" } else { "Allow" },
            if self.not_action { "NotAction" } else { "Action" }: self.actions,
            if self.not_resource { "NotResource" } else { "Resource" }: self.resources,
        });
        if let Some((operator, key, values)) = &self.condition {
            statement["Condition"] = serde_json::json!({ operator: { key: values } });
        }
        statement
    }

    fn applies(&self, action: &str, resource: &str, present: &[(String, Vec<String>)]) -> bool {
        let lower = action.to_lowercase();
        (self.actions.iter().any(|pattern| glob(&pattern.to_lowercase(), &lower)) != self.not_action)
            && (self.resources.iter().any(|pattern| glob(pattern, resource)) != self.not_resource)
            && self.condition.as_ref().is_none_or(|(operator, key, values)| {
                let found = present.iter().find(|(name, _)| name == key).map(|(_, actual)| actual.as_slice());
                condition_holds(operator, values, found)
            })
    }
}

/// `*` and `?` by trying everything. Colons do not occur in the part of the patterns that varies.
fn glob(pattern: &str, text: &str) -> bool {
    let next = |text: &str| text.chars().next().map(char::len_utf8);
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            glob(&pattern[1..], text) || next(text).is_some_and(|length| glob(pattern, &text[length..]))
        }
        Some('?') => next(text).is_some_and(|length| glob(&pattern[1..], &text[length..])),
        Some(wanted) => {
            text.strip_prefix(wanted).is_some_and(|rest| glob(&pattern[wanted.len_utf8()..], rest))
        }
    }
}

/// The user guide's table of operators, spelt out.
fn condition_holds(operator: &str, expected: &[String], actual: Option<&[String]>) -> bool {
    if operator == "Null" {
        return actual.is_none() == (expected[0] == "true");
    }
    let (set, rest) = operator.split_once(':').map_or(("", operator), |(set, rest)| (set, rest));
    let (base, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |base| (base, true));
    if if_exists && actual.is_none() {
        return true;
    }
    let equal = |one: &String| expected.iter().any(|value| value == one);
    let like = |one: &String| expected.iter().any(|value| glob(value, one));
    let folded = |one: &String| expected.iter().any(|value| value.to_lowercase() == one.to_lowercase());
    let holds = |one: &String| match base {
        "StringEquals" => equal(one),
        "StringNotEquals" => !equal(one),
        "StringLike" => like(one),
        "StringNotLike" => !like(one),
        "StringEqualsIgnoreCase" => folded(one),
        "StringNotEqualsIgnoreCase" => !folded(one),
        other => panic!("{other}"),
    };
    match (set, actual) {
        ("ForAllValues", actual) => actual.unwrap_or(&[]).iter().all(holds),
        ("ForAnyValue", actual) => actual.unwrap_or(&[]).iter().any(holds),
        (_, None) => base.contains("Not"),
        (_, Some(actual)) => holds(&actual[0]),
    }
}

fn any_condition() -> impl Strategy<Value = (String, String, Vec<String>)> {
    let base = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ]);
    let set = prop::sample::select(vec!["", "ForAllValues:", "ForAnyValue:"]);
    let values = prop::collection::vec("[aAb*?]{0,3}", 1..3);
    let key = prop::sample::select(vec!["aws:RequestTag/k", "aws:TagKeys"]);
    let compared = (set, base, any::<bool>(), key, values).prop_map(|(set, base, if_exists, key, values)| {
        // A key with several values needs a set operator.
        let set = if key == "aws:TagKeys" && set.is_empty() { "ForAnyValue:" } else { set };
        let suffix = if if_exists { "IfExists" } else { "" };
        (format!("{set}{base}{suffix}"), key.to_owned(), values)
    });
    let null = any::<bool>()
        .prop_map(|absent| ("Null".to_owned(), "aws:TagKeys".to_owned(), vec![absent.to_string()]));
    prop_oneof![5 => compared, 1 => null]
}

fn any_statement() -> impl Strategy<Value = Plain> {
    let action = prop_oneof![1 => Just("*".to_owned()), 5 => "x:[aAb*?]{1,4}", 1 => "y:[ab*]{1,3}"];
    let resource = prop_oneof![1 => Just("*".to_owned()), 4 => "arn:aws:x:r:1:[ab*?]{1,4}"];
    (
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::collection::vec(action, 1..4),
        prop::bool::weighted(0.2),
        prop::collection::vec(resource, 1..3),
        prop::option::of(any_condition()),
    )
        .prop_map(|(deny, not_action, actions, not_resource, resources, condition)| Plain {
            deny,
            not_action,
            actions,
            not_resource,
            resources,
            condition,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn decides_as_the_naive_model(
        statements in prop::collection::vec(any_statement(), 0..6),
        action in "x:[aAb]{1,3}",
        resource in "arn:aws:x:r:1:[ab]{1,3}",
        tag in prop::option::of("[aAb]{0,2}"),
        tag_keys in prop::option::of(prop::collection::vec("[aAb]{0,2}", 1..3)),
    ) {
        let mut present: Values = Vec::new();
        present.extend(tag.map(|tag| ("aws:RequestTag/k".to_owned(), vec![tag])));
        present.extend(tag_keys.map(|keys| ("aws:TagKeys".to_owned(), keys)));
        let document = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": statements.iter().map(Plain::json).collect::<Vec<_>>(),
        });
        let context = Context { values: &present, ..Context::default() };
        let applying: Vec<usize> =
            (0..statements.len()).filter(|&at| statements[at].applies(&action, &resource, &present)).collect();
        let denying: Vec<usize> = applying.iter().copied().filter(|&at| statements[at].deny).collect();
        let expected = match (denying.is_empty(), applying.is_empty()) {
            (false, _) => (Effect::Deny, denying),
            (true, false) => (Effect::Allow, applying),
            (true, true) => (Effect::Deny, Vec::new()),
        };
        prop_assert_eq!(decide(&document.to_string(), &action, &resource, &context), expected);
    }

    /// Cut, swapped and repeated pieces of a real policy: read or refused, never a panic.
    #[test]
    fn mutated_documents_do_not_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 1..8),
    ) {
        let mut text: Vec<char> = format!(
            r#"{{"Version": "2012-10-17", "Id": "x", "Statement": [{{"Sid": "A", "Effect": "Deny",
            "NotAction": ["workmail:List*"], "Resource": "{ORGANIZATION}", "Condition": {{
            "ForAnyValue:StringLikeIfExists": {{"aws:TagKeys": ["a*", 7]}},
            "DateLessThan": {{"aws:CurrentTime": "2026-07-01T12:34:56.5+02:00"}},
            "NotIpAddress": {{"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}}}}}]}}"#
        )
        .chars()
        .collect();
        for (from, to, kind) in edits {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            match kind {
                0 => drop(text.drain(from.min(to)..from.max(to).min(from.min(to) + 5))),
                1 => text.swap(from, to),
                2 => text[from] = '\u{e9}',
                _ => text.insert(from, text[to]),
            }
        }
        if let Ok(policies) = Policies::parse(&text.into_iter().collect::<String>()) {
            policies.decide(&account(), "workmail:CreateUser", ORGANIZATION, &Context::default());
        }
    }
}
