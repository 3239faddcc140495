//! Mailbox permissions, quotas and details.

use postroom_types::*;

use super::*;

structure!(DeleteMailboxPermissionsRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    grantee_id "GranteeId": EntityIdentifier,
});
structure!(DeleteMailboxPermissionsResponse: Default {});
structure!(GetMailboxDetailsRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
});
structure!(GetMailboxDetailsResponse: Default {
    mailbox_quota "MailboxQuota": Option<MailboxQuota>,
    mailbox_size "MailboxSize": Option<MailboxSize>,
});
structure!(ListMailboxPermissionsRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListMailboxPermissionsResponse: Default {
    permissions "Permissions": Option<Permissions>,
    next_token "NextToken": Option<NextToken>,
});
list!(Permissions of Permission, _, _);
structure!(Permission {
    grantee_id "GranteeId": WorkMailIdentifier,
    grantee_type "GranteeType": MemberType,
    permission_values "PermissionValues": PermissionValues,
});
list!(PermissionValues of PermissionType, _, _);
structure!(PutMailboxPermissionsRequest {
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    grantee_id "GranteeId": EntityIdentifier,
    permission_values "PermissionValues": PermissionValues,
});
structure!(PutMailboxPermissionsResponse: Default {});
structure!(UpdateMailboxQuotaRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    mailbox_quota "MailboxQuota": MailboxQuota,
});
structure!(UpdateMailboxQuotaResponse: Default {});
