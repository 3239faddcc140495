//! Access control rules and impersonation roles (WB §2).

mod delete_access_control_rule;
mod get_access_control_effect;
mod list_access_control_rules;
mod put_access_control_rule;

pub use delete_access_control_rule::delete_access_control_rule;
pub use get_access_control_effect::{AccessPrincipal, AccessQuestion, check_access_question, find_user_id};
pub use list_access_control_rules::list_access_control_rules;
pub use put_access_control_rule::{PutRule, put_access_control_rule};
