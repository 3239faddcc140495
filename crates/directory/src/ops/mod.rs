//! One operation per file. Input is checked values; ids and random bytes are drawn by the caller, before the
//! transaction. Every create takes an id, so that an importer keeps what scripts have stored.

mod access;
mod create_access_key;
mod create_aws_account;
mod create_organization;
mod create_user;
mod delete_organization;
mod describe_organization;
mod describe_user;
mod first_start;
mod inbound_dmarc;
mod list_access_keys;
mod list_aws_accounts;
mod list_organizations;
pub(crate) mod organization_steps;
mod shared;
mod update_access_key;

pub use access::*;
pub use create_access_key::{NewAccessKey, create_access_key};
pub use create_aws_account::create_aws_account;
pub use create_organization::{DirectoryChoice, NewOrganization, create_organization, test_domain};
pub use create_user::{NewUser, create_user};
pub use delete_organization::{Deletion, delete_organization};
pub use describe_organization::describe_organization;
pub use describe_user::{User, describe_user};
pub use first_start::{first_start, has_started};
pub use inbound_dmarc::{describe_inbound_dmarc_settings, put_inbound_dmarc_settings};
pub use list_access_keys::{AccessKey, find_access_key, list_access_keys};
pub use list_aws_accounts::{AwsAccount, list_aws_accounts};
pub use list_organizations::list_organizations;
pub use update_access_key::{delete_access_key, put_access_key_policies, set_access_key_active};
