//! DescribeIdentityProviderConfiguration.

use postroom_directory::ops::describe_identity_provider_configuration;
use postroom_types::{Choice, IdentityProviderAuthenticationMode, PersonalAccessTokenConfigurationStatus};

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::DescribeIdentityProviderConfiguration;
use crate::shapes::{
    DescribeIdentityProviderConfigurationRequest, DescribeIdentityProviderConfigurationResponse,
    IdentityCenterConfiguration, PersonalAccessTokenConfiguration, PersonalAccessTokenLifetimeInDays,
};
use crate::wire::Fault;

impl Handle for DescribeIdentityProviderConfiguration {
    fn target(input: &DescribeIdentityProviderConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _: DescribeIdentityProviderConfigurationRequest,
    ) -> Result<DescribeIdentityProviderConfigurationResponse, Fault> {
        let provider = call.read(describe_identity_provider_configuration).await?;
        let status = match provider.tokens_active {
            true => PersonalAccessTokenConfigurationStatus::Active,
            false => PersonalAccessTokenConfigurationStatus::Inactive,
        };
        let days = provider.token_lifetime_days.and_then(|days| i32::try_from(days).ok());
        Ok(DescribeIdentityProviderConfigurationResponse {
            authentication_mode: IdentityProviderAuthenticationMode::parse(&provider.authentication_mode)
                .ok(),
            identity_center_configuration: Some(IdentityCenterConfiguration {
                instance_arn: text(provider.instance_arn),
                application_arn: text(provider.application_arn),
            }),
            personal_access_token_configuration: Some(PersonalAccessTokenConfiguration {
                status,
                lifetime_in_days: days.map(PersonalAccessTokenLifetimeInDays),
            }),
        })
    }
}
