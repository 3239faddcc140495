//! The decision.

use super::{DeviceAttempt, DeviceProperties, MobileDeviceRule, MobileDeviceRules, Overrides};
use crate::explain::DecidedBy;
use crate::{Effect, RuleSet};

/// The answer to an attempt, and what produced it.
#[derive(Debug, Clone, Copy)]
pub struct MobileDeviceDecision<'r> {
    /// The answer.
    pub effect: Effect,
    /// Whether an override or the rules decided.
    pub decided_by: DecidedBy,
    /// The rules that produced the effect; none when an override decided or no rule matched.
    pub matched: RuleSet,
    rules: &'r MobileDeviceRules,
}

impl<'r> MobileDeviceDecision<'r> {
    /// The rules that produced the effect, in rule order; answers name their id and name.
    pub fn matched_rules(&self) -> impl Iterator<Item = &'r MobileDeviceRule> + use<'r> {
        let rules = self.rules;
        self.matched.iter().map(move |index| &rules.rules[index])
    }
}

impl MobileDeviceRules {
    /// What the rules alone say about a device (`GetMobileDeviceAccessEffect`). Allocates nothing.
    ///
    /// WB §3.1: DENY wins, else ALLOW, else DENY; without rules every device is refused.
    pub fn decide(&self, properties: &DeviceProperties<'_>) -> MobileDeviceDecision<'_> {
        let matching = self.types.passing(properties.device_type)
            & self.models.passing(properties.device_model)
            & self.operating_systems.passing(properties.device_operating_system)
            & self.user_agents.passing(properties.device_user_agent);
        let (effect, matched) = self.effects.decide(matching);
        let decided_by = if matched.is_empty() { DecidedBy::NothingMatched } else { DecidedBy::Rules };
        MobileDeviceDecision { effect, decided_by, matched, rules: self }
    }
}

/// The rules and the overrides of one organization, together: what the session gate asks.
#[derive(Debug, Clone, Copy)]
pub struct MobileDevicePolicy<'r> {
    /// The compiled rules.
    pub rules: &'r MobileDeviceRules,
    /// The overrides.
    pub overrides: &'r Overrides,
}

impl<'r> MobileDevicePolicy<'r> {
    /// Decides `attempt`. Allocates nothing.
    ///
    /// WB §3.3: an override for this person and device decides alone.
    pub fn decide(&self, attempt: &DeviceAttempt<'_>) -> MobileDeviceDecision<'r> {
        match self.overrides.get(attempt.user_id, attempt.device_id) {
            Some(effect) => MobileDeviceDecision {
                effect,
                decided_by: DecidedBy::Override,
                matched: RuleSet::NONE,
                rules: self.rules,
            },
            None => self.rules.decide(&attempt.properties),
        }
    }
}
