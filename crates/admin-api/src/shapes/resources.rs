//! Resources and their delegates.

use postroom_types::*;

use super::*;

structure!(AssociateDelegateToResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
    entity_id "EntityId": EntityIdentifier,
});
structure!(AssociateDelegateToResourceResponse: Default {});
structure!(CreateResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    name "Name": ResourceName,
    kind "Type": ResourceType,
    description "Description": Option<ResourceDescription>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
});
structure!(CreateResourceResponse: Default {
    resource_id "ResourceId": Option<ResourceId>,
});
structure!(DeleteResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
});
structure!(DeleteResourceResponse: Default {});
structure!(DescribeResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
});
structure!(DescribeResourceResponse: Default {
    resource_id "ResourceId": Option<ResourceId>,
    email "Email": Option<EmailAddress>,
    name "Name": Option<ResourceName>,
    kind "Type": Option<ResourceType>,
    booking_options "BookingOptions": Option<BookingOptions>,
    state "State": Option<EntityState>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    description "Description": Option<ResourceDescription>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
});
structure!(BookingOptions: Default {
    auto_accept_requests "AutoAcceptRequests": Option<bool>,
    auto_decline_recurring_requests "AutoDeclineRecurringRequests": Option<bool>,
    auto_decline_conflicting_requests "AutoDeclineConflictingRequests": Option<bool>,
});
structure!(DisassociateDelegateFromResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
    entity_id "EntityId": EntityIdentifier,
});
structure!(DisassociateDelegateFromResourceResponse: Default {});
structure!(ListResourceDelegatesRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListResourceDelegatesResponse: Default {
    delegates "Delegates": Option<ResourceDelegates>,
    next_token "NextToken": Option<NextToken>,
});
list!(ResourceDelegates of Delegate, _, _);
structure!(Delegate {
    id "Id": String,
    kind "Type": MemberType,
});
structure!(ListResourcesRequest {
    organization_id "OrganizationId": OrganizationId,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
    filters "Filters": Option<ListResourcesFilters>,
});
structure!(ListResourcesFilters: Default {
    name_prefix "NamePrefix": Option<String>,
    primary_email_prefix "PrimaryEmailPrefix": Option<String>,
    state "State": Option<EntityState>,
});
structure!(ListResourcesResponse: Default {
    resources "Resources": Option<Resources>,
    next_token "NextToken": Option<NextToken>,
});
list!(Resources of Resource, _, _);
structure!(Resource: Default {
    id "Id": Option<WorkMailIdentifier>,
    email "Email": Option<EmailAddress>,
    name "Name": Option<ResourceName>,
    kind "Type": Option<ResourceType>,
    state "State": Option<EntityState>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    description "Description": Option<ResourceDescription>,
});
structure!(UpdateResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": EntityIdentifier,
    name "Name": Option<ResourceName>,
    booking_options "BookingOptions": Option<BookingOptions>,
    description "Description": Option<NewResourceDescription>,
    kind "Type": Option<ResourceType>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool> as BOOLEAN_OBJECT,
});
structure!(UpdateResourceResponse: Default {});
