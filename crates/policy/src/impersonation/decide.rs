//! The decision.

use postroom_types::{EntityId, ImpersonationRoleType};

use super::{ImpersonationRule, ImpersonationRules};
use crate::{Effect, RuleSet};

/// Whether a role may act in a mailbox, how far, and the rules that produced the answer.
#[derive(Debug, Clone, Copy)]
pub struct ImpersonationDecision<'r> {
    /// The answer.
    pub effect: Effect,
    /// What the role may do where it is allowed.
    pub role_type: ImpersonationRoleType,
    /// The rules that produced the effect; none when no rule matched.
    pub matched: RuleSet,
    rules: &'r ImpersonationRules,
}

impl<'r> ImpersonationDecision<'r> {
    /// The rules that produced the effect, in rule order; answers name their id and name.
    pub fn matched_rules(&self) -> impl Iterator<Item = &'r ImpersonationRule> + use<'r> {
        let rules = self.rules;
        self.matched.iter().map(move |index| &rules.rules[index])
    }
}

impl ImpersonationRules {
    /// Decides whether the role may act in the mailbox of `target`. Allocates nothing.
    ///
    /// WB §2.2: DENY wins, else ALLOW, else DENY; a role without rules may act nowhere.
    pub fn decide(&self, target: &EntityId) -> ImpersonationDecision<'_> {
        let (effect, matched) = self.effects.decide(self.targets.passing(target.as_str()));
        ImpersonationDecision { effect, role_type: self.role_type, matched, rules: self }
    }
}
