//! A request as the audit trail shows it: known members only, nothing sensitive.

use serde_json::{Map, Value};

use super::limits::REDACTED_BYTES_MAX;
use super::{Kind, Shape};

/// What stands for a sensitive text.
const HIDDEN: &str = "***";

/// What `body` has of the members of `shape`, first letters in lower case as CloudTrail prints them (WB §13.4),
/// sensitive texts hidden; `{}` for what is no JSON object, and a remark for what is too long to be kept.
pub fn redacted(shape: &'static Shape, body: &Value) -> String {
    let text = match shown(shape, body) {
        Some(value @ Value::Object(_)) => value.to_string(),
        _ => "{}".to_owned(),
    };
    if text.len() > REDACTED_BYTES_MAX { r#"{"tooLong":true}"#.to_owned() } else { text }
}

fn shown(shape: &'static Shape, value: &Value) -> Option<Value> {
    match (&shape.kind, value) {
        (_, Value::Null) => None,
        (Kind::Structure(members), Value::Object(object)) => {
            let mut shown_members = Map::new();
            for member in *members {
                let found = object.get(member.name).and_then(|value| shown(member.shape, value));
                if let Some(value) = found {
                    shown_members.insert(lower_camel(member.name), value);
                }
            }
            Some(Value::Object(shown_members))
        }
        (Kind::List { of, .. }, Value::Array(elements)) => {
            Some(elements.iter().filter_map(|element| shown(of, element)).collect())
        }
        (Kind::Text { sensitive: true, .. }, _) => Some(HIDDEN.into()),
        // JSON of another type than the shape's is refused before it means anything.
        (Kind::Structure(_) | Kind::List { .. }, _) | (_, Value::Object(_) | Value::Array(_)) => None,
        _ => Some(value.clone()),
    }
}

fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::{CreateUserRequest, PutAccessControlRuleRequest};
    use crate::wire::Wire;

    #[test]
    fn known_members_are_shown_and_sensitive_ones_hidden() {
        let check = |shape, body: &str, expected: &str| {
            assert_eq!(redacted(shape, &serde_json::from_str(body).unwrap()), expected);
        };
        check(
            CreateUserRequest::SHAPE,
            r#"{"Name":"alice","DisplayName":"Alice A","Password":"hunter2","Unknown":1,"Role":null,"FirstName":7}"#,
            r#"{"name":"alice","displayName":"***","password":"***","firstName":"***"}"#,
        );
        check(
            PutAccessControlRuleRequest::SHAPE,
            r#"{"Name":"r","IpRanges":["10.0.0.0/8",null],"Actions":"EWS"}"#,
            r#"{"name":"r","ipRanges":["10.0.0.0/8"]}"#,
        );
        for nothing in ["{}", "[]", "null", "1"] {
            check(CreateUserRequest::SHAPE, nothing, "{}");
        }
        let long = format!(r#"{{"Name":"{}"}}"#, "x".repeat(REDACTED_BYTES_MAX));
        check(CreateUserRequest::SHAPE, &long, r#"{"tooLong":true}"#);
    }
}
