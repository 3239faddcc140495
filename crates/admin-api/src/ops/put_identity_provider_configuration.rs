//! PutIdentityProviderConfiguration.

use postroom_directory::ops::{must_be_application_of, put_identity_provider_configuration};
use postroom_directory::settings::IdentityProvider;
use postroom_store::Read;
use postroom_types::PersonalAccessTokenConfigurationStatus;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutIdentityProviderConfiguration;
use crate::shapes::{PutIdentityProviderConfigurationRequest, PutIdentityProviderConfigurationResponse};
use crate::wire::Fault;

impl Handle for PutIdentityProviderConfiguration {
    fn target(input: &PutIdentityProviderConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutIdentityProviderConfigurationRequest,
    ) -> Result<PutIdentityProviderConfigurationResponse, Fault> {
        let (center, tokens) =
            (input.identity_center_configuration, input.personal_access_token_configuration);
        let provider = IdentityProvider {
            authentication_mode: input.authentication_mode.as_str().to_owned(),
            instance_arn: center.instance_arn.as_str().to_owned(),
            application_arn: center.application_arn.as_str().to_owned(),
            tokens_active: tokens.status == PersonalAccessTokenConfigurationStatus::Active,
            token_lifetime_days: tokens.lifetime_in_days.map(|days| i64::from(days.get())),
        };
        let account = call.account();
        let (application, instance) = (provider.application_arn.clone(), provider.instance_arn.clone());
        let check = move |tx: &mut dyn Read| must_be_application_of(tx, &account, &application, &instance);
        call.read_directory(check).await?;
        call.write(move |tx| put_identity_provider_configuration(tx, &provider)).await?;
        Ok(PutIdentityProviderConfigurationResponse {})
    }
}
