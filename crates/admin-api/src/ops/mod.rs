//! The operations: one file each, and the table that finds them by name.

mod associate_delegate_to_resource;
mod associate_member_to_group;
mod assume_impersonation_role;
mod availability_provider;
mod create_alias;
mod create_availability_configuration;
mod create_group;
mod create_identity_center_application;
mod create_impersonation_role;
mod create_mobile_device_access_rule;
mod create_organization;
mod create_resource;
mod create_user;
mod delete_access_control_rule;
mod delete_alias;
mod delete_availability_configuration;
mod delete_email_monitoring_configuration;
mod delete_group;
mod delete_identity_center_application;
mod delete_identity_provider_configuration;
mod delete_impersonation_role;
mod delete_mailbox_permissions;
mod delete_mobile_device_access_override;
mod delete_mobile_device_access_rule;
mod delete_organization;
mod delete_personal_access_token;
mod delete_resource;
mod delete_retention_policy;
mod delete_user;
mod deregister_from_workmail;
mod deregister_mail_domain;
mod describe_email_monitoring_configuration;
mod describe_entity;
mod describe_group;
mod describe_identity_provider_configuration;
mod describe_inbound_dmarc_settings;
mod describe_organization;
mod describe_resource;
mod describe_user;
mod disassociate_delegate_from_resource;
mod disassociate_member_from_group;
mod extension;
mod get_access_control_effect;
mod get_default_retention_policy;
mod get_impersonation_role;
mod get_impersonation_role_effect;
mod get_mail_domain;
mod get_mailbox_details;
mod get_mobile_device_access_effect;
mod get_mobile_device_access_override;
mod get_personal_access_token_metadata;
mod list_access_control_rules;
mod list_aliases;
mod list_availability_configurations;
mod list_group_members;
mod list_groups;
mod list_groups_for_entity;
mod list_impersonation_roles;
mod list_mail_domains;
mod list_mailbox_permissions;
mod list_mobile_device_access_overrides;
mod list_mobile_device_access_rules;
mod list_organizations;
mod list_personal_access_tokens;
mod list_resource_delegates;
mod list_resources;
mod list_tags_for_resource;
mod list_users;
mod put_access_control_rule;
mod put_email_monitoring_configuration;
mod put_identity_provider_configuration;
mod put_inbound_dmarc_settings;
mod put_mailbox_permissions;
mod put_mobile_device_access_override;
mod put_retention_policy;
mod register_mail_domain;
mod register_to_workmail;
mod reset_password;
mod tag_resource;
mod untag_resource;
mod update_availability_configuration;
mod update_default_mail_domain;
mod update_group;
mod update_impersonation_role;
mod update_mailbox_quota;
mod update_mobile_device_access_rule;
mod update_primary_email_address;
mod update_resource;
mod update_user;

use crate::dispatch::{Runner, runner};
use crate::operations as table;
pub(crate) use extension::postroom;

/// `handlers!(…)`: the operations that have a file here.
macro_rules! handlers {
    ($($name:ident),+ $(,)?) => {
        /// What carries out the WorkMail operation `name`, if Postroom does.
        pub(crate) fn workmail(name: &str) -> Option<Runner> {
            match name {
                $(stringify!($name) => Some(runner::<table::$name>),)+
                _ => None,
            }
        }

        /// The names of the operations that Postroom carries out.
        pub const IMPLEMENTED: &[&str] = &[$(stringify!($name)),+];
    };
}

handlers!(
    AssociateDelegateToResource,
    AssociateMemberToGroup,
    AssumeImpersonationRole,
    CreateAlias,
    CreateAvailabilityConfiguration,
    CreateGroup,
    CreateIdentityCenterApplication,
    CreateImpersonationRole,
    CreateMobileDeviceAccessRule,
    CreateOrganization,
    CreateResource,
    CreateUser,
    DeleteAccessControlRule,
    DeleteAlias,
    DeleteAvailabilityConfiguration,
    DeleteEmailMonitoringConfiguration,
    DeleteGroup,
    DeleteIdentityCenterApplication,
    DeleteIdentityProviderConfiguration,
    DeleteImpersonationRole,
    DeleteMailboxPermissions,
    DeleteMobileDeviceAccessOverride,
    DeleteMobileDeviceAccessRule,
    DeleteOrganization,
    DeletePersonalAccessToken,
    DeleteResource,
    DeleteRetentionPolicy,
    DeleteUser,
    DeregisterFromWorkMail,
    DeregisterMailDomain,
    DescribeEmailMonitoringConfiguration,
    DescribeEntity,
    DescribeGroup,
    DescribeIdentityProviderConfiguration,
    DescribeInboundDmarcSettings,
    DescribeOrganization,
    DescribeResource,
    DescribeUser,
    DisassociateDelegateFromResource,
    DisassociateMemberFromGroup,
    GetAccessControlEffect,
    GetDefaultRetentionPolicy,
    GetImpersonationRole,
    GetImpersonationRoleEffect,
    GetMailDomain,
    GetMailboxDetails,
    GetMobileDeviceAccessEffect,
    GetMobileDeviceAccessOverride,
    GetPersonalAccessTokenMetadata,
    ListAccessControlRules,
    ListAliases,
    ListAvailabilityConfigurations,
    ListGroupMembers,
    ListGroups,
    ListGroupsForEntity,
    ListImpersonationRoles,
    ListMailDomains,
    ListMailboxPermissions,
    ListMobileDeviceAccessOverrides,
    ListMobileDeviceAccessRules,
    ListOrganizations,
    ListPersonalAccessTokens,
    ListResourceDelegates,
    ListResources,
    ListTagsForResource,
    ListUsers,
    PutAccessControlRule,
    PutEmailMonitoringConfiguration,
    PutIdentityProviderConfiguration,
    PutInboundDmarcSettings,
    PutMailboxPermissions,
    PutMobileDeviceAccessOverride,
    PutRetentionPolicy,
    RegisterMailDomain,
    RegisterToWorkMail,
    ResetPassword,
    TagResource,
    UntagResource,
    UpdateAvailabilityConfiguration,
    UpdateDefaultMailDomain,
    UpdateGroup,
    UpdateImpersonationRole,
    UpdateMailboxQuota,
    UpdateMobileDeviceAccessRule,
    UpdatePrimaryEmailAddress,
    UpdateResource,
    UpdateUser,
);
