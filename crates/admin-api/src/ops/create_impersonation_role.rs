//! CreateImpersonationRole.

use postroom_directory::once::once;
use postroom_directory::ops::{NewImpersonationRole, create_impersonation_role};
use postroom_types::{Constrained, ImpersonationRoleId};

use crate::call::Call;
use crate::convert::role_rules;
use crate::handle::{Handle, Target};
use crate::operations::CreateImpersonationRole;
use crate::shapes::{CreateImpersonationRoleRequest, CreateImpersonationRoleResponse};
use crate::wire::Fault;

impl Handle for CreateImpersonationRole {
    fn target(input: &CreateImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        mut input: CreateImpersonationRoleRequest,
    ) -> Result<CreateImpersonationRoleResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let new = NewImpersonationRole {
            id: ImpersonationRoleId::from_store(postroom_types::uuid(call.random_id())),
            name: input.name,
            role_type: input.kind,
            description: input.description,
            rules: role_rules(input.rules),
            dates: None,
        };
        let id = call.write(move |tx| {
            once(tx, token.as_ref(), |tx| {
                create_impersonation_role(tx, &new)?;
                Ok(new.id.as_str().as_bytes().to_vec())
            })
        });
        let id = String::from_utf8_lossy(&id.await?).into_owned();
        Ok(CreateImpersonationRoleResponse {
            impersonation_role_id: Some(ImpersonationRoleId::from_store(id)),
        })
    }
}
