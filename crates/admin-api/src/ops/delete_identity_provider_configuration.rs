//! DeleteIdentityProviderConfiguration.

use postroom_directory::ops::delete_identity_provider_configuration;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteIdentityProviderConfiguration;
use crate::shapes::{
    DeleteIdentityProviderConfigurationRequest, DeleteIdentityProviderConfigurationResponse,
};
use crate::wire::Fault;

impl Handle for DeleteIdentityProviderConfiguration {
    fn target(input: &DeleteIdentityProviderConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _: DeleteIdentityProviderConfigurationRequest,
    ) -> Result<DeleteIdentityProviderConfigurationResponse, Fault> {
        call.write(delete_identity_provider_configuration).await?;
        Ok(DeleteIdentityProviderConfigurationResponse {})
    }
}
