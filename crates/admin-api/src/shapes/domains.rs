//! Mail domains.

use postroom_types::*;

use super::*;

structure!(DeregisterMailDomainRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": WorkMailDomainName,
});
structure!(DeregisterMailDomainResponse: Default {});
structure!(GetMailDomainRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": WorkMailDomainName,
});
structure!(GetMailDomainResponse: Default {
    records "Records": Option<DnsRecords>,
    is_test_domain "IsTestDomain": Option<bool>,
    is_default "IsDefault": Option<bool>,
    ownership_verification_status "OwnershipVerificationStatus": Option<DnsRecordVerificationStatus>,
    dkim_verification_status "DkimVerificationStatus": Option<DnsRecordVerificationStatus>,
});
list!(DnsRecords of DnsRecord, _, _);
structure!(DnsRecord: Default {
    kind "Type": Option<String>,
    hostname "Hostname": Option<String>,
    value "Value": Option<String>,
});
structure!(ListMailDomainsRequest {
    organization_id "OrganizationId": OrganizationId,
    max_results "MaxResults": Option<MaxResults>,
    next_token "NextToken": Option<NextToken>,
});
structure!(ListMailDomainsResponse: Default {
    mail_domains "MailDomains": Option<MailDomains>,
    next_token "NextToken": Option<NextToken>,
});
list!(MailDomains of MailDomainSummary, _, _);
structure!(MailDomainSummary: Default {
    domain_name "DomainName": Option<DomainName>,
    default_domain "DefaultDomain": Option<bool>,
});
structure!(RegisterMailDomainRequest {
    client_token "ClientToken": Option<IdempotencyClientToken>,
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": WorkMailDomainName,
});
structure!(RegisterMailDomainResponse: Default {});
structure!(UpdateDefaultMailDomainRequest {
    organization_id "OrganizationId": OrganizationId,
    domain_name "DomainName": WorkMailDomainName,
});
structure!(UpdateDefaultMailDomainResponse: Default {});
