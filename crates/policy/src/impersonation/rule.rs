//! Plain rules.

use postroom_types::{EntityId, ImpersonationRuleDescription, ImpersonationRuleId, ImpersonationRuleName};

use crate::Effect;

/// One rule of an impersonation role. An empty list is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpersonationRule {
    /// Chosen by the administrator, unique in the role.
    pub id: ImpersonationRuleId,
    /// For people, and part of decisions.
    pub name: Option<ImpersonationRuleName>,
    /// For people only.
    pub description: Option<ImpersonationRuleDescription>,
    /// What a match asks for.
    pub effect: Effect,
    /// The mailbox's owner is one of these.
    pub target_users: Vec<EntityId>,
    /// The mailbox's owner is none of these.
    pub not_target_users: Vec<EntityId>,
}

impl ImpersonationRule {
    /// A rule without conditions: it matches every target.
    pub fn new(id: ImpersonationRuleId, effect: Effect) -> Self {
        let (target_users, not_target_users) = (Vec::new(), Vec::new());
        Self { id, name: None, description: None, effect, target_users, not_target_users }
    }
}
