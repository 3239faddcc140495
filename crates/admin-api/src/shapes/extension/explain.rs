//! Why rules decide as they do.

use postroom_types::*;

structure!(ExplainAccessControlRequest {
    organization_id "OrganizationId": OrganizationId,
    ip_address "IpAddress": String,
    action "Action": AccessControlRuleAction,
    user_id "UserId": Option<EntityIdentifier>,
    impersonation_role_id "ImpersonationRoleId": Option<ImpersonationRoleId>,
});
structure!(ExplainAccessControlResponse: Default {
    effect "Effect": Option<AccessEffect>,
    decided_by "DecidedBy": Option<String>,
    matched_rules "MatchedRules": Option<MatchedRuleIds>,
    rules "Rules": Option<RuleExplanations>,
});
structure!(ExplainMobileDeviceAccessRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": Option<EntityIdentifier>,
    device_id "DeviceId": Option<DeviceId>,
    device_type "DeviceType": Option<DeviceType>,
    device_model "DeviceModel": Option<DeviceModel>,
    device_operating_system "DeviceOperatingSystem": Option<DeviceOperatingSystem>,
    device_user_agent "DeviceUserAgent": Option<DeviceUserAgent>,
});
structure!(ExplainMobileDeviceAccessResponse: Default {
    effect "Effect": Option<AccessEffect>,
    decided_by "DecidedBy": Option<String>,
    matched_rules "MatchedRules": Option<MatchedRuleIds>,
    rules "Rules": Option<RuleExplanations>,
});
list!(MatchedRuleIds of String, _, _);
list!(RuleExplanations of RuleExplanation, _, _);
structure!(RuleExplanation: Default {
    rule_id "RuleId": Option<String>,
    name "Name": Option<String>,
    effect "Effect": Option<AccessEffect>,
    matched "Matched": Option<bool>,
    conditions "Conditions": Option<ConditionExplanations>,
});
list!(ConditionExplanations of ConditionExplanation, _, _);
structure!(ConditionExplanation: Default {
    condition "Condition": Option<String>,
    matched "Matched": Option<bool>,
    value "Value": Option<ExplanationText>,
    explanation "Explanation": Option<ExplanationText>,
});
