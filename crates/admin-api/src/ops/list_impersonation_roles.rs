//! ListImpersonationRoles.

use postroom_directory::ops::list_impersonation_roles;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::ListImpersonationRoles;
use crate::shapes::{ImpersonationRole, ListImpersonationRolesRequest, ListImpersonationRolesResponse};
use crate::wire::Fault;

impl Handle for ListImpersonationRoles {
    fn target(input: &ListImpersonationRolesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListImpersonationRolesRequest,
    ) -> Result<ListImpersonationRolesResponse, Fault> {
        let request = call.page(input.next_token.as_ref(), input.max_results, &[])?;
        let page = call.read(move |tx| list_impersonation_roles(tx, &request)).await?;
        let next_token = call.next_token(&page, &[]);
        let roles = page.rows.into_iter().map(|role| ImpersonationRole {
            impersonation_role_id: Some(role.id),
            name: Some(role.name),
            kind: Some(role.role_type),
            date_created: Some(role.created_at),
            date_modified: Some(role.modified_at),
        });
        Ok(ListImpersonationRolesResponse { roles: Some(roles.collect()), next_token })
    }
}
