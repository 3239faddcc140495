//! What users, groups and resources have in common: registration, aliases, addresses, look-up.

use postroom_types::*;

use super::*;

structure!(CreateAliasRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": WorkMailIdentifier,
    alias "Alias": EmailAddress,
});
structure!(CreateAliasResponse: Default {});
structure!(DeleteAliasRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": WorkMailIdentifier,
    alias "Alias": EmailAddress,
});
structure!(DeleteAliasResponse: Default {});
structure!(DeregisterFromWorkMailRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
});
structure!(DeregisterFromWorkMailResponse: Default {});
structure!(DescribeEntityRequest {
    organization_id "OrganizationId": OrganizationId,
    email "Email": EmailAddress,
});
structure!(DescribeEntityResponse: Default {
    entity_id "EntityId": Option<WorkMailIdentifier>,
    name "Name": Option<String>,
    kind "Type": Option<EntityType>,
});
structure!(ListAliasesRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": WorkMailIdentifier,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListAliasesResponse: Default {
    aliases "Aliases": Option<Aliases>,
    next_token "NextToken": Option<NextToken>,
});
list!(Aliases of EmailAddress, _, _);
structure!(RegisterToWorkMailRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    email "Email": EmailAddress,
});
structure!(RegisterToWorkMailResponse: Default {});
structure!(UpdatePrimaryEmailAddressRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    email "Email": EmailAddress,
});
structure!(UpdatePrimaryEmailAddressResponse: Default {});
