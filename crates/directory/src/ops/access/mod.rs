//! Access control rules and impersonation roles (WB §2).

mod assume_impersonation_role;
mod create_impersonation_role;
mod delete_access_control_rule;
mod delete_impersonation_role;
mod get_access_control_effect;
mod get_impersonation_role;
mod import_access_control_rule;
mod import_impersonation_role;
mod list_access_control_rules;
mod list_impersonation_roles;
mod put_access_control_rule;
mod revoke_impersonation_tokens;
mod role_rules;
mod update_impersonation_role;

pub use assume_impersonation_role::assume_impersonation_role;
pub use create_impersonation_role::{NewImpersonationRole, create_impersonation_role};
pub use delete_access_control_rule::delete_access_control_rule;
pub use delete_impersonation_role::delete_impersonation_role;
pub use get_access_control_effect::{AccessPrincipal, AccessQuestion, check_access_question, find_user_id};
pub use get_impersonation_role::{get_impersonation_role, impersonation_target};
pub use import_access_control_rule::import_access_control_rule;
pub use import_impersonation_role::import_impersonation_role;
pub use list_access_control_rules::list_access_control_rules;
pub use list_impersonation_roles::list_impersonation_roles;
pub use put_access_control_rule::{PutRule, put_access_control_rule};
pub use revoke_impersonation_tokens::revoke_impersonation_tokens;
pub use role_rules::RoleRule;
pub use update_impersonation_role::update_impersonation_role;
