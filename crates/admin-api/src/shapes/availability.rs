//! Availability configurations.

use postroom_types::*;

use super::*;

structure!(CreateAvailabilityConfigurationRequest {
    client_token "ClientToken": Option<IdempotencyClientToken>,
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": DomainName,
    ews_provider "EwsProvider": Option<EwsAvailabilityProvider>,
    lambda_provider "LambdaProvider": Option<LambdaAvailabilityProvider>,
});
structure!(EwsAvailabilityProvider {
    ews_endpoint "EwsEndpoint": Url,
    ews_username "EwsUsername": ExternalUserName,
    ews_password "EwsPassword": Password,
});
structure!(LambdaAvailabilityProvider {
    lambda_arn "LambdaArn": LambdaArn,
});
structure!(CreateAvailabilityConfigurationResponse: Default {});
structure!(DeleteAvailabilityConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": DomainName,
});
structure!(DeleteAvailabilityConfigurationResponse: Default {});
structure!(ListAvailabilityConfigurationsRequest {
    organization_id "OrganizationId": OrganizationId,
    max_results "MaxResults": Option<MaxResults>,
    next_token "NextToken": Option<NextToken>,
});
structure!(ListAvailabilityConfigurationsResponse: Default {
    availability_configurations "AvailabilityConfigurations": Option<AvailabilityConfigurationList>,
    next_token "NextToken": Option<NextToken>,
});
list!(AvailabilityConfigurationList of AvailabilityConfiguration, _, _);
structure!(AvailabilityConfiguration: Default {
    domain_name "DomainName": Option<DomainName>,
    provider_type "ProviderType": Option<AvailabilityProviderType>,
    ews_provider "EwsProvider": Option<RedactedEwsAvailabilityProvider>,
    lambda_provider "LambdaProvider": Option<LambdaAvailabilityProvider>,
    date_created "DateCreated": Option<Timestamp>,
    date_modified "DateModified": Option<Timestamp>,
});
structure!(RedactedEwsAvailabilityProvider: Default {
    ews_endpoint "EwsEndpoint": Option<Url>,
    ews_username "EwsUsername": Option<ExternalUserName>,
});
structure!(TestAvailabilityConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": Option<DomainName>,
    ews_provider "EwsProvider": Option<EwsAvailabilityProvider>,
    lambda_provider "LambdaProvider": Option<LambdaAvailabilityProvider>,
});
structure!(TestAvailabilityConfigurationResponse: Default {
    test_passed "TestPassed": Option<bool>,
    failure_reason "FailureReason": Option<String>,
});
structure!(UpdateAvailabilityConfigurationRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": DomainName,
    ews_provider "EwsProvider": Option<EwsAvailabilityProvider>,
    lambda_provider "LambdaProvider": Option<LambdaAvailabilityProvider>,
});
structure!(UpdateAvailabilityConfigurationResponse: Default {});
