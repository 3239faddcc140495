//! A request as the audit trail shows it: known members only, nothing sensitive.

use serde_json_borrow::Value;

use super::limits::REDACTED_BYTES_MAX;
use super::write::text;
use super::{Kind, Shape};

/// What `body` has of the members of `shape`, first letters in lower case as CloudTrail prints them (WB §13.4),
/// sensitive texts hidden; `{}` for what is no JSON object, and a remark for what is too long to be kept.
pub fn redacted(shape: &'static Shape, body: &Value<'_>) -> String {
    let mut out = Vec::with_capacity(128);
    if !(body.is_object() && shown(shape, body, &mut out)) {
        return "{}".to_owned();
    }
    if out.len() > REDACTED_BYTES_MAX {
        return r#"{"tooLong":true}"#.to_owned();
    }
    String::from_utf8(out).unwrap_or_else(|_| "{}".to_owned())
}

/// Appends what may be shown of `value`; false when that is nothing.
fn shown(shape: &'static Shape, value: &Value<'_>, out: &mut Vec<u8>) -> bool {
    match (&shape.kind, value) {
        (_, Value::Null) => return false,
        (Kind::Structure(members), Value::Object(object)) => {
            out.push(b'{');
            let mut separator: &[u8] = b"";
            for member in *members {
                let Some(value) = super::member(object, member.name) else { continue };
                let begin = out.len();
                out.extend_from_slice(separator);
                key(member.name, out);
                if shown(member.shape, value, out) {
                    separator = b",";
                } else {
                    out.truncate(begin);
                }
            }
            out.push(b'}');
        }
        (Kind::List { of, .. }, Value::Array(elements)) => {
            out.push(b'[');
            let mut separator: &[u8] = b"";
            for element in elements {
                let begin = out.len();
                out.extend_from_slice(separator);
                if shown(of, element, out) {
                    separator = b",";
                } else {
                    out.truncate(begin);
                }
            }
            out.push(b']');
        }
        (Kind::Text { sensitive: true, .. }, _) => out.extend_from_slice(br#""***""#),
        // JSON of another type than the shape's is refused before it means anything.
        (Kind::Structure(_) | Kind::List { .. }, _) | (_, Value::Object(_) | Value::Array(_)) => {
            return false;
        }
        (_, Value::Str(string)) => text(string, out),
        (_, plain) => out.extend_from_slice(plain.to_string().as_bytes()),
    }
    true
}

/// Appends a member's name, its first letter in lower case, and the colon.
fn key(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut letters = name.bytes();
    out.extend(letters.next().map(|first| first.to_ascii_lowercase()));
    out.extend(letters);
    out.extend_from_slice(b"\":");
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
