//! Postroom's own operations: one file each. The table is [`crate::extensions`].

mod explain_access_control;
mod explain_mobile_device_access;
mod explanation;
mod import_access_control_rule;
mod import_group;
mod import_impersonation_role;
mod import_mobile_device_access_override;
mod import_mobile_device_access_rule;
mod import_organization;
mod import_resource;
mod import_retention_policy;
mod import_user;
mod imported;

use crate::dispatch::{Runner, extension_runner};
use crate::extensions as table;

macro_rules! dispatcher {
    ($($name:ident),+) => {
        /// What carries out the extension operation `name`, if there is one.
        pub(crate) fn postroom(name: &str) -> Option<Runner> {
            match name {
                $(stringify!($name) => Some(extension_runner::<table::$name>),)+
                _ => None,
            }
        }
    };
}

table::for_each_extension!(dispatcher);
