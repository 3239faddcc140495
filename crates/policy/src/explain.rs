//! The shape of an explanation: each rule, each of its conditions, and what decided in the end.
//!
//! Explanations are made by `explain` of a compiled set in [`crate::access_control`], [`crate::impersonation`] and
//! [`crate::mobile_device`]. They are for people: they allocate freely, and the decision in them is the one that the
//! decider itself gives.

use std::fmt;

use crate::Effect;

/// The condition members of the WorkMail model, and Postroom's two for IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the member of the WorkMail model with the same name")]
pub enum ConditionKind {
    Actions,
    NotActions,
    IpRanges,
    NotIpRanges,
    UserIds,
    NotUserIds,
    ImpersonationRoleIds,
    NotImpersonationRoleIds,
    TargetUsers,
    NotTargetUsers,
    DeviceTypes,
    NotDeviceTypes,
    DeviceModels,
    NotDeviceModels,
    DeviceOperatingSystems,
    NotDeviceOperatingSystems,
    DeviceUserAgents,
    NotDeviceUserAgents,
}

impl ConditionKind {
    /// The member's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actions => "Actions",
            Self::NotActions => "NotActions",
            Self::IpRanges => "IpRanges",
            Self::NotIpRanges => "NotIpRanges",
            Self::UserIds => "UserIds",
            Self::NotUserIds => "NotUserIds",
            Self::ImpersonationRoleIds => "ImpersonationRoleIds",
            Self::NotImpersonationRoleIds => "NotImpersonationRoleIds",
            Self::TargetUsers => "TargetUsers",
            Self::NotTargetUsers => "NotTargetUsers",
            Self::DeviceTypes => "DeviceTypes",
            Self::NotDeviceTypes => "NotDeviceTypes",
            Self::DeviceModels => "DeviceModels",
            Self::NotDeviceModels => "NotDeviceModels",
            Self::DeviceOperatingSystems => "DeviceOperatingSystems",
            Self::NotDeviceOperatingSystems => "NotDeviceOperatingSystems",
            Self::DeviceUserAgents => "DeviceUserAgents",
            Self::NotDeviceUserAgents => "NotDeviceUserAgents",
        }
    }
}

impl fmt::Display for ConditionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It held.
    Matched,
    /// It did not hold, so its rule does not match.
    NotMatched,
}

impl Outcome {
    pub(crate) fn of(matched: bool) -> Self {
        if matched { Self::Matched } else { Self::NotMatched }
    }
}

/// One condition of a rule, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionExplanation {
    /// Which condition.
    pub kind: ConditionKind,
    /// Whether it held.
    pub outcome: Outcome,
    /// The value of the list that settled it, when one did: the one that matched, or the one that excluded.
    pub value: Option<String>,
    /// Why, as half a sentence.
    pub text: String,
}

/// One rule, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleExplanation {
    /// The rule's id; for access control rules, which have none, the name.
    pub id: String,
    /// The rule's name, when it has one beside its id.
    pub name: Option<String>,
    /// What the rule asks for.
    pub effect: Effect,
    /// Whether all its conditions held.
    pub matched: bool,
    /// The conditions it has, in the model's order; none when it matches everything.
    pub conditions: Vec<ConditionExplanation>,
}

/// What settled a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// An override for this person and device; rules were not asked (mobile devices only).
    Override,
    /// The rules named by the decision.
    Rules,
    /// No rule matched, and the answer without a rule is DENY.
    NothingMatched,
}

/// A decision with everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer.
    pub effect: Effect,
    /// What settled it.
    pub decided_by: DecidedBy,
    /// Ids of the rules that produced the effect, in rule order; empty unless `decided_by` is `Rules`.
    pub matched_rules: Vec<String>,
    /// Every rule, in rule order. With an override these say what would hold without it.
    pub rules: Vec<RuleExplanation>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.rules {
            writeln!(f, "{rule}")?;
        }
        write!(f, "{}: ", self.effect)?;
        match self.decided_by {
            DecidedBy::Override => f.write_str("an override for this user and device decides alone"),
            DecidedBy::NothingMatched => f.write_str("no rule matched"),
            DecidedBy::Rules => write!(f, "decided by {}", self.matched_rules.join(", ")),
        }
    }
}

impl fmt::Display for RuleExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.matched { "matches" } else { "does not match" };
        write!(f, "{} rule {}", self.effect, self.id)?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        write!(f, " {verdict}")?;
        if self.conditions.is_empty() {
            f.write_str(": it has no conditions")?;
        }
        for condition in &self.conditions {
            write!(f, "\n  {condition}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConditionExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.outcome {
            Outcome::Matched => "yes",
            Outcome::NotMatched => "no ",
        };
        write!(f, "{mark} {}: {}", self.kind, self.text)
    }
}

/// How a list of whole values and its `Not` twin look at `actual`, described as `what`.
pub(crate) fn listed_conditions(
    kinds: [ConditionKind; 2],
    lists: [&[&str]; 2],
    actual: &str,
) -> Vec<ConditionExplanation> {
    let mut found = Vec::new();
    for (negated, (kind, list)) in kinds.into_iter().zip(lists).enumerate() {
        if list.is_empty() {
            continue;
        }
        let value = list.iter().find(|value| **value == actual).map(|value| (*value).to_owned());
        let listed = value.is_some();
        let text = if listed {
            format!("{actual} is listed")
        } else {
            format!("{actual} is none of {}", some_of(list))
        };
        found.push(ConditionExplanation {
            kind,
            outcome: Outcome::of(listed != (negated == 1)),
            value,
            text,
        });
    }
    found
}

/// Conditions of a kind that cannot hold for this principal; `text` says why.
pub(crate) fn inapplicable_conditions(
    kinds: [ConditionKind; 2],
    present: [bool; 2],
    text: &str,
) -> Vec<ConditionExplanation> {
    let mut found = Vec::new();
    for (kind, present) in kinds.into_iter().zip(present) {
        if present {
            let text = text.to_owned();
            found.push(ConditionExplanation { kind, outcome: Outcome::NotMatched, value: None, text });
        }
    }
    found
}

/// The first values of a list, for a sentence.
pub(crate) fn some_of<V: fmt::Display>(values: &[V]) -> String {
    const SHOWN_MAX: usize = 5;
    let mut text: Vec<String> = values.iter().take(SHOWN_MAX).map(ToString::to_string).collect();
    if values.len() > SHOWN_MAX {
        text.push(format!("and {} more", values.len() - SHOWN_MAX));
    }
    text.join(", ")
}
