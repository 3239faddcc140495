//! The operations on entities, one file each, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod calls;

/// Asserts that a call was refused with an error of this pattern.
macro_rules! refused {
    ($result:expr, $pattern:pat) => {{
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    }};
}

/// Writes each test for both engines; `$organization` is active in a store of its own.
macro_rules! tests {
    ($(fn $name:ident($organization:ident) $body:block)+) => {
        on_both_engines! { modules();
            $(fn $name(store: &mut TestStore) {
                #[allow(unused_imports)]
                use crate::calls::Calls as _;
                let $organization = &postroom_directory::testing::TestOrganization::in_store(store);
                $body
            })+
        }
    };
}

// Imports that the tests of every file need.
mod prelude {
    pub use crate::calls::Calls;
    pub use postroom_directory::DirectoryError as D;
    pub use postroom_directory::testing::{TestOrganization, first_page, modules};
    pub use postroom_store::on_both_engines;
    pub use postroom_store::testing::TestStore;
    pub use postroom_types::{EntityId, EntityState, EntityType};
}

mod create_alias;
mod create_group;
mod create_resource;
mod create_user;
mod delegates;
mod delete_alias;
mod delete_entity;
mod describe_entity;
mod disable_entity;
mod enable_entity;
mod group_members;
mod list_aliases;
mod list_entities;
mod mailbox_permissions;
mod page_plans;
mod races;
mod random_operations;
mod reset_password;
mod update_group;
mod update_primary_email_address;
mod update_resource;
mod update_user;
