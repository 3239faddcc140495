//! Imports of organizations, users, groups and resources: WorkMail's shapes with the ids and dates that they had.

use postroom_types::*;

use crate::shapes::*;

structure!(ImportGroupRequest {
    organization_id "OrganizationId": OrganizationId,
    group_id "GroupId": WorkMailIdentifier,
    name "Name": GroupName,
    state "State": EntityState,
    email "Email": Option<EmailAddress>,
    aliases "Aliases": Option<ImportedAliases>,
    members "Members": Option<ImportedMembers>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
});
structure!(ImportGroupResponse: Default {});
// The shape bounds the work of one call. How many aliases there may be is the directory's limit, and its error.
list!(ImportedAliases of EmailAddress, 0, 200);
// Members or delegates of one call; more are added by AssociateMemberToGroup and AssociateDelegateToResource.
list!(ImportedMembers of EntityIdentifier, 0, 100);
structure!(ImportOrganizationRequest {
    organization_id "OrganizationId": OrganizationId,
    alias "Alias": OrganizationName,
    directory_id "DirectoryId": Option<DirectoryId>,
    domains "Domains": Option<Domains>,
    kms_key_arn "KmsKeyArn": Option<KmsKeyArn>,
    completed_date "CompletedDate": Option<Timestamp>,
});
structure!(ImportOrganizationResponse: Default {
    organization_id "OrganizationId": Option<OrganizationId>,
});
structure!(ImportResourceRequest {
    organization_id "OrganizationId": OrganizationId,
    resource_id "ResourceId": ResourceId,
    name "Name": ResourceName,
    kind "Type": ResourceType,
    state "State": EntityState,
    email "Email": Option<EmailAddress>,
    aliases "Aliases": Option<ImportedAliases>,
    delegates "Delegates": Option<ImportedMembers>,
    booking_options "BookingOptions": Option<BookingOptions>,
    description "Description": Option<ResourceDescription>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    mailbox_provisioned_date "MailboxProvisionedDate": Option<Timestamp>,
    mailbox_quota "MailboxQuota": Option<MailboxQuota>,
});
structure!(ImportResourceResponse: Default {});
structure!(ImportUserRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": WorkMailIdentifier,
    name "Name": UserName,
    display_name "DisplayName": UserAttribute,
    state "State": EntityState,
    role "Role": Option<UserRole>,
    email "Email": Option<EmailAddress>,
    aliases "Aliases": Option<ImportedAliases>,
    password "Password": Option<Password>,
    password_hash "PasswordHash": Option<ImportedPasswordHash>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
    first_name "FirstName": Option<UserAttribute>,
    last_name "LastName": Option<UserAttribute>,
    initials "Initials": Option<UserAttribute>,
    telephone "Telephone": Option<UserAttribute>,
    street "Street": Option<UserAttribute>,
    job_title "JobTitle": Option<UserAttribute>,
    city "City": Option<UserAttribute>,
    company "Company": Option<UserAttribute>,
    zip_code "ZipCode": Option<UserAttribute>,
    department "Department": Option<UserAttribute>,
    country "Country": Option<UserAttribute>,
    office "Office": Option<UserAttribute>,
    identity_provider_user_id "IdentityProviderUserId": Option<IdentityProviderUserId>,
    identity_provider_identity_store_id "IdentityProviderIdentityStoreId": Option<IdentityProviderIdentityStoreId>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    mailbox_provisioned_date "MailboxProvisionedDate": Option<Timestamp>,
    mailbox_quota "MailboxQuota": Option<MailboxQuota>,
});
structure!(ImportUserResponse: Default {});
