//! PutEmailMonitoringConfiguration.

use postroom_directory::ops::put_email_monitoring_configuration;
use postroom_directory::settings::Monitoring;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutEmailMonitoringConfiguration;
use crate::shapes::{PutEmailMonitoringConfigurationRequest, PutEmailMonitoringConfigurationResponse};
use crate::wire::Fault;

impl Handle for PutEmailMonitoringConfiguration {
    fn target(input: &PutEmailMonitoringConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutEmailMonitoringConfigurationRequest,
    ) -> Result<PutEmailMonitoringConfigurationResponse, Fault> {
        let monitoring = Monitoring {
            role_arn: input.role_arn.map(|arn| arn.as_str().to_owned()),
            log_group_arn: input.log_group_arn.as_str().to_owned(),
        };
        call.write(move |tx| put_email_monitoring_configuration(tx, &monitoring)).await?;
        Ok(PutEmailMonitoringConfigurationResponse {})
    }
}
