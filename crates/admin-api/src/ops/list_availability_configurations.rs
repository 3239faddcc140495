//! ListAvailabilityConfigurations.

use postroom_directory::availability::{AvailabilityConfiguration as Stored, Provider};
use postroom_directory::ops::list_availability_configurations;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::ListAvailabilityConfigurations;
use crate::shapes::{
    AvailabilityConfiguration, AvailabilityConfigurationList, LambdaAvailabilityProvider,
    ListAvailabilityConfigurationsRequest, ListAvailabilityConfigurationsResponse,
    RedactedEwsAvailabilityProvider,
};
use crate::wire::Fault;

impl Handle for ListAvailabilityConfigurations {
    fn target(input: &ListAvailabilityConfigurationsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListAvailabilityConfigurationsRequest,
    ) -> Result<ListAvailabilityConfigurationsResponse, Fault> {
        let request = call.page(input.next_token.as_ref(), input.max_results, &[])?;
        let page = call.read(move |tx| list_availability_configurations(tx, &request)).await?;
        let next_token = call.next_token(&page, &[]);
        let configurations = page.rows.into_iter().map(configuration).collect();
        Ok(ListAvailabilityConfigurationsResponse {
            availability_configurations: Some(AvailabilityConfigurationList(configurations)),
            next_token,
        })
    }
}

fn configuration(stored: Stored) -> AvailabilityConfiguration {
    let kind = stored.provider.kind();
    let (ews_provider, lambda_provider) = match stored.provider {
        Provider::Ews { endpoint, username, .. } => {
            let (endpoint, username) = (Some(text(endpoint)), Some(text(username)));
            (Some(RedactedEwsAvailabilityProvider { ews_endpoint: endpoint, ews_username: username }), None)
        }
        Provider::Lambda { arn } => (None, Some(LambdaAvailabilityProvider { lambda_arn: text(arn) })),
    };
    AvailabilityConfiguration {
        domain_name: Some(text(stored.domain)),
        provider_type: Some(kind),
        ews_provider,
        lambda_provider,
        date_created: Some(stored.created_at),
        date_modified: Some(stored.modified_at),
    }
}
