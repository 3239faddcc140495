//! UpdateAvailabilityConfiguration.

use postroom_directory::ops::update_availability_configuration;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdateAvailabilityConfiguration;
use crate::ops::availability_provider::provider;
use crate::shapes::{UpdateAvailabilityConfigurationRequest, UpdateAvailabilityConfigurationResponse};
use crate::wire::Fault;

impl Handle for UpdateAvailabilityConfiguration {
    fn target(input: &UpdateAvailabilityConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdateAvailabilityConfigurationRequest,
    ) -> Result<UpdateAvailabilityConfigurationResponse, Fault> {
        let domain = input.domain_name;
        let provider = provider(&call, &domain, input.ews_provider, input.lambda_provider).await?;
        call.write(move |tx| update_availability_configuration(tx, &domain, &provider)).await?;
        Ok(UpdateAvailabilityConfigurationResponse {})
    }
}
