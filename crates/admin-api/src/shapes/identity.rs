//! Identity providers, personal access tokens and Identity Center applications.

use postroom_types::*;

use super::*;

structure!(CreateIdentityCenterApplicationRequest {
    name "Name": IdentityCenterApplicationName,
    instance_arn "InstanceArn": InstanceArn,
    client_token "ClientToken": Option<IdempotencyClientToken>,
});
structure!(CreateIdentityCenterApplicationResponse: Default {
    application_arn "ApplicationArn": Option<ApplicationArn>,
});
structure!(DeleteIdentityCenterApplicationRequest {
    application_arn "ApplicationArn": ApplicationArn,
});
structure!(DeleteIdentityCenterApplicationResponse: Default {});
structure!(DeleteIdentityProviderConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DeleteIdentityProviderConfigurationResponse: Default {});
structure!(DeletePersonalAccessTokenRequest {
    organization_id "OrganizationId": OrganizationId,
    personal_access_token_id "PersonalAccessTokenId": PersonalAccessTokenId,
});
structure!(DeletePersonalAccessTokenResponse: Default {});
structure!(DescribeIdentityProviderConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DescribeIdentityProviderConfigurationResponse: Default {
    authentication_mode "AuthenticationMode": Option<IdentityProviderAuthenticationMode>,
    identity_center_configuration "IdentityCenterConfiguration": Option<IdentityCenterConfiguration>,
    personal_access_token_configuration "PersonalAccessTokenConfiguration": Option<PersonalAccessTokenConfiguration>,
});
structure!(IdentityCenterConfiguration {
    instance_arn "InstanceArn": InstanceArn,
    application_arn "ApplicationArn": ApplicationArn,
});
structure!(PersonalAccessTokenConfiguration {
    status "Status": PersonalAccessTokenConfigurationStatus,
    lifetime_in_days "LifetimeInDays": Option<PersonalAccessTokenLifetimeInDays>,
});
structure!(GetPersonalAccessTokenMetadataRequest {
    organization_id "OrganizationId": OrganizationId,
    personal_access_token_id "PersonalAccessTokenId": PersonalAccessTokenId,
});
structure!(GetPersonalAccessTokenMetadataResponse: Default {
    personal_access_token_id "PersonalAccessTokenId": Option<PersonalAccessTokenId>,
    user_id "UserId": Option<WorkMailIdentifier>,
    name "Name": Option<PersonalAccessTokenName>,
    date_created "DateCreated": Option<Timestamp>,
    date_last_used "DateLastUsed": Option<Timestamp>,
    expires_time "ExpiresTime": Option<Timestamp>,
    scopes "Scopes": Option<PersonalAccessTokenScopeList>,
});
list!(PersonalAccessTokenScopeList of PersonalAccessTokenScope, 1, 10);
structure!(ListPersonalAccessTokensRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": Option<EntityIdentifier>,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListPersonalAccessTokensResponse: Default {
    next_token "NextToken": Option<NextToken>,
    personal_access_token_summaries "PersonalAccessTokenSummaries": Option<PersonalAccessTokenSummaryList>,
});
list!(PersonalAccessTokenSummaryList of PersonalAccessTokenSummary, _, _);
structure!(PersonalAccessTokenSummary: Default {
    personal_access_token_id "PersonalAccessTokenId": Option<PersonalAccessTokenId>,
    user_id "UserId": Option<WorkMailIdentifier>,
    name "Name": Option<PersonalAccessTokenName>,
    date_created "DateCreated": Option<Timestamp>,
    date_last_used "DateLastUsed": Option<Timestamp>,
    expires_time "ExpiresTime": Option<Timestamp>,
    scopes "Scopes": Option<PersonalAccessTokenScopeList>,
});
structure!(PutIdentityProviderConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
    authentication_mode "AuthenticationMode": IdentityProviderAuthenticationMode,
    identity_center_configuration "IdentityCenterConfiguration": IdentityCenterConfiguration,
    personal_access_token_configuration "PersonalAccessTokenConfiguration": PersonalAccessTokenConfiguration,
});
structure!(PutIdentityProviderConfigurationResponse: Default {});
