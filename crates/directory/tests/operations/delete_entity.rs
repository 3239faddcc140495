//! DeleteUser, DeleteGroup, DeleteResource.

use postroom_directory::ops::UserChanges;
use postroom_directory::user::{UserAttributes, credential};
use postroom_types::{Constrained, PermissionType, UserAttribute};

use crate::prelude::*;

tests! {
    fn an_enabled_entity_is_not_deleted(organization) {
        organization.enabled_user("alice");
        organization.enabled_group("staff");
        organization.enabled_resource("room");
        refused!(organization.delete_user("alice"), D::EntityState(_));
        refused!(organization.delete_group("staff"), D::EntityState(_));
        refused!(organization.delete_resource("room"), D::EntityState(_));
    }

    fn deleting_what_is_absent_succeeds(organization) {
        let id = organization.user("alice");
        organization.group("staff");
        for _ in 0..2 {
            assert_eq!(organization.delete_user("alice"), Ok(()));
            assert_eq!(organization.delete_user(id.as_str()), Ok(()));
        }
        assert_eq!(organization.delete_group("nobody"), Ok(()));
        assert_eq!(organization.delete_resource("nobody"), Ok(()));
        // Not of this kind, so there is nothing to delete.
        assert_eq!(organization.delete_user("staff"), Ok(()));
        assert!(organization.describe_group("staff").is_ok());
    }

    fn an_address_is_no_identifier_for_deleting(organization) {
        organization.enabled_user("alice");
        // The name that looks like alice's address is another user.
        organization.user("alice@example.com");
        assert_eq!(organization.delete_user("alice@example.com"), Ok(()));
        assert!(organization.describe_user("alice").is_ok());
    }

    fn a_name_is_free_again(organization) {
        let id = organization.user("alice");
        organization.delete_user("alice").unwrap();
        refused!(organization.describe_user(id.as_str()), D::EntityNotFound(_));
        let group = organization.group("ALICE");
        assert_eq!(organization.describe_group("alice").unwrap().id, group);
    }

    fn nothing_personal_stays(organization) {
        let id = organization.user("alice");
        let city = Some(UserAttribute::parse("Bern").unwrap());
        let attributes = UserAttributes { city, ..UserAttributes::default() };
        organization.update_user("alice", UserChanges { attributes, ..UserChanges::default() }).unwrap();
        organization.delete_user("alice").unwrap();
        let credential = organization.read(|tx| {
            let key = tx.organization;
            credential(tx, key, &id)
        });
        assert!(credential.unwrap().unwrap().password_hash.is_none());
    }

    fn what_referred_to_it_no_longer_does(organization) {
        let alice = organization.enabled_user("alice");
        let staff = organization.enabled_group("staff");
        organization.enabled_user("bob");
        organization.enabled_group("board");
        organization.enabled_resource("room");
        for (group, member) in [("board", "staff"), ("staff", "alice"), ("staff", "bob")] {
            organization.add_member(group, member).unwrap();
        }
        organization.add_delegate("room", "alice").unwrap();
        organization.add_delegate("room", "staff").unwrap();
        organization.permit("bob", "alice", &[PermissionType::SendAs]).unwrap();
        organization.permit("alice", "bob", &[PermissionType::SendAs]).unwrap();
        organization.permit("room", "staff", &[PermissionType::FullAccess]).unwrap();
        for id in [&alice, &staff] {
            organization.disable(id.as_str()).unwrap();
        }
        organization.delete_user("alice").unwrap();
        organization.delete_group("staff").unwrap();

        let page = first_page(100);
        assert_eq!(organization.members_page("board", &page).unwrap().rows, []);
        assert_eq!(organization.groups_page("bob", None, &page).unwrap().rows, []);
        assert_eq!(organization.delegates_page("room", &page).unwrap().rows, []);
        assert_eq!(organization.permissions_page("bob", &page).unwrap().rows, []);
        assert_eq!(organization.permissions_page("room", &page).unwrap().rows, []);
        assert_eq!(organization.describe_resource("room").unwrap().delegates_count, 0);
        crate::random_operations::check_counters(organization);
    }
}
