//! Rules compiled to bit sets per target.

use postroom_types::ImpersonationRoleType;

use super::ImpersonationRule;
use crate::error::CompileError;
use crate::explain::ConditionKind as Kind;
use crate::listing::Listing;
use crate::rule_set::Effects;

/// One impersonation role's type and rules, ready to decide.
#[derive(Debug, Clone)]
pub struct ImpersonationRules {
    pub(super) role_type: ImpersonationRoleType,
    pub(super) rules: Box<[ImpersonationRule]>,
    pub(super) effects: Effects,
    pub(super) targets: Listing,
}

impl ImpersonationRules {
    /// Compiles the rules of a role of type `role_type`; their order is kept.
    pub fn compile(
        role_type: ImpersonationRoleType,
        rules: Vec<ImpersonationRule>,
    ) -> Result<Self, CompileError> {
        let effects = Effects::of(&rules, |rule| rule.effect)?;
        let targets = Listing::compile(
            &rules,
            (Kind::TargetUsers, |rule| &rule.target_users),
            (Kind::NotTargetUsers, |rule| &rule.not_target_users),
            |user| user.as_str(),
        )?;
        Ok(Self { role_type, rules: rules.into(), effects, targets })
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[ImpersonationRule] {
        &self.rules
    }

    /// What the role's type caps: the role may write only when it is `FULL_ACCESS`.
    pub fn role_type(&self) -> ImpersonationRoleType {
        self.role_type
    }
}
