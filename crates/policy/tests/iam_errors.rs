//! IAM policies that are refused: each says where and what.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use postroom_policy::iam::Policies;
use postroom_policy::limits;

/// A policy of one Allow statement with these further members.
fn statement(rest: &str) -> String {
    format!(r#"{{"Statement": [{{"Effect": "Allow", {rest}}}]}}"#)
}

/// A policy of one statement with this condition.
fn condition(rest: &str) -> String {
    statement(&format!(r#""Action": "*", "Resource": "*", "Condition": {rest}"#))
}

/// Policy, place of the error, part of its text.
#[track_caller]
fn check_all(table: Vec<(String, &str, &str)>) {
    for (policy, at, problem) in table {
        let error = Policies::parse(&policy).expect_err(&policy);
        assert_eq!(error.at, at, "{policy}");
        assert!(error.problem.contains(problem), "{policy}: {error}");
    }
}

/// JSON and the document itself.
#[test]
fn documents() {
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
    ];
    check_all(table);
}

/// Elements of a statement.
#[test]
fn statements() {
    let table: Vec<(String, &str, &str)> = vec![
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
    ];
    check_all(table);
}

/// Operators, keys and values.
#[test]
fn conditions() {
    let table: Vec<(String, &str, &str)> = vec![
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
    check_all(table);
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
