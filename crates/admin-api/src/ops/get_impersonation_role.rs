//! GetImpersonationRole.

use postroom_directory::ops::get_impersonation_role;
use postroom_policy::impersonation::ImpersonationRule;
use postroom_types::{Constrained, EntityId, EntityIdentifier};

use crate::call::Call;
use crate::convert::some_list;
use crate::handle::{Handle, Target};
use crate::operations::GetImpersonationRole;
use crate::shapes::{self, GetImpersonationRoleRequest, GetImpersonationRoleResponse};
use crate::wire::Fault;

impl Handle for GetImpersonationRole {
    fn target(input: &GetImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetImpersonationRoleRequest,
    ) -> Result<GetImpersonationRoleResponse, Fault> {
        let role = call.read(move |tx| get_impersonation_role(tx, &input.impersonation_role_id)).await?;
        Ok(GetImpersonationRoleResponse {
            impersonation_role_id: Some(role.id),
            name: Some(role.name),
            kind: Some(role.role_type),
            description: role.description,
            rules: Some(role.rules.into_iter().map(rule).collect()),
            date_created: Some(role.created_at),
            date_modified: Some(role.modified_at),
        })
    }
}

fn rule(rule: ImpersonationRule) -> shapes::ImpersonationRule {
    let user = |user: EntityId| EntityIdentifier::from_store(user.as_str().to_owned());
    shapes::ImpersonationRule {
        impersonation_rule_id: rule.id,
        name: rule.name,
        description: rule.description,
        effect: rule.effect.into(),
        target_users: some_list(rule.target_users, user),
        not_target_users: some_list(rule.not_target_users, user),
    }
}
