//! UpdateImpersonationRole.

use postroom_directory::ops::{NewImpersonationRole, update_impersonation_role};

use crate::call::Call;
use crate::convert::role_rules;
use crate::handle::{Handle, Target};
use crate::operations::UpdateImpersonationRole;
use crate::shapes::{UpdateImpersonationRoleRequest, UpdateImpersonationRoleResponse};
use crate::wire::Fault;

impl Handle for UpdateImpersonationRole {
    fn target(input: &UpdateImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdateImpersonationRoleRequest,
    ) -> Result<UpdateImpersonationRoleResponse, Fault> {
        let new = NewImpersonationRole {
            id: input.impersonation_role_id,
            name: input.name,
            role_type: input.kind,
            description: input.description,
            rules: role_rules(input.rules),
            dates: None,
        };
        call.write(move |tx| update_impersonation_role(tx, &new)).await?;
        Ok(UpdateImpersonationRoleResponse {})
    }
}
