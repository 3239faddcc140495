//! The operations: one file each, and the table that finds them by name.

mod assume_impersonation_role;
mod create_impersonation_role;
mod create_organization;
mod create_user;
mod delete_access_control_rule;
mod delete_impersonation_role;
mod delete_organization;
mod delete_retention_policy;
mod delete_personal_access_token;
mod describe_organization;
mod describe_user;
mod extension;
mod get_access_control_effect;
mod get_default_retention_policy;
mod get_impersonation_role;
mod get_impersonation_role_effect;
mod get_personal_access_token_metadata;
mod list_access_control_rules;
mod list_impersonation_roles;
mod list_organizations;
mod list_personal_access_tokens;
mod put_access_control_rule;
mod put_retention_policy;
mod update_impersonation_role;

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
    AssumeImpersonationRole,
    CreateImpersonationRole,
    CreateOrganization,
    CreateUser,
    DeleteAccessControlRule,
    DeleteImpersonationRole,
    DeleteOrganization,
    DeleteRetentionPolicy,
    DescribeOrganization,
    DescribeUser,
    GetAccessControlEffect,
    GetDefaultRetentionPolicy,
    DeletePersonalAccessToken,
    DescribeOrganization,
    DescribeUser,
    GetAccessControlEffect,
    GetImpersonationRole,
    GetImpersonationRoleEffect,
    GetPersonalAccessTokenMetadata,
    ListAccessControlRules,
    ListImpersonationRoles,
    ListOrganizations,
    ListPersonalAccessTokens,
    PutAccessControlRule,
    PutRetentionPolicy,
    UpdateImpersonationRole,
);
