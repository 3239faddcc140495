//! Mobile device access rules, overrides and their effect.

use postroom_types::*;

use super::*;

structure!(CreateMobileDeviceAccessRuleRequest {
    organization_id "OrganizationId": OrganizationId,
    client_token "ClientToken": Option<IdempotencyClientToken>,
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
});
list!(DeviceTypeList of DeviceType, 1, 10);
list!(DeviceModelList of DeviceModel, 1, 10);
list!(DeviceOperatingSystemList of DeviceOperatingSystem, 1, 10);
list!(DeviceUserAgentList of DeviceUserAgent, 1, 10);
structure!(CreateMobileDeviceAccessRuleResponse: Default {
    mobile_device_access_rule_id "MobileDeviceAccessRuleId": Option<MobileDeviceAccessRuleId>,
});
structure!(DeleteMobileDeviceAccessOverrideRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    device_id "DeviceId": DeviceId,
});
structure!(DeleteMobileDeviceAccessOverrideResponse: Default {});
structure!(DeleteMobileDeviceAccessRuleRequest {
    organization_id "OrganizationId": OrganizationId,
    mobile_device_access_rule_id "MobileDeviceAccessRuleId": MobileDeviceAccessRuleId,
});
structure!(DeleteMobileDeviceAccessRuleResponse: Default {});
structure!(GetMobileDeviceAccessEffectRequest {
    organization_id "OrganizationId": OrganizationId,
    device_type "DeviceType": Option<DeviceType>,
    device_model "DeviceModel": Option<DeviceModel>,
    device_operating_system "DeviceOperatingSystem": Option<DeviceOperatingSystem>,
    device_user_agent "DeviceUserAgent": Option<DeviceUserAgent>,
});
structure!(GetMobileDeviceAccessEffectResponse: Default {
    effect "Effect": Option<MobileDeviceAccessRuleEffect>,
    matched_rules "MatchedRules": Option<MobileDeviceAccessMatchedRuleList>,
});
list!(MobileDeviceAccessMatchedRuleList of MobileDeviceAccessMatchedRule, 0, 10);
structure!(MobileDeviceAccessMatchedRule: Default {
    mobile_device_access_rule_id "MobileDeviceAccessRuleId": Option<MobileDeviceAccessRuleId>,
    name "Name": Option<MobileDeviceAccessRuleName>,
});
structure!(GetMobileDeviceAccessOverrideRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    device_id "DeviceId": DeviceId,
});
structure!(GetMobileDeviceAccessOverrideResponse: Default {
    user_id "UserId": Option<WorkMailIdentifier>,
    device_id "DeviceId": Option<DeviceId>,
    effect "Effect": Option<MobileDeviceAccessRuleEffect>,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ListMobileDeviceAccessOverridesRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": Option<EntityIdentifier>,
    device_id "DeviceId": Option<DeviceId>,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListMobileDeviceAccessOverridesResponse: Default {
    overrides "Overrides": Option<MobileDeviceAccessOverridesList>,
    next_token "NextToken": Option<NextToken>,
});
list!(MobileDeviceAccessOverridesList of MobileDeviceAccessOverride, _, _);
structure!(MobileDeviceAccessOverride: Default {
    user_id "UserId": Option<WorkMailIdentifier>,
    device_id "DeviceId": Option<DeviceId>,
    effect "Effect": Option<MobileDeviceAccessRuleEffect>,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(ListMobileDeviceAccessRulesRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(ListMobileDeviceAccessRulesResponse: Default {
    rules "Rules": Option<MobileDeviceAccessRulesList>,
});
list!(MobileDeviceAccessRulesList of MobileDeviceAccessRule, 0, 10);
structure!(MobileDeviceAccessRule: Default {
    mobile_device_access_rule_id "MobileDeviceAccessRuleId": Option<MobileDeviceAccessRuleId>,
    name "Name": Option<MobileDeviceAccessRuleName>,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
    effect "Effect": Option<MobileDeviceAccessRuleEffect>,
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
structure!(PutMobileDeviceAccessOverrideRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    device_id "DeviceId": DeviceId,
    effect "Effect": MobileDeviceAccessRuleEffect,
    description "Description": Option<MobileDeviceAccessRuleDescription>,
});
structure!(PutMobileDeviceAccessOverrideResponse: Default {});
structure!(UpdateMobileDeviceAccessRuleRequest {
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
});
structure!(UpdateMobileDeviceAccessRuleResponse: Default {});
