//! GetImpersonationRoleEffect.

use postroom_directory::DirectoryError;
use postroom_directory::ops::impersonation_target;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::GetImpersonationRoleEffect;
use crate::shapes::{
    GetImpersonationRoleEffectRequest, GetImpersonationRoleEffectResponse, ImpersonationMatchedRule,
};
use crate::wire::Fault;

impl Handle for GetImpersonationRoleEffect {
    fn target(input: &GetImpersonationRoleEffectRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetImpersonationRoleEffectRequest,
    ) -> Result<GetImpersonationRoleEffectResponse, Fault> {
        let (role, target) = (input.impersonation_role_id.clone(), input.target_user);
        let target = call.read(move |tx| impersonation_target(tx, &role, &target)).await?;
        // The state that the session gate asks, so that the two cannot disagree.
        let in_force = call.api.access.current(call.key()).await?;
        let Some(role) = in_force.roles.get(&input.impersonation_role_id) else {
            // Deleted between the two readings.
            let message = "The impersonation role was not found.".to_owned();
            return Err(DirectoryError::NotFound(message).into());
        };
        let decision = role.decide(&target);
        let matched = decision.matched_rules().map(|rule| ImpersonationMatchedRule {
            impersonation_rule_id: Some(rule.id.clone()),
            name: rule.name.clone(),
        });
        Ok(GetImpersonationRoleEffectResponse {
            kind: Some(decision.role_type),
            effect: Some(decision.effect.into()),
            matched_rules: Some(matched.collect()),
        })
    }
}
