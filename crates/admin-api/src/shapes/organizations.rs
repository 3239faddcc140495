//! Organizations.

use postroom_types::*;

use super::*;

structure!(CreateOrganizationRequest {
    directory_id "DirectoryId": Option<DirectoryId>,
    alias "Alias": OrganizationName,
    client_token "ClientToken": Option<IdempotencyClientToken>,
    domains "Domains": Option<Domains>,
    kms_key_arn "KmsKeyArn": Option<KmsKeyArn>,
    enable_interoperability "EnableInteroperability": Option<bool>,
});
list!(Domains of Domain, 0, 5);
structure!(Domain {
    domain_name "DomainName": DomainName,
    hosted_zone_id "HostedZoneId": Option<HostedZoneId>,
});
structure!(CreateOrganizationResponse: Default {
    organization_id "OrganizationId": Option<OrganizationId>,
});
structure!(DeleteOrganizationRequest {
    client_token "ClientToken": Option<IdempotencyClientToken>,
    organization_id "OrganizationId": OrganizationId,
    delete_directory "DeleteDirectory": bool,
    force_delete "ForceDelete": Option<bool>,
    delete_identity_center_application "DeleteIdentityCenterApplication": Option<bool>,
});
structure!(DeleteOrganizationResponse: Default {
    organization_id "OrganizationId": Option<OrganizationId>,
    state "State": Option<String>,
});
structure!(DescribeOrganizationRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(DescribeOrganizationResponse: Default {
    organization_id "OrganizationId": Option<OrganizationId>,
    alias "Alias": Option<OrganizationName>,
    state "State": Option<String>,
    directory_id "DirectoryId": Option<String>,
    directory_type "DirectoryType": Option<String>,
    default_mail_domain "DefaultMailDomain": Option<String>,
    completed_date "CompletedDate": Option<Timestamp>,
    error_message "ErrorMessage": Option<String>,
    arn "ARN": Option<AmazonResourceName>,
    migration_admin "MigrationAdmin": Option<WorkMailIdentifier>,
    interoperability_enabled "InteroperabilityEnabled": Option<bool>,
});
structure!(ListOrganizationsRequest: Default {
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListOrganizationsResponse: Default {
    organization_summaries "OrganizationSummaries": Option<OrganizationSummaries>,
    next_token "NextToken": Option<NextToken>,
});
list!(OrganizationSummaries of OrganizationSummary, _, _);
structure!(OrganizationSummary: Default {
    organization_id "OrganizationId": Option<OrganizationId>,
    alias "Alias": Option<OrganizationName>,
    default_mail_domain "DefaultMailDomain": Option<DomainName>,
    error_message "ErrorMessage": Option<String>,
    state "State": Option<String>,
});
