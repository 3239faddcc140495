//! One operation per file. Input is checked values; ids and random bytes are drawn by the caller, before the

mod access;
mod alarms;
mod associate_delegate_to_resource;
mod associate_member_to_group;
mod availability_configuration;
mod create_access_key;
mod create_alias;
mod create_aws_account;
mod create_group;
mod create_organization;
mod create_resource;
mod create_user;
mod delete_alias;
mod delete_group;
mod delete_mailbox_permissions;
mod delete_organization;
mod delete_resource;
mod delete_user;
mod deregister_mail_domain;
mod describe_entity;
mod describe_group;
mod describe_organization;
mod describe_resource;
mod describe_user;
mod disable_entity;
mod disassociate_delegate_from_resource;
mod disassociate_member_from_group;
mod email_monitoring;
mod enable_entity;
mod first_start;
mod get_mail_domain;
mod identity_center_application;
mod identity_provider;
mod import_entity;
mod import_group;
mod import_organization;
mod import_resource;
mod import_user;
mod inbound_dmarc;
mod list_access_keys;
mod list_aliases;
mod list_audit;
mod list_aws_accounts;
mod list_group_members;
mod list_groups;
mod list_groups_for_entity;
mod list_mail_domains;
mod list_mailbox_permissions;
mod list_organizations;
mod list_records;
mod list_resource_delegates;
mod list_resources;
mod list_users;
pub(crate) mod organization_steps;
mod put_mailbox_permissions;
mod register_mail_domain;
mod reset_password;
mod rotate_dkim_key;
pub(crate) mod shared;
mod tag_resource;
mod tokens;
mod update_access_key;
mod update_default_mail_domain;
mod update_group;
mod update_primary_email_address;
mod update_resource;
mod update_user;

pub use access::*;
pub use alarms::{Alarm, list_alarms};
pub use associate_delegate_to_resource::associate_delegate_to_resource;
pub use associate_member_to_group::associate_member_to_group;
pub use availability_configuration::{
    availability_password, create_availability_configuration, delete_availability_configuration,
    list_availability_configurations, update_availability_configuration,
};
pub use create_access_key::{NewAccessKey, create_access_key};
pub use create_alias::create_alias;
pub use create_aws_account::create_aws_account;
pub use create_group::{NewGroup, create_group};
pub use create_organization::{DirectoryChoice, NewOrganization, create_organization, test_domain};
pub use create_resource::{NewResource, create_resource};
pub use create_user::{NewUser, create_user};
pub use delete_alias::delete_alias;
pub use delete_group::delete_group;
pub use delete_mailbox_permissions::delete_mailbox_permissions;
pub use delete_organization::{Deletion, delete_organization};
pub use delete_resource::delete_resource;
pub use delete_user::delete_user;
pub use deregister_mail_domain::deregister_mail_domain;
pub use describe_entity::describe_entity;
pub use describe_group::describe_group;
pub use describe_organization::describe_organization;
pub use describe_resource::describe_resource;
pub use describe_user::describe_user;
pub use disable_entity::disable_entity;
pub use disassociate_delegate_from_resource::disassociate_delegate_from_resource;
pub use disassociate_member_from_group::disassociate_member_from_group;
pub use email_monitoring::{
    delete_email_monitoring_configuration, describe_email_monitoring_configuration,
    put_email_monitoring_configuration,
};
pub use enable_entity::{EnabledEntity, enable_entity};
pub use first_start::{first_start, has_started};
pub use get_mail_domain::get_mail_domain;
pub use identity_center_application::{
    NewIdentityCenterApplication, create_identity_center_application, delete_identity_center_application,
    must_be_application_of,
};
pub use identity_provider::{
    delete_identity_provider_configuration, describe_identity_provider_configuration,
    put_identity_provider_configuration,
};
pub use import_group::{import_group, is_member};
pub use import_organization::import_organization;
pub use import_resource::{import_resource, is_delegate};
pub use import_user::import_user;
pub use inbound_dmarc::{describe_inbound_dmarc_settings, put_inbound_dmarc_settings};
pub use list_access_keys::{AccessKey, find_access_key, list_access_keys};
pub use list_aliases::list_aliases;
pub use list_audit::{AuditEntry, AuditPart, list_audit};
pub use list_aws_accounts::{AwsAccount, list_aws_accounts};
pub use list_group_members::list_group_members;
pub use list_groups::list_groups;
pub use list_groups_for_entity::list_groups_for_entity;
pub use list_mail_domains::list_mail_domains;
pub use list_mailbox_permissions::{MailboxGrant, list_mailbox_permissions};
pub use list_organizations::list_organizations;
pub use list_records::{RecordPart, Records, list_records};
pub use list_resource_delegates::{Delegate, list_resource_delegates};
pub use list_resources::{ResourceSummary, list_resources};
pub use list_users::{UserSummary, list_users};
pub use put_mailbox_permissions::put_mailbox_permissions;
pub use register_mail_domain::{Registration, insert_first_keys, register_mail_domain};
pub use reset_password::reset_password;
pub use rotate_dkim_key::{rotate_dkim_key, rotation_selector};
pub use shared::EntityDates;
pub use tag_resource::{list_tags_for_resource, tag_resource, untag_resource};
pub use tokens::*;
pub use update_access_key::{delete_access_key, put_access_key_policies, set_access_key_active};
pub(crate) use update_default_mail_domain::set_default_copy;
pub use update_default_mail_domain::update_default_mail_domain;
pub use update_group::update_group;
pub use update_primary_email_address::update_primary_email_address;
pub use update_resource::{ResourceChanges, update_resource};
pub use update_user::{UserChanges, update_user};
