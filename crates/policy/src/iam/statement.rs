//! One statement of a policy.

use std::sync::Arc;

use super::condition::{self, Condition};
use super::context::Context;
use super::glob::{Glob, at};
use super::json::Node;
use super::{PolicyError, document};
use crate::Effect;
use crate::permit::AwsAccountId;

/// A statement, ready to decide.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) sid: Option<Arc<str>>,
    pub(super) effect: Effect,
    actions: Patterns,
    resources: Patterns,
    conditions: Box<[Condition]>,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone)]
struct Patterns {
    globs: Box<[Glob]>,
    negated: bool,
}

/// Reads one pattern; the flag says whether `${*}` is an escape in it.
type ParsePattern = fn(&str, bool) -> Result<Glob, String>;

impl Patterns {
    fn matches(&self, text: &str) -> bool {
        self.globs.iter().any(|glob| glob.matches(text)) != self.negated
    }
}

impl Statement {
    /// Reads a statement. `escapes`: whether the policy's version knows `${…}`.
    pub(super) fn parse(place: &str, node: &Node, escapes: bool) -> Result<Self, PolicyError> {
        let (mut sid, mut effect, mut actions, mut resources) = (None, None, None, None);
        let mut conditions: Box<[Condition]> = Box::default();
        for (name, value) in document::members(place, node)? {
            let inner = format!("{place}.{name}");
            let (slot, negated, parse): (_, _, ParsePattern) = match name.as_str() {
                "Sid" => {
                    sid = Some(parse_sid(&inner, value)?);
                    continue;
                }
                "Effect" => {
                    effect = Some(parse_effect(&inner, value)?);
                    continue;
                }
                "Condition" => {
                    conditions = condition::parse(&inner, value, escapes)?;
                    continue;
                }
                "Action" => (&mut actions, false, |text, _| parse_action(text)),
                "NotAction" => (&mut actions, true, |text, _| parse_action(text)),
                "Resource" => (&mut resources, false, parse_resource),
                "NotResource" => (&mut resources, true, parse_resource),
                "Principal" | "NotPrincipal" => {
                    return Err(PolicyError::new(
                        inner,
                        "an identity policy has no principal: it is the key's",
                    ));
                }
                _ => return Err(PolicyError::new(inner, "unknown element")),
            };
            if slot.is_some() {
                return Err(PolicyError::new(inner, "an element and its Not twin exclude each other"));
            }
            let globs: Result<Box<[Glob]>, String> =
                document::values(&inner, value)?.iter().map(|text| parse(text, escapes)).collect();
            *slot = Some(Patterns { globs: at(&inner, globs)?, negated });
        }
        let missing = |what| PolicyError::new(place, format!("{what} is missing"));
        Ok(Self {
            sid,
            effect: effect.ok_or_else(|| missing("Effect"))?,
            actions: actions.ok_or_else(|| missing("Action or NotAction"))?,
            resources: resources.ok_or_else(|| missing("Resource or NotResource"))?,
            conditions,
        })
    }

    /// Whether it applies to a request.
    pub(super) fn matches(
        &self,
        action: &str,
        resource: &str,
        context: &Context<'_>,
        principal_account: &AwsAccountId,
    ) -> bool {
        self.actions.matches(action)
            && self.resources.matches(resource)
            && self.conditions.iter().all(|condition| condition.holds(context, principal_account))
    }
}

fn parse_sid(place: &str, node: &Node) -> Result<Arc<str>, PolicyError> {
    match document::text(place, node)? {
        sid if sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Ok(sid.into()),
        _ => Err(PolicyError::new(place, "a Sid is of ASCII letters and digits")),
    }
}

fn parse_effect(place: &str, node: &Node) -> Result<Effect, PolicyError> {
    match document::text(place, node)? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(PolicyError::new(place, format!("{other:?} is not Allow or Deny"))),
    }
}

/// `*`, or `service:Action` with wildcards after the colon.
fn parse_action(text: &str) -> Result<Glob, String> {
    let valid = text == "*"
        || text.split_once(':').is_some_and(|(service, action)| {
            let in_service = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let in_action = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'*' || byte == b'?';
            !service.is_empty()
                && !action.is_empty()
                && service.bytes().all(in_service)
                && action.bytes().all(in_action)
        });
    if valid {
        Glob::action(text)
    } else {
        Err(format!("{text:?} is not an action: write * or service:Action, such as workmail:List*"))
    }
}

/// `*`, or an ARN with wildcards.
fn parse_resource(text: &str, escapes: bool) -> Result<Glob, String> {
    if text == "*" || text.starts_with("arn:") {
        Glob::arn(text, escapes)
    } else {
        Err(format!("{text:?} is not a resource: write * or an ARN"))
    }
}
