//! Groups and their members.

use postroom_types::*;

use super::*;

structure!(AssociateMemberToGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
    member_id "MemberId": EntityIdentifier,
});
structure!(AssociateMemberToGroupResponse: Default {});
structure!(CreateGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    name "Name": GroupName,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
});
structure!(CreateGroupResponse: Default {
    group_id "GroupId": Option<WorkMailIdentifier>,
});
structure!(DeleteGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
});
structure!(DeleteGroupResponse: Default {});
structure!(DescribeGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
});
structure!(DescribeGroupResponse: Default {
    group_id "GroupId": Option<WorkMailIdentifier>,
    name "Name": Option<GroupName>,
    email "Email": Option<EmailAddress>,
    state "State": Option<EntityState>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
});
structure!(DisassociateMemberFromGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
    member_id "MemberId": EntityIdentifier,
});
structure!(DisassociateMemberFromGroupResponse: Default {});
structure!(ListGroupMembersRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListGroupMembersResponse: Default {
    members "Members": Option<Members>,
    next_token "NextToken": Option<NextToken>,
});
list!(Members of Member, _, _);
structure!(Member: Default {
    id "Id": Option<String>,
    name "Name": Option<String>,
    kind "Type": Option<MemberType>,
    state "State": Option<EntityState>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
});
structure!(ListGroupsRequest {
    organization_id "OrganizationId": OrganizationId,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
    filters "Filters": Option<ListGroupsFilters>,
});
structure!(ListGroupsFilters: Default {
    name_prefix "NamePrefix": Option<String>,
    primary_email_prefix "PrimaryEmailPrefix": Option<String>,
    state "State": Option<EntityState>,
});
structure!(ListGroupsResponse: Default {
    groups "Groups": Option<Groups>,
    next_token "NextToken": Option<NextToken>,
});
list!(Groups of Group, _, _);
structure!(Group: Default {
    id "Id": Option<WorkMailIdentifier>,
    email "Email": Option<EmailAddress>,
    name "Name": Option<GroupName>,
    state "State": Option<EntityState>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
});
structure!(ListGroupsForEntityRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    filters "Filters": Option<ListGroupsForEntityFilters>,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListGroupsForEntityFilters: Default {
    group_name_prefix "GroupNamePrefix": Option<String>,
});
structure!(ListGroupsForEntityResponse: Default {
    groups "Groups": Option<GroupIdentifiers>,
    next_token "NextToken": Option<NextToken>,
});
list!(GroupIdentifiers of GroupIdentifier, _, _);
structure!(GroupIdentifier: Default {
    group_id "GroupId": Option<WorkMailIdentifier>,
    group_name "GroupName": Option<GroupName>,
});
structure!(UpdateGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": EntityIdentifier,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool> as BOOLEAN_OBJECT,
});
structure!(UpdateGroupResponse: Default {});
