//! AssumeImpersonationRole.

use postroom_directory::limits::IMPERSONATION_TOKEN_LIFETIME;
use postroom_directory::ops::assume_impersonation_role;
use postroom_types::{Constrained, ImpersonationToken};

use crate::call::Call;
use crate::handle::{Conditions, Handle, Target};
use crate::operations::AssumeImpersonationRole;
use crate::shapes::{AssumeImpersonationRoleRequest, AssumeImpersonationRoleResponse, ExpiresIn};
use crate::wire::Fault;

impl Handle for AssumeImpersonationRole {
    fn target(input: &AssumeImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    fn conditions(input: &AssumeImpersonationRoleRequest) -> Conditions {
        let role = input.impersonation_role_id.as_str().to_owned();
        vec![("workmail:ImpersonationRoleId".to_owned(), vec![role])]
    }

    async fn handle(
        call: Call,
        input: AssumeImpersonationRoleRequest,
    ) -> Result<AssumeImpersonationRoleResponse, Fault> {
        let organization = call.organization();
        let minted = call.api.tokens.mint_impersonation(organization.key, &organization.id).await?;
        let (token, text) = minted;
        call.write(move |tx| assume_impersonation_role(tx, &input.impersonation_role_id, &token)).await?;
        let seconds = IMPERSONATION_TOKEN_LIFETIME.as_secs().cast_signed();
        Ok(AssumeImpersonationRoleResponse {
            token: Some(ImpersonationToken::from_store(text.as_str().to_owned())),
            expires_in: Some(ExpiresIn(seconds)),
        })
    }
}
