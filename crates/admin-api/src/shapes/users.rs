//! Users.

use postroom_types::*;

use super::*;

structure!(CreateUserRequest {
    organization_id "OrganizationId": OrganizationId,
    name "Name": UserName,
    display_name "DisplayName": UserAttribute,
    password "Password": Option<Password>,
    role "Role": Option<UserRole>,
    first_name "FirstName": Option<UserAttribute>,
    last_name "LastName": Option<UserAttribute>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
    identity_provider_user_id "IdentityProviderUserId": Option<IdentityProviderUserId>,
});
structure!(CreateUserResponse: Default {
    user_id "UserId": Option<WorkMailIdentifier>,
});
structure!(DeleteUserRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
});
structure!(DeleteUserResponse: Default {});
structure!(DescribeUserRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
});
structure!(DescribeUserResponse: Default {
    user_id "UserId": Option<WorkMailIdentifier>,
    name "Name": Option<UserName>,
    email "Email": Option<EmailAddress>,
    display_name "DisplayName": Option<UserAttribute>,
    state "State": Option<EntityState>,
    user_role "UserRole": Option<UserRole>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    mailbox_provisioned_date "MailboxProvisionedDate": Option<Timestamp>,
    mailbox_deprovisioned_date "MailboxDeprovisionedDate": Option<Timestamp>,
    first_name "FirstName": Option<UserAttribute>,
    last_name "LastName": Option<UserAttribute>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool>,
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
});
structure!(ListUsersRequest {
    organization_id "OrganizationId": OrganizationId,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
    filters "Filters": Option<ListUsersFilters>,
});
structure!(ListUsersFilters: Default {
    username_prefix "UsernamePrefix": Option<String>,
    display_name_prefix "DisplayNamePrefix": Option<UserAttribute>,
    primary_email_prefix "PrimaryEmailPrefix": Option<String>,
    state "State": Option<EntityState>,
    identity_provider_user_id_prefix "IdentityProviderUserIdPrefix": Option<IdentityProviderUserIdPrefix>,
});
structure!(ListUsersResponse: Default {
    users "Users": Option<Users>,
    next_token "NextToken": Option<NextToken>,
});
list!(Users of User, _, _);
structure!(User: Default {
    id "Id": Option<WorkMailIdentifier>,
    email "Email": Option<EmailAddress>,
    name "Name": Option<UserName>,
    display_name "DisplayName": Option<String>,
    state "State": Option<EntityState>,
    user_role "UserRole": Option<UserRole>,
    enabled_date "EnabledDate": Option<Timestamp>,
    disabled_date "DisabledDate": Option<Timestamp>,
    identity_provider_user_id "IdentityProviderUserId": Option<IdentityProviderUserId>,
    identity_provider_identity_store_id "IdentityProviderIdentityStoreId": Option<IdentityProviderIdentityStoreId>,
});
structure!(ResetPasswordRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": WorkMailIdentifier,
    password "Password": Password,
});
structure!(ResetPasswordResponse: Default {});
structure!(UpdateUserRequest {
    organization_id "OrganizationId": OrganizationId,
    user_id "UserId": EntityIdentifier,
    role "Role": Option<UserRole>,
    display_name "DisplayName": Option<UserAttribute>,
    first_name "FirstName": Option<UserAttribute>,
    last_name "LastName": Option<UserAttribute>,
    hidden_from_global_address_list "HiddenFromGlobalAddressList": Option<bool> as BOOLEAN_OBJECT,
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
    identity_provider_user_id "IdentityProviderUserId": Option<IdentityProviderUserIdForUpdate>,
});
structure!(UpdateUserResponse: Default {});
