//! DeleteImpersonationRole.

use postroom_directory::ops::delete_impersonation_role;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteImpersonationRole;
use crate::shapes::{DeleteImpersonationRoleRequest, DeleteImpersonationRoleResponse};
use crate::wire::Fault;

impl Handle for DeleteImpersonationRole {
    fn target(input: &DeleteImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteImpersonationRoleRequest,
    ) -> Result<DeleteImpersonationRoleResponse, Fault> {
        call.write(move |tx| delete_impersonation_role(tx, &input.impersonation_role_id)).await?;
        Ok(DeleteImpersonationRoleResponse {})
    }
}
