//! RegisterToWorkMail without the mailbox.

use postroom_directory::ops::{NewUser, enable_entity, import_user};
use postroom_directory::settings::Compatibility;
use postroom_directory::testing::{address, new_user};
use postroom_types::{Timestamp, UserRole};

use crate::prelude::*;

tests! {
    fn an_enabled_entity_has_its_address(organization) {
        for id in [organization.user("alice"), organization.group("staff"), organization.resource("room")] {
            let email = format!("{id}@Example.com");
            assert_eq!(organization.enable_with(id.as_str(), &email), Ok(false));
            let entity = organization.describe_entity(&email.to_lowercase()).unwrap();
            assert_eq!((&entity.id, entity.state), (&id, EntityState::Enabled));
            assert_eq!(entity.email.as_deref(), Some(email.as_str()), "the spelling stays");
            assert!(entity.enabled_at.is_some());
            assert_eq!(organization.aliases(id.as_str()).unwrap(), [""; 0]);
        }
    }

    fn only_verified_domains_of_the_organization(organization) {
        organization.user("alice");
        refused!(organization.enable_with("alice", "alice@unknown.example"), D::DomainNotFound(_));
        refused!(organization.enable_with("alice", "alice@pending.example"), D::DomainNotVerified(_));
        refused!(organization.enable_with("alice", "alice@sub.example.com"), D::DomainNotFound(_));
        refused!(organization.enable_with("alice", "AmazonJournaling@example.com"), D::Invalid(_));
        assert_eq!(organization.enable_with("ALICE", "alice@EXAMPLE.com"), Ok(false));
    }

    fn again_with_the_same_address_only(organization) {
        organization.enabled_user("alice");
        let before = organization.describe_user("alice").unwrap();
        assert_eq!(organization.enable_with("alice", "ALICE@example.com"), Ok(true));
        assert_eq!(organization.describe_user("alice").unwrap(), before);
        refused!(organization.enable_with("alice", "other@example.com"), D::AlreadyRegistered(_));
        organization.create_alias(before.entity.id.as_str(), "other@example.com").unwrap();
        refused!(organization.enable_with("alice", "other@example.com"), D::AlreadyRegistered(_));
    }

    fn not_with_the_address_of_another(organization) {
        let alice = organization.enabled_user("alice");
        organization.create_alias(alice.as_str(), "al@example.com").unwrap();
        organization.group("staff");
        refused!(organization.enable_with("staff", "Alice@example.com"), D::AddressInUse(_));
        refused!(organization.enable_with("staff", "al@example.com"), D::AddressInUse(_));
        organization.disable("alice").unwrap();
        assert_eq!(organization.enable_with("staff", "alice@example.com"), Ok(false));
    }

    fn neither_the_deleted_nor_system_users_nor_by_address(organization) {
        let id = organization.user("alice");
        organization.enabled_user("bob");
        organization.delete_user("alice").unwrap();
        refused!(organization.enable_with(id.as_str(), "alice@example.com"), D::EntityState(_));
        refused!(organization.enable_with("alice", "alice@example.com"), D::EntityNotFound(_));
        refused!(organization.enable_with("bob@example.com", "bob@example.com"), D::EntityNotFound(_));
        let system = NewUser { role: UserRole::SystemUser, ..new_user(organization.id(), "guest") };
        organization.write(move |tx| import_user(tx, &system)).unwrap();
        refused!(organization.enable_with("guest", "guest@example.com"), D::EntityState(_));
    }

    fn who_owns_a_mailbox(organization) {
        organization.user("alice");
        organization.group("staff");
        organization.resource("room");
        let remote = NewUser { role: UserRole::RemoteUser, ..new_user(organization.id(), "remote") };
        organization.write(move |tx| import_user(tx, &remote)).unwrap();
        let owns = |name: &'static str| {
            let email = address(&format!("{name}@example.com"));
            organization.write(move |tx| enable_entity(tx, name, &email, None)).unwrap().owns_mailbox
        };
        assert_eq!(["alice", "staff", "room", "remote"].map(owns), [true, false, true, false]);
    }

    fn an_import_keeps_the_date(organization) {
        organization.user("alice");
        let (at, email) = (Timestamp::from_seconds(1_000), address("alice@example.com"));
        organization.write(move |tx| enable_entity(tx, "alice", &email, Some(at))).unwrap();
        assert_eq!(organization.describe_user("alice").unwrap().entity.enabled_at, Some(at));
    }

    fn the_test_domain_is_added_where_the_organization_chose_so(organization) {
        let first = organization.enabled_user("first");
        assert_eq!(organization.aliases(first.as_str()).unwrap(), [""; 0]);
        organization.choose(Compatibility { test_domain_alias: true, ..Compatibility::default() });
        let second = organization.enabled_user("second");
        assert_eq!(organization.aliases(second.as_str()).unwrap(), ["second@demo.mail.example.net"]);
        let third = organization.user("third");
        organization.enable_with("third", "SECOND@example.net").unwrap();
        assert_eq!(organization.aliases(third.as_str()).unwrap(), [""; 0], "somebody has it");
        let fourth = organization.user("fourth");
        organization.enable_with("fourth", "fourth@demo.mail.example.net").unwrap();
        assert_eq!(organization.aliases(fourth.as_str()).unwrap(), [""; 0], "it is the primary address");
        let staff = organization.enabled_group("staff");
        assert_eq!(organization.aliases(staff.as_str()).unwrap(), [""; 0], "groups get none");
        crate::random_operations::check_counters(organization);
    }
}
