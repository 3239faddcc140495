//! IAM policies: tables of AWS's documented semantics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{ORGANIZATION, Values, account, decide};
use postroom_policy::Effect;
use postroom_policy::iam::{Context, Policies};
use postroom_types::Timestamp;

fn values(list: &[(&str, &[&str])]) -> Values {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    list.iter().map(|(name, list)| ((*name).to_owned(), texts(list))).collect()
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
