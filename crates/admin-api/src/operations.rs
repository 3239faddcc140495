//! The table of the 92 operations of the WorkMail API: input, output, declared errors.

use crate::shapes::*;
use crate::wire::Service;

operations! { ($) OPERATIONS, for_each_operation;
    AssociateDelegateToResource(AssociateDelegateToResourceRequest) -> AssociateDelegateToResourceResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException, UnsupportedOperationException,
    }
    AssociateMemberToGroup(AssociateMemberToGroupRequest) -> AssociateMemberToGroupResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException, UnsupportedOperationException,
    }
    AssumeImpersonationRole(AssumeImpersonationRoleRequest) -> AssumeImpersonationRoleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException,
    }
    CancelMailboxExportJob(CancelMailboxExportJobRequest) -> CancelMailboxExportJobResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    CreateAlias(CreateAliasRequest) -> CreateAliasResponse {
        EmailAddressInUseException, EntityNotFoundException, EntityStateException,
        InvalidParameterException, MailDomainNotFoundException, MailDomainStateException,
        OrganizationNotFoundException, OrganizationStateException, LimitExceededException,
    }
    CreateAvailabilityConfiguration(CreateAvailabilityConfigurationRequest) -> CreateAvailabilityConfigurationResponse {
        OrganizationNotFoundException, OrganizationStateException, NameAvailabilityException,
        InvalidParameterException, LimitExceededException,
    }
    CreateGroup(CreateGroupRequest) -> CreateGroupResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        InvalidParameterException, NameAvailabilityException, OrganizationNotFoundException,
        OrganizationStateException, ReservedNameException, UnsupportedOperationException,
    }
    CreateIdentityCenterApplication(CreateIdentityCenterApplicationRequest) -> CreateIdentityCenterApplicationResponse {
        InvalidParameterException,
    }
    CreateImpersonationRole(CreateImpersonationRoleRequest) -> CreateImpersonationRoleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException, EntityStateException, LimitExceededException,
    }
    CreateMobileDeviceAccessRule(CreateMobileDeviceAccessRuleRequest) -> CreateMobileDeviceAccessRuleResponse {
        InvalidParameterException, LimitExceededException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    CreateOrganization(CreateOrganizationRequest) -> CreateOrganizationResponse {
        InvalidParameterException, DirectoryInUseException, DirectoryUnavailableException,
        LimitExceededException, NameAvailabilityException,
    }
    CreateResource(CreateResourceRequest) -> CreateResourceResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        InvalidParameterException, NameAvailabilityException, OrganizationNotFoundException,
        OrganizationStateException, ReservedNameException, UnsupportedOperationException,
    }
    CreateUser(CreateUserRequest) -> CreateUserResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        InvalidParameterException, InvalidPasswordException, NameAvailabilityException,
        OrganizationNotFoundException, OrganizationStateException, ReservedNameException,
        UnsupportedOperationException,
    }
    DeleteAccessControlRule(DeleteAccessControlRuleRequest) -> DeleteAccessControlRuleResponse {
        OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteAlias(DeleteAliasRequest) -> DeleteAliasResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteAvailabilityConfiguration(DeleteAvailabilityConfigurationRequest) -> DeleteAvailabilityConfigurationResponse {
        OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteEmailMonitoringConfiguration(DeleteEmailMonitoringConfigurationRequest) -> DeleteEmailMonitoringConfigurationResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteGroup(DeleteGroupRequest) -> DeleteGroupResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityStateException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException,
    }
    DeleteIdentityCenterApplication(DeleteIdentityCenterApplicationRequest) -> DeleteIdentityCenterApplicationResponse {
        InvalidParameterException, OrganizationStateException,
    }
    DeleteIdentityProviderConfiguration(DeleteIdentityProviderConfigurationRequest) -> DeleteIdentityProviderConfigurationResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteImpersonationRole(DeleteImpersonationRoleRequest) -> DeleteImpersonationRoleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteMailboxPermissions(DeleteMailboxPermissionsRequest) -> DeleteMailboxPermissionsResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteMobileDeviceAccessOverride(DeleteMobileDeviceAccessOverrideRequest) -> DeleteMobileDeviceAccessOverrideResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    DeleteMobileDeviceAccessRule(DeleteMobileDeviceAccessRuleRequest) -> DeleteMobileDeviceAccessRuleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteOrganization(DeleteOrganizationRequest) -> DeleteOrganizationResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeletePersonalAccessToken(DeletePersonalAccessTokenRequest) -> DeletePersonalAccessTokenResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteResource(DeleteResourceRequest) -> DeleteResourceResponse {
        EntityStateException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException,
    }
    DeleteRetentionPolicy(DeleteRetentionPolicyRequest) -> DeleteRetentionPolicyResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    DeleteUser(DeleteUserRequest) -> DeleteUserResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityStateException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException,
    }
    DeregisterFromWorkMail(DeregisterFromWorkMailRequest) -> DeregisterFromWorkMailResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    DeregisterMailDomain(DeregisterMailDomainRequest) -> DeregisterMailDomainResponse {
        MailDomainInUseException, OrganizationNotFoundException, OrganizationStateException,
        InvalidParameterException, InvalidCustomSesConfigurationException,
    }
    DescribeEmailMonitoringConfiguration(DescribeEmailMonitoringConfigurationRequest) -> DescribeEmailMonitoringConfigurationResponse {
        ResourceNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    DescribeEntity(DescribeEntityRequest) -> DescribeEntityResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    DescribeGroup(DescribeGroupRequest) -> DescribeGroupResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    DescribeIdentityProviderConfiguration(DescribeIdentityProviderConfigurationRequest) -> DescribeIdentityProviderConfigurationResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException,
    }
    DescribeInboundDmarcSettings(DescribeInboundDmarcSettingsRequest) -> DescribeInboundDmarcSettingsResponse {
        OrganizationNotFoundException, OrganizationStateException,
    }
    DescribeMailboxExportJob(DescribeMailboxExportJobRequest) -> DescribeMailboxExportJobResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    DescribeOrganization(DescribeOrganizationRequest) -> DescribeOrganizationResponse {
        InvalidParameterException, OrganizationNotFoundException,
    }
    DescribeResource(DescribeResourceRequest) -> DescribeResourceResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException,
    }
    DescribeUser(DescribeUserRequest) -> DescribeUserResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    DisassociateDelegateFromResource(DisassociateDelegateFromResourceRequest) -> DisassociateDelegateFromResourceResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException, UnsupportedOperationException,
    }
    DisassociateMemberFromGroup(DisassociateMemberFromGroupRequest) -> DisassociateMemberFromGroupResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException, UnsupportedOperationException,
    }
    GetAccessControlEffect(GetAccessControlEffectRequest) -> GetAccessControlEffectResponse {
        EntityNotFoundException, ResourceNotFoundException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    GetDefaultRetentionPolicy(GetDefaultRetentionPolicyRequest) -> GetDefaultRetentionPolicyResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    GetImpersonationRole(GetImpersonationRoleRequest) -> GetImpersonationRoleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException,
    }
    GetImpersonationRoleEffect(GetImpersonationRoleEffectRequest) -> GetImpersonationRoleEffectResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException, EntityNotFoundException, EntityStateException,
    }
    GetMailDomain(GetMailDomainRequest) -> GetMailDomainResponse {
        MailDomainNotFoundException, OrganizationNotFoundException, OrganizationStateException,
        InvalidParameterException,
    }
    GetMailboxDetails(GetMailboxDetailsRequest) -> GetMailboxDetailsResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    GetMobileDeviceAccessEffect(GetMobileDeviceAccessEffectRequest) -> GetMobileDeviceAccessEffectResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    GetMobileDeviceAccessOverride(GetMobileDeviceAccessOverrideRequest) -> GetMobileDeviceAccessOverrideResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException, ResourceNotFoundException,
    }
    GetPersonalAccessTokenMetadata(GetPersonalAccessTokenMetadataRequest) -> GetPersonalAccessTokenMetadataResponse {
        ResourceNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    ListAccessControlRules(ListAccessControlRulesRequest) -> ListAccessControlRulesResponse {
        OrganizationNotFoundException, OrganizationStateException,
    }
    ListAliases(ListAliasesRequest) -> ListAliasesResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    ListAvailabilityConfigurations(ListAvailabilityConfigurationsRequest) -> ListAvailabilityConfigurationsResponse {
        OrganizationNotFoundException, OrganizationStateException, InvalidParameterException,
    }
    ListGroupMembers(ListGroupMembersRequest) -> ListGroupMembersResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    ListGroups(ListGroupsRequest) -> ListGroupsResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    ListGroupsForEntity(ListGroupsForEntityRequest) -> ListGroupsForEntityResponse {
        EntityNotFoundException, EntityStateException, OrganizationNotFoundException,
        OrganizationStateException, InvalidParameterException,
    }
    ListImpersonationRoles(ListImpersonationRolesRequest) -> ListImpersonationRolesResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    ListMailDomains(ListMailDomainsRequest) -> ListMailDomainsResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    ListMailboxExportJobs(ListMailboxExportJobsRequest) -> ListMailboxExportJobsResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    ListMailboxPermissions(ListMailboxPermissionsRequest) -> ListMailboxPermissionsResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    ListMobileDeviceAccessOverrides(ListMobileDeviceAccessOverridesRequest) -> ListMobileDeviceAccessOverridesResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException,
    }
    ListMobileDeviceAccessRules(ListMobileDeviceAccessRulesRequest) -> ListMobileDeviceAccessRulesResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    ListOrganizations(ListOrganizationsRequest) -> ListOrganizationsResponse {
        InvalidParameterException,
    }
    ListPersonalAccessTokens(ListPersonalAccessTokensRequest) -> ListPersonalAccessTokensResponse {
        InvalidParameterException, EntityNotFoundException, EntityStateException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    ListResourceDelegates(ListResourceDelegatesRequest) -> ListResourceDelegatesResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException, UnsupportedOperationException,
    }
    ListResources(ListResourcesRequest) -> ListResourcesResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        UnsupportedOperationException,
    }
    ListTagsForResource(ListTagsForResourceRequest) -> ListTagsForResourceResponse {
        ResourceNotFoundException,
    }
    ListUsers(ListUsersRequest) -> ListUsersResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
    }
    PutAccessControlRule(PutAccessControlRuleRequest) -> PutAccessControlRuleResponse {
        LimitExceededException, InvalidParameterException, EntityNotFoundException,
        ResourceNotFoundException, OrganizationNotFoundException, OrganizationStateException,
    }
    PutEmailMonitoringConfiguration(PutEmailMonitoringConfigurationRequest) -> PutEmailMonitoringConfigurationResponse {
        ResourceNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    PutIdentityProviderConfiguration(PutIdentityProviderConfigurationRequest) -> PutIdentityProviderConfigurationResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException,
    }
    PutInboundDmarcSettings(PutInboundDmarcSettingsRequest) -> PutInboundDmarcSettingsResponse {
        OrganizationNotFoundException, OrganizationStateException,
    }
    PutMailboxPermissions(PutMailboxPermissionsRequest) -> PutMailboxPermissionsResponse {
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    PutMobileDeviceAccessOverride(PutMobileDeviceAccessOverrideRequest) -> PutMobileDeviceAccessOverrideResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException, EntityStateException,
    }
    PutRetentionPolicy(PutRetentionPolicyRequest) -> PutRetentionPolicyResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        LimitExceededException,
    }
    RegisterMailDomain(RegisterMailDomainRequest) -> RegisterMailDomainResponse {
        MailDomainInUseException, OrganizationNotFoundException, OrganizationStateException,
        LimitExceededException, InvalidParameterException,
    }
    RegisterToWorkMail(RegisterToWorkMailRequest) -> RegisterToWorkMailResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EmailAddressInUseException, EntityNotFoundException, EntityStateException,
        EntityAlreadyRegisteredException, InvalidParameterException, MailDomainNotFoundException,
        MailDomainStateException, OrganizationNotFoundException, OrganizationStateException,
        UnsupportedOperationException,
    }
    ResetPassword(ResetPasswordRequest) -> ResetPasswordResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityNotFoundException, EntityStateException, InvalidParameterException,
        InvalidPasswordException, OrganizationNotFoundException, OrganizationStateException,
        UnsupportedOperationException,
    }
    StartMailboxExportJob(StartMailboxExportJobRequest) -> StartMailboxExportJobResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException, LimitExceededException,
    }
    TagResource(TagResourceRequest) -> TagResourceResponse {
        InvalidParameterException, ResourceNotFoundException, TooManyTagsException,
        OrganizationStateException,
    }
    TestAvailabilityConfiguration(TestAvailabilityConfigurationRequest) -> TestAvailabilityConfigurationResponse {
        OrganizationNotFoundException, OrganizationStateException, ResourceNotFoundException,
        InvalidParameterException,
    }
    UntagResource(UntagResourceRequest) -> UntagResourceResponse {
        ResourceNotFoundException,
    }
    UpdateAvailabilityConfiguration(UpdateAvailabilityConfigurationRequest) -> UpdateAvailabilityConfigurationResponse {
        OrganizationNotFoundException, OrganizationStateException, ResourceNotFoundException,
        InvalidParameterException,
    }
    UpdateDefaultMailDomain(UpdateDefaultMailDomainRequest) -> UpdateDefaultMailDomainResponse {
        MailDomainNotFoundException, MailDomainStateException, OrganizationNotFoundException,
        OrganizationStateException, InvalidParameterException,
    }
    UpdateGroup(UpdateGroupRequest) -> UpdateGroupResponse {
        EntityNotFoundException, EntityStateException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException, InvalidParameterException,
    }
    UpdateImpersonationRole(UpdateImpersonationRoleRequest) -> UpdateImpersonationRoleResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        ResourceNotFoundException, EntityNotFoundException, EntityStateException,
        LimitExceededException,
    }
    UpdateMailboxQuota(UpdateMailboxQuotaRequest) -> UpdateMailboxQuotaResponse {
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        EntityNotFoundException, EntityStateException,
    }
    UpdateMobileDeviceAccessRule(UpdateMobileDeviceAccessRuleRequest) -> UpdateMobileDeviceAccessRuleResponse {
        InvalidParameterException, EntityNotFoundException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    UpdatePrimaryEmailAddress(UpdatePrimaryEmailAddressRequest) -> UpdatePrimaryEmailAddressResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EmailAddressInUseException, EntityNotFoundException, EntityStateException,
        InvalidParameterException, MailDomainNotFoundException, MailDomainStateException,
        InvalidParameterException, OrganizationNotFoundException, OrganizationStateException,
        UnsupportedOperationException,
    }
    UpdateResource(UpdateResourceRequest) -> UpdateResourceResponse {
        DirectoryUnavailableException, EntityNotFoundException, EntityStateException,
        InvalidConfigurationException, EmailAddressInUseException, MailDomainNotFoundException,
        MailDomainStateException, NameAvailabilityException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException, InvalidParameterException,
    }
    UpdateUser(UpdateUserRequest) -> UpdateUserResponse {
        DirectoryServiceAuthenticationFailedException, DirectoryUnavailableException,
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, UnsupportedOperationException, EntityStateException,
    }
}

/// The WorkMail API.
pub const WORKMAIL: Service = Service {
    api_version: "2017-10-01",
    endpoint_prefix: "workmail",
    full_name: "Amazon WorkMail",
    service_id: "WorkMail",
    signing_name: "workmail",
    target_prefix: "WorkMailService",
    operations: OPERATIONS,
};

/// The operations of the message-flow API (rest-json): name, HTTP method, path. They come with mail flow.
pub const MESSAGE_FLOW_OPERATIONS: &[(&str, &str, &str)] = &[
    ("GetRawMessageContent", "GET", "/messages/{messageId}"),
    ("PutRawMessageContent", "POST", "/messages/{messageId}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Operation;

    macro_rules! names {
        ($($name:ident),+) => { [$($name::NAME),+] };
    }

    #[test]
    fn the_macro_names_every_operation_of_the_table() {
        let names = for_each_operation!(names);
        let table: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
        assert_eq!(names.as_slice(), table);
        assert!(table.is_sorted());
    }
}
