//! CreateAvailabilityConfiguration.

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::create_availability_configuration;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::CreateAvailabilityConfiguration;
use crate::ops::availability_provider::provider;
use crate::shapes::{CreateAvailabilityConfigurationRequest, CreateAvailabilityConfigurationResponse};
use crate::wire::Fault;

impl Handle for CreateAvailabilityConfiguration {
    fn target(input: &CreateAvailabilityConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        mut input: CreateAvailabilityConfigurationRequest,
    ) -> Result<CreateAvailabilityConfigurationResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let domain = input.domain_name;
        let provider = provider(&call, &domain, input.ews_provider, input.lambda_provider).await?;
        let create = move |tx: &mut AdminTx<'_, '_>| {
            create_availability_configuration(tx, &domain, &provider, token.as_ref())
        };
        call.write(create).await?;
        Ok(CreateAvailabilityConfigurationResponse {})
    }
}
