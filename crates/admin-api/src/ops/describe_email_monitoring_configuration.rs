//! DescribeEmailMonitoringConfiguration.

use postroom_directory::ops::describe_email_monitoring_configuration;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::DescribeEmailMonitoringConfiguration;
use crate::shapes::{
    DescribeEmailMonitoringConfigurationRequest, DescribeEmailMonitoringConfigurationResponse,
};
use crate::wire::Fault;

impl Handle for DescribeEmailMonitoringConfiguration {
    fn target(input: &DescribeEmailMonitoringConfigurationRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _: DescribeEmailMonitoringConfigurationRequest,
    ) -> Result<DescribeEmailMonitoringConfigurationResponse, Fault> {
        let monitoring = call.read(describe_email_monitoring_configuration).await?;
        Ok(DescribeEmailMonitoringConfigurationResponse {
            role_arn: monitoring.role_arn.map(text),
            log_group_arn: Some(text(monitoring.log_group_arn)),
        })
    }
}
