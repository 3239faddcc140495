//! IAM policies: random ones against a naive model, and broken ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{ORGANIZATION, Values, account, decide};
use postroom_policy::Effect;
use postroom_policy::iam::{Context, Policies};
use proptest::prelude::*;

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
