//! One operation per file. Input is checked values; ids are drawn by the caller, before the transaction.

mod create_mobile_device_access_rule;
mod delete_mobile_device_access_override;
mod delete_mobile_device_access_rule;
mod forget_user;
mod get_mobile_device_access_override;
mod list_mobile_device_access_overrides;
mod list_mobile_device_access_rules;
mod put_mobile_device_access_override;
mod shared;
mod update_mobile_device_access_rule;

pub use create_mobile_device_access_rule::{NewRule, create_mobile_device_access_rule};
pub use delete_mobile_device_access_override::delete_mobile_device_access_override;
pub use delete_mobile_device_access_rule::delete_mobile_device_access_rule;
pub use forget_user::forget_user;
pub use get_mobile_device_access_override::get_mobile_device_access_override;
pub use list_mobile_device_access_overrides::list_mobile_device_access_overrides;
pub use list_mobile_device_access_rules::list_mobile_device_access_rules;
pub use put_mobile_device_access_override::{PutOverride, put_mobile_device_access_override};
pub use update_mobile_device_access_rule::update_mobile_device_access_rule;
