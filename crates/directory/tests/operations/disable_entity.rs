//! DeregisterFromWorkMail without the mailbox.

use postroom_directory::ops::{NewUser, import_user};
use postroom_directory::testing::new_user;
use postroom_directory::user::credential;
use postroom_types::UserRole;

use crate::prelude::*;

tests! {
    fn addresses_are_released_and_credentials_void(organization) {
        let id = organization.enabled_user("alice");
        organization.create_alias(id.as_str(), "al@example.com").unwrap();
        let generation = || organization.read(|tx| {
            let key = tx.organization;
            Ok::<_, D>(credential(tx, key, &id)?.unwrap().generation)
        });
        let before = generation().unwrap();
        organization.disable("al@example.com").unwrap();
        assert!(generation().unwrap() > before);
        let entity = organization.describe_user("alice").unwrap().entity;
        assert_eq!((entity.state, entity.email, entity.aliases_count), (EntityState::Disabled, None, 0));
        assert!(entity.enabled_at.is_some() && entity.disabled_at.is_some());
        for free in ["alice@example.com", "al@example.com"] {
            refused!(organization.describe_entity(free), D::EntityNotFound(_));
        }
        refused!(organization.aliases(id.as_str()), D::EntityState(_));
    }

    fn a_disabled_one_stays_as_it_is(organization) {
        let id = organization.enabled_user("alice");
        organization.disable("alice").unwrap();
        let before = organization.describe_user("alice").unwrap();
        organization.disable("alice").unwrap();
        assert_eq!(organization.describe_user("alice").unwrap(), before);
        organization.delete_user("alice").unwrap();
        refused!(organization.disable(id.as_str()), D::EntityState(_));
        refused!(organization.disable("alice"), D::EntityNotFound(_));
        let system = NewUser { role: UserRole::SystemUser, ..new_user(organization.id(), "guest") };
        organization.write(move |tx| import_user(tx, &system)).unwrap();
        refused!(organization.disable("guest"), D::EntityState(_));
    }

    fn memberships_wait_for_the_next_time(organization) {
        organization.enabled_user("alice");
        organization.enabled_group("staff");
        organization.add_member("staff", "alice").unwrap();
        organization.disable("alice").unwrap();
        let members = organization.members_page("staff", &first_page(100)).unwrap().rows;
        assert_eq!(members.iter().map(|member| member.state).collect::<Vec<_>>(), [EntityState::Disabled]);
        assert_eq!(organization.enable_with("alice", "new@example.com"), Ok(false));
        let alice = organization.describe_user("alice").unwrap().entity;
        assert_eq!(alice.disabled_at, None);
        assert_eq!(organization.groups_page("alice", None, &first_page(100)).unwrap().rows.len(), 1);
    }
}
