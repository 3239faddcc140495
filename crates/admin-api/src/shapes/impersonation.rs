//! Impersonation roles, their effect and tokens.

use postroom_types::*;

use super::*;

structure!(AssumeImpersonationRoleRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
});
structure!(AssumeImpersonationRoleResponse: Default {
    token "Token": Option<ImpersonationToken>,
    expires_in "ExpiresIn": Option<ExpiresIn>,
});
structure!(CreateImpersonationRoleRequest {
    client_token "ClientToken": Option<IdempotencyClientToken>,
    organization_id "OrganizationId": OrganizationId,
    name "Name": ImpersonationRoleName,
    kind "Type": ImpersonationRoleType,
    description "Description": Option<ImpersonationRoleDescription>,
    rules "Rules": ImpersonationRuleList,
});
list!(ImpersonationRuleList of ImpersonationRule, 0, 10);
structure!(ImpersonationRule {
    impersonation_rule_id "ImpersonationRuleId": ImpersonationRuleId,
    name "Name": Option<ImpersonationRuleName>,
    description "Description": Option<ImpersonationRuleDescription>,
    effect "Effect": AccessEffect,
    target_users "TargetUsers": Option<TargetUsers>,
    not_target_users "NotTargetUsers": Option<TargetUsers>,
});
list!(TargetUsers of EntityIdentifier, 1, 10);
structure!(CreateImpersonationRoleResponse: Default {
    impersonation_role_id "ImpersonationRoleId": Option<ImpersonationRoleId>,
});
structure!(DeleteImpersonationRoleRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
});
structure!(DeleteImpersonationRoleResponse: Default {});
structure!(GetImpersonationRoleRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
});
structure!(GetImpersonationRoleResponse: Default {
    impersonation_role_id "ImpersonationRoleId": Option<ImpersonationRoleId>,
    name "Name": Option<ImpersonationRoleName>,
    kind "Type": Option<ImpersonationRoleType>,
    description "Description": Option<ImpersonationRoleDescription>,
    rules "Rules": Option<ImpersonationRuleList>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(GetImpersonationRoleEffectRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
    target_user "TargetUser": EntityIdentifier,
});
structure!(GetImpersonationRoleEffectResponse: Default {
    kind "Type": Option<ImpersonationRoleType>,
    effect "Effect": Option<AccessEffect>,
    matched_rules "MatchedRules": Option<ImpersonationMatchedRuleList>,
});
list!(ImpersonationMatchedRuleList of ImpersonationMatchedRule, 0, 10);
structure!(ImpersonationMatchedRule: Default {
    impersonation_rule_id "ImpersonationRuleId": Option<ImpersonationRuleId>,
    name "Name": Option<ImpersonationRuleName>,
});
structure!(ListImpersonationRolesRequest {
    organization_id "OrganizationId": OrganizationId,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListImpersonationRolesResponse: Default {
    roles "Roles": Option<ImpersonationRoleList>,
    next_token "NextToken": Option<NextToken>,
});
list!(ImpersonationRoleList of ImpersonationRole, 0, 20);
structure!(ImpersonationRole: Default {
    impersonation_role_id "ImpersonationRoleId": Option<ImpersonationRoleId>,
    name "Name": Option<ImpersonationRoleName>,
    kind "Type": Option<ImpersonationRoleType>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(UpdateImpersonationRoleRequest {
    organization_id "OrganizationId": OrganizationId,
    impersonation_role_id "ImpersonationRoleId": ImpersonationRoleId,
    name "Name": ImpersonationRoleName,
    kind "Type": ImpersonationRoleType,
    description "Description": Option<ImpersonationRoleDescription>,
    rules "Rules": ImpersonationRuleList,
});
structure!(UpdateImpersonationRoleResponse: Default {});
