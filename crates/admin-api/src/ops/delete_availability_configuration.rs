//! DeleteAvailabilityConfiguration.

use postroom_directory::ops::delete_availability_configuration;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteAvailabilityConfiguration;
use crate::shapes::{DeleteAvailabilityConfigurationRequest, DeleteAvailabilityConfigurationResponse};
use crate::wire::Fault;

impl Handle for DeleteAvailabilityConfiguration {
    fn target(input: &DeleteAvailabilityConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteAvailabilityConfigurationRequest,
    ) -> Result<DeleteAvailabilityConfigurationResponse, Fault> {
        call.write(move |tx| delete_availability_configuration(tx, &input.domain_name)).await?;
        Ok(DeleteAvailabilityConfigurationResponse {})
    }
}
