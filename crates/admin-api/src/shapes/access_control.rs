//! Access control rules and their effect.

use postroom_types::*;

structure!(DeleteAccessControlRuleRequest {
    organization_id "OrganizationId": OrganizationId,
    name "Name": AccessControlRuleName,
});
structure!(DeleteAccessControlRuleResponse: Default {});
structure!(GetAccessControlEffectRequest {
    organization_id "OrganizationId": OrganizationId,
    ip_address "IpAddress": IpAddress,
    action "Action": AccessControlRuleAction,
    user_id "UserId": Option<WorkMailIdentifier>,
    impersonation_role_id "ImpersonationRoleId": Option<ImpersonationRoleId>,
});
structure!(GetAccessControlEffectResponse: Default {
    effect "Effect": Option<AccessControlRuleEffect>,
    matched_rules "MatchedRules": Option<AccessControlRuleNameList>,
});
list!(AccessControlRuleNameList of AccessControlRuleName, 0, 10);
structure!(ListAccessControlRulesRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(ListAccessControlRulesResponse: Default {
    rules "Rules": Option<AccessControlRulesList>,
});
list!(AccessControlRulesList of AccessControlRule, 0, 10);
structure!(AccessControlRule: Default {
    name "Name": Option<AccessControlRuleName>,
    effect "Effect": Option<AccessControlRuleEffect>,
    description "Description": Option<AccessControlRuleDescription>,
    ip_ranges "IpRanges": Option<IpRangeList>,
    not_ip_ranges "NotIpRanges": Option<IpRangeList>,
    actions "Actions": Option<ActionsList>,
    not_actions "NotActions": Option<ActionsList>,
    user_ids "UserIds": Option<UserIdList>,
    not_user_ids "NotUserIds": Option<UserIdList>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
    impersonation_role_ids "ImpersonationRoleIds": Option<ImpersonationRoleIdList>,
    not_impersonation_role_ids "NotImpersonationRoleIds": Option<ImpersonationRoleIdList>,
});
list!(IpRangeList of IpRange, 0, 1024);
list!(ActionsList of AccessControlRuleAction, 0, 10);
list!(UserIdList of WorkMailIdentifier, 0, 10);
list!(ImpersonationRoleIdList of ImpersonationRoleId, 0, 10);
structure!(PutAccessControlRuleRequest {
    name "Name": AccessControlRuleName,
    effect "Effect": AccessControlRuleEffect,
    description "Description": AccessControlRuleDescription,
    ip_ranges "IpRanges": Option<IpRangeList>,
    not_ip_ranges "NotIpRanges": Option<IpRangeList>,
    actions "Actions": Option<ActionsList>,
    not_actions "NotActions": Option<ActionsList>,
    user_ids "UserIds": Option<UserIdList>,
    not_user_ids "NotUserIds": Option<UserIdList>,
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_ids "ImpersonationRoleIds": Option<ImpersonationRoleIdList>,
    not_impersonation_role_ids "NotImpersonationRoleIds": Option<ImpersonationRoleIdList>,
});
structure!(PutAccessControlRuleResponse: Default {});
