//! Why mobile device rules and overrides decide as they do.

use super::property::{Folded, fold_value, is_none_value, reported};
use super::{
    DeviceAttempt, DeviceProperties, MobileDeviceDecision, MobileDevicePolicy, MobileDeviceRule,
    MobileDeviceRules,
};
use crate::explain::{
    ConditionExplanation, ConditionKind as Kind, Explanation, Outcome, RuleExplanation, some_of,
};

impl MobileDeviceRules {
    /// Decides by the rules alone and says for every rule why it matched or did not.
    pub fn explain(&self, properties: &DeviceProperties<'_>) -> Explanation {
        explanation(&self.decide(properties), &self.rules, properties)
    }
}

impl MobileDevicePolicy<'_> {
    /// Decides `attempt` and says whether an override decided, and for every rule why it matched or did not.
    pub fn explain(&self, attempt: &DeviceAttempt<'_>) -> Explanation {
        explanation(&self.decide(attempt), &self.rules.rules, &attempt.properties)
    }
}

fn explanation(
    decision: &MobileDeviceDecision<'_>,
    rules: &[MobileDeviceRule],
    properties: &DeviceProperties<'_>,
) -> Explanation {
    Explanation {
        effect: decision.effect,
        decided_by: decision.decided_by,
        matched_rules: decision.matched_rules().map(|rule| rule.id.as_str().to_owned()).collect(),
        rules: rules.iter().map(|rule| explain_rule(rule, properties)).collect(),
    }
}

fn explain_rule(rule: &MobileDeviceRule, properties: &DeviceProperties<'_>) -> RuleExplanation {
    let mut conditions = explain_attribute(
        [Kind::DeviceTypes, Kind::NotDeviceTypes],
        [&texts(&rule.device_types, |value| value), &texts(&rule.not_device_types, |value| value)],
        properties.device_type,
    );
    conditions.extend(explain_attribute(
        [Kind::DeviceModels, Kind::NotDeviceModels],
        [&texts(&rule.device_models, |value| value), &texts(&rule.not_device_models, |value| value)],
        properties.device_model,
    ));
    conditions.extend(explain_attribute(
        [Kind::DeviceOperatingSystems, Kind::NotDeviceOperatingSystems],
        [
            &texts(&rule.device_operating_systems, |value| value),
            &texts(&rule.not_device_operating_systems, |value| value),
        ],
        properties.device_operating_system,
    ));
    conditions.extend(explain_attribute(
        [Kind::DeviceUserAgents, Kind::NotDeviceUserAgents],
        [
            &texts(&rule.device_user_agents, |value| value),
            &texts(&rule.not_device_user_agents, |value| value),
        ],
        properties.device_user_agent,
    ));
    RuleExplanation {
        id: rule.id.as_str().to_owned(),
        name: Some(rule.name.as_str().to_owned()),
        effect: rule.effect,
        matched: conditions.iter().all(|condition| condition.outcome == Outcome::Matched),
        conditions,
    }
}

fn texts<V>(values: &[V], text: impl Fn(&V) -> &str) -> Vec<&str> {
    values.iter().map(text).collect()
}

/// One attribute's condition and `Not` twin.
fn explain_attribute(
    kinds: [Kind; 2],
    [listed, excluded]: [&[&str]; 2],
    property: Option<&str>,
) -> Vec<ConditionExplanation> {
    let property = reported(property);
    let mut found = Vec::new();
    if !listed.is_empty() {
        let value = listed.iter().find(|value| matches(value, property)).map(|value| (*value).to_owned());
        let text = match (property, &value) {
            (None, Some(_)) => "it is not reported, which $NONE stands for".to_owned(),
            (None, None) => "it is not reported".to_owned(),
            (Some(property), Some(value)) => format!("{property:?} begins with {value:?}"),
            (Some(property), None) => format!("{property:?} begins with none of {}", some_of(listed)),
        };
        let outcome = Outcome::of(value.is_some());
        found.push(ConditionExplanation { kind: kinds[0], outcome, value, text });
    }
    if !excluded.is_empty() {
        let value = excluded.iter().find(|value| matches(value, property)).map(|value| (*value).to_owned());
        let text = match (property, &value) {
            (None, _) => "it is not reported, and excluding conditions never hold then".to_owned(),
            (Some(property), Some(value)) => format!("{property:?} begins with {value:?}"),
            (Some(property), None) => format!("{property:?} begins with none of {}", some_of(excluded)),
        };
        let outcome = Outcome::of(property.is_some() && value.is_none());
        found.push(ConditionExplanation { kind: kinds[1], outcome, value, text });
    }
    found
}

/// Whether a condition's value matches the property.
fn matches(value: &str, property: Option<&str>) -> bool {
    match property {
        None => is_none_value(value),
        Some(property) => {
            !is_none_value(value)
                && fold_value(value)
                    .is_some_and(|prefix| Folded::of(property, prefix.len()).as_bytes().starts_with(&prefix))
        }
    }
}
