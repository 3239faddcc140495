//! The tables of the directory crate.

use postroom_store::{Migration, SchemaModule};

/// Tables in the directory: what spans organizations.
pub const DIRECTORY: SchemaModule = SchemaModule {
    name: "directory",
    in_directory: true,
    index: None,
    tables: &[
        "aws_accounts",
        "access_keys",
        "first_start",
        "organization_keys",
        "directories",
        "organizations",
        "organization_tags",
        "account_counters",
        "domain_registrations",
        "domain_owners",
        "identity_center_applications",
        "directory_audit",
        "call_audit",
    ],
    migrations: &[Migration { number: 1, text: DIRECTORY_1 }],
};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "directory.organization",
    in_directory: false,
    index: None,
    tables: &[
        "organization_state",
        "entities",
        "names",
        "addresses",
        "users",
        "resources",
        "resource_delegates",
        "group_members",
        "mail_domains",
        "dkim_keys",
        "alarms",
        "availability_configurations",
        "access_control_rules",
        "change_marks",
        "impersonation_roles",
        "impersonation_tokens",
        "personal_access_tokens",
        "mailbox_permissions",
        "admin_audit",
        "access_audit",
    ],
    migrations: &[Migration { number: 1, text: ORGANIZATION_1 }],
};

const DIRECTORY_1: &str = include_str!("schema/directory_1.sql");
const ORGANIZATION_1: &str = include_str!("schema/organization_1.sql");
