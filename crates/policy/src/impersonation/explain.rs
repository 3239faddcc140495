//! Why an impersonation role's rules decide as they do.

use postroom_types::EntityId;

use super::{ImpersonationRule, ImpersonationRules};
use crate::explain::{
    ConditionKind as Kind, DecidedBy, Explanation, Outcome, RuleExplanation, listed_conditions,
};

impl ImpersonationRules {
    /// Decides about `target` and says for every rule why it matched or did not.
    pub fn explain(&self, target: &EntityId) -> Explanation {
        let decision = self.decide(target);
        let nothing = decision.matched.is_empty();
        Explanation {
            effect: decision.effect,
            decided_by: if nothing { DecidedBy::NothingMatched } else { DecidedBy::Rules },
            matched_rules: decision.matched_rules().map(|rule| rule.id.as_str().to_owned()).collect(),
            rules: self.rules.iter().map(|rule| explain_rule(rule, target)).collect(),
        }
    }
}

fn explain_rule(rule: &ImpersonationRule, target: &EntityId) -> RuleExplanation {
    let listed: Vec<&str> = rule.target_users.iter().map(|user| user.as_str()).collect();
    let excluded: Vec<&str> = rule.not_target_users.iter().map(|user| user.as_str()).collect();
    let kinds = [Kind::TargetUsers, Kind::NotTargetUsers];
    let conditions = listed_conditions(kinds, [&listed, &excluded], target.as_str());
    RuleExplanation {
        id: rule.id.as_str().to_owned(),
        name: rule.name.as_ref().map(|name| name.as_str().to_owned()),
        effect: rule.effect,
        matched: conditions.iter().all(|condition| condition.outcome == Outcome::Matched),
        conditions,
    }
}
