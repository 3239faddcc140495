//! DeleteEmailMonitoringConfiguration.

use postroom_directory::ops::delete_email_monitoring_configuration;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteEmailMonitoringConfiguration;
use crate::shapes::{DeleteEmailMonitoringConfigurationRequest, DeleteEmailMonitoringConfigurationResponse};
use crate::wire::Fault;

impl Handle for DeleteEmailMonitoringConfiguration {
    fn target(input: &DeleteEmailMonitoringConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _: DeleteEmailMonitoringConfigurationRequest,
    ) -> Result<DeleteEmailMonitoringConfigurationResponse, Fault> {
        call.write(delete_email_monitoring_configuration).await?;
        Ok(DeleteEmailMonitoringConfigurationResponse {})
    }
}
