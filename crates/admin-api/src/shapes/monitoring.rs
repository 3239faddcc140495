//! E-mail monitoring and inbound DMARC.

use postroom_types::*;

structure!(DeleteEmailMonitoringConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DeleteEmailMonitoringConfigurationResponse: Default {});
structure!(DescribeEmailMonitoringConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DescribeEmailMonitoringConfigurationResponse: Default {
    role_arn "RoleArn": Option<RoleArn>,
    log_group_arn "LogGroupArn": Option<LogGroupArn>,
});
structure!(DescribeInboundDmarcSettingsRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DescribeInboundDmarcSettingsResponse: Default {
    enforced "Enforced": Option<bool>,
});
structure!(PutEmailMonitoringConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
    role_arn "RoleArn": Option<RoleArn>,
    log_group_arn "LogGroupArn": LogGroupArn,
});
structure!(PutEmailMonitoringConfigurationResponse: Default {});
structure!(PutInboundDmarcSettingsRequest {
    organization_id "OrganizationId": OrganizationId,
    enforced "Enforced": bool as BOOLEAN_OBJECT,
});
structure!(PutInboundDmarcSettingsResponse: Default {});
