//! The rules of an impersonation role as a caller names them, and their targets as entity ids.

use postroom_policy::Effect;
use postroom_policy::impersonation::{ImpersonationRule, ImpersonationRules};
use postroom_types::{
    EntityId, ImpersonationRoleType, ImpersonationRuleDescription, ImpersonationRuleId, ImpersonationRuleName,
};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::require_mailbox_owner;

/// A rule whose targets are named by id, name or e-mail.
#[derive(Debug, Clone)]
pub struct RoleRule {
    /// Chosen by the caller, unique in the role.
    pub id: ImpersonationRuleId,
    /// For people, and part of decisions.
    pub name: Option<ImpersonationRuleName>,
    /// For people.
    pub description: Option<ImpersonationRuleDescription>,
    /// What a match asks for.
    pub effect: Effect,
    /// The mailbox's owner is one of these; empty is no condition.
    pub target_users: Vec<String>,
    /// The mailbox's owner is none of these; empty is no condition.
    pub not_target_users: Vec<String>,
}

/// The rules with their targets looked up.
///
/// `EntityNotFound` and `EntityState` (targets), `Invalid` (two rules with one id).
pub(super) fn resolve(
    tx: &mut AdminTx<'_, '_>,
    role_type: ImpersonationRoleType,
    rules: &[RoleRule],
) -> Result<Vec<ImpersonationRule>, DirectoryError> {
    let mut resolved: Vec<ImpersonationRule> = Vec::with_capacity(rules.len());
    for rule in rules {
        if resolved.iter().any(|other| other.id == rule.id) {
            let message = format!("Two rules have the ImpersonationRuleId {}.", rule.id.as_str());
            return Err(DirectoryError::Invalid(message));
        }
        resolved.push(ImpersonationRule {
            id: rule.id.clone(),
            name: rule.name.clone(),
            description: rule.description.clone(),
            effect: rule.effect,
            target_users: targets(tx, &rule.target_users)?,
            not_target_users: targets(tx, &rule.not_target_users)?,
        });
    }
    // What cannot be compiled must not be stored: every decision of the organization would fail.
    ImpersonationRules::compile(role_type, resolved.clone())
        .map_err(|error| DirectoryError::Invalid(format!("The rules cannot be used: {error}.")))?;
    Ok(resolved)
}

fn targets(tx: &mut AdminTx<'_, '_>, identifiers: &[String]) -> Result<Vec<EntityId>, DirectoryError> {
    let organization = tx.organization;
    let target = |identifier: &String| Ok(require_mailbox_owner(tx, organization, identifier)?.id);
    identifiers.iter().map(target).collect()
}
