//! Imports of rules, roles, policies and overrides: WorkMail's shapes with the ids and dates that they had.

use postroom_types::*;

use crate::shapes::*;

structure!(ImportAccessControlRuleRequest {
    organization_id "OrganizationId": OrganizationId,
    name "Name": AccessControlRuleName,
    effect "Effect": AccessControlRuleEffect,
    description "Description": AccessControlRuleDescription,
    ip_ranges "IpRanges": Option<IpRangeList>,
    not_ip_ranges "NotIpRanges": Option<IpRangeList>,
    actions "Actions": Option<ActionsList>,
    not_actions "NotActions": Option<ActionsList>,
    user_ids "UserIds": Option<UserIdList>,
    not_user_ids "NotUserIds": Option<UserIdList>,
    impersonation_role_ids "ImpersonationRoleIds": Option<ImpersonationRoleIdList>,
    not_impersonation_role_ids "NotImpersonationRoleIds": Option<ImpersonationRoleIdList>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ImportAccessControlRuleResponse: Default {});
structure!(ImportImpersonationRoleRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
    name "Name": ImpersonationRoleName,
    kind "Type": ImpersonationRoleType,
    description "Description": Option<ImpersonationRoleDescription>,
    rules "Rules": ImpersonationRuleList,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ImportImpersonationRoleResponse: Default {});
structure!(ImportMobileDeviceAccessOverrideRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    device_id "DeviceId": DeviceId,
    effect "Effect": MobileDeviceAccessRuleEffect,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ImportMobileDeviceAccessOverrideResponse: Default {});
structure!(ImportMobileDeviceAccessRuleRequest {
    organization_id "OrganizationId": OrganizationId,
    mobile_device_access_rule_id "MobileDeviceAccessRuleId": MobileDeviceAccessRuleId,
    name "Name": MobileDeviceAccessRuleName,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
    effect "Effect": MobileDeviceAccessRuleEffect,
    device_types "DeviceTypes": Option<DeviceTypeList>,
    not_device_types "NotDeviceTypes": Option<DeviceTypeList>,
    device_models "DeviceModels": Option<DeviceModelList>,
    not_device_models "NotDeviceModels": Option<DeviceModelList>,
    device_operating_systems "DeviceOperatingSystems": Option<DeviceOperatingSystemList>,
    not_device_operating_systems "NotDeviceOperatingSystems": Option<DeviceOperatingSystemList>,
    device_user_agents "DeviceUserAgents": Option<DeviceUserAgentList>,
    not_device_user_agents "NotDeviceUserAgents": Option<DeviceUserAgentList>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ImportMobileDeviceAccessRuleResponse: Default {});
structure!(ImportRetentionPolicyRequest {
    organization_id "OrganizationId": OrganizationId,
    id "Id": ShortString,
    name "Name": ShortString,
    description "Description": Option<PolicyDescription>,
    folder_configurations "FolderConfigurations": ImportedFolderConfigurations,
});
// A folder may be configured once, and there are five.
list!(ImportedFolderConfigurations of FolderConfiguration, 0, 5);
structure!(ImportRetentionPolicyResponse: Default {});
