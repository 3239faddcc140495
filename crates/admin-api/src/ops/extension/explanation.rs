//! An explanation of the policy as members of an answer.

use postroom_policy::explain::{DecidedBy, Explanation, Outcome, RuleExplanation};
use postroom_types::{Constrained, ExplanationText};

use crate::shapes::extension as shapes;

/// What settled a decision, in the word of the API.
pub(super) fn decided_by(decided_by: DecidedBy) -> String {
    let word = match decided_by {
        DecidedBy::Override => "OVERRIDE",
        DecidedBy::Rules => "RULES",
        DecidedBy::NothingMatched => "NOTHING_MATCHED",
    };
    word.to_owned()
}

/// The rules of an explanation.
pub(super) fn rules(explanation: Explanation) -> shapes::RuleExplanations {
    explanation.rules.into_iter().map(rule).collect()
}

fn rule(rule: RuleExplanation) -> shapes::RuleExplanation {
    let conditions = rule.conditions.into_iter().map(|condition| shapes::ConditionExplanation {
        condition: Some(condition.kind.as_str().to_owned()),
        matched: Some(condition.outcome == Outcome::Matched),
        value: condition.value.map(ExplanationText::from_store),
        explanation: Some(ExplanationText::from_store(condition.text)),
    });
    shapes::RuleExplanation {
        rule_id: Some(rule.id),
        name: rule.name,
        effect: Some(rule.effect.into()),
        matched: Some(rule.matched),
        conditions: Some(conditions.collect()),
    }
}
