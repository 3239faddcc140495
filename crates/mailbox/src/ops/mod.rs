//! One operation per file, on the administrator's transaction of the directory.

mod deregister_from_workmail;
mod forget_grantee;
mod get_mailbox_details;
mod import_group;
mod import_resource;
mod import_user;
mod imported;
mod register_to_workmail;
mod set_folder_grant;
mod update_mailbox_quota;

pub use deregister_from_workmail::deregister_from_workmail;
pub use forget_grantee::forget_grantee;
pub use get_mailbox_details::get_mailbox_details;
pub use import_group::import_group;
pub use import_resource::import_resource;
pub use import_user::import_user;
pub use imported::ImportedRegistration;
pub use register_to_workmail::{Registration, register_to_workmail};
pub use set_folder_grant::{GrantChange, GrantSet, set_folder_grant};
pub use update_mailbox_quota::update_mailbox_quota;
