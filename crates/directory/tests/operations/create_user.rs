use postroom_directory::ops::{EntityDates, NewUser, create_user, import_user};
use postroom_directory::testing::new_user;
use postroom_directory::user::UserAttributes;
use postroom_types::{Constrained, IdentityProviderUserId, Timestamp, UserAttribute, UserRole};

use crate::prelude::*;

fn create(organization: &TestOrganization, new: NewUser) -> Result<(), D> {
    organization.write(move |tx| create_user(tx, &new))
}

const PROVIDER_ID: &str = "0123456789-01234567-89ab-cdef-0123-456789abcdef";

fn linked(organization: &TestOrganization, name: &str, provider_id: &str) -> NewUser {
    let provider_id = IdentityProviderUserId::parse(provider_id).unwrap();
    NewUser { identity_provider_user_id: Some(provider_id), ..new_user(organization.id(), name) }
}

tests! {
    fn a_new_user_is_disabled_and_has_no_address(organization) {
        let id = organization.user("alice");
        for identifier in [id.as_str(), "alice", "ALICE"] {
            let user = organization.describe_user(identifier).unwrap();
            assert_eq!(user.entity.id, id);
            assert_eq!((user.entity.state, user.role), (EntityState::Disabled, UserRole::User));
            assert_eq!((user.entity.email, user.entity.enabled_at, user.entity.hidden), (None, None, false));
            assert_eq!(user.entity.display_name, "alice shown");
        }
        refused!(organization.describe_user("bob"), D::EntityNotFound(_));
        refused!(organization.describe_group("alice"), D::EntityNotFound(_));
    }

    fn names_are_unique_over_all_kinds_without_regard_to_case(organization) {
        organization.user("alice");
        organization.group("staff");
        organization.resource("room");
        for taken in ["alice", "Alice", "STAFF", "room"] {
            refused!(organization.create_user(taken), D::NameTaken(_));
        }
        refused!(organization.create_group("ALICE"), D::NameTaken(_));
        refused!(organization.create_resource("Staff"), D::NameTaken(_));
    }

    fn reserved_names_are_refused(organization) {
        refused!(organization.create_user("AmazonJournaling"), D::NameReserved(_));
        refused!(organization.create_user("amazonjournaling@example.com"), D::NameReserved(_));
        assert_eq!(organization.create_user("journaling"), Ok(()));
    }

    fn only_two_roles_may_be_given(organization) {
        for role in [UserRole::Resource, UserRole::SystemUser] {
            let new = NewUser { role, ..new_user(organization.id(), "alice") };
            refused!(create(organization, new.clone()), D::Invalid(_));
            let id = new.id.clone();
            organization.write(move |tx| import_user(tx, &NewUser { name: new.name.clone(), ..new.clone() })).unwrap();
            assert_eq!(organization.describe_user("alice").unwrap().role, role);
            assert_eq!(organization.delete_user(id.as_str()), Ok(()));
        }
        let new = NewUser { role: UserRole::RemoteUser, ..new_user(organization.id(), "alice") };
        assert_eq!(create(organization, new), Ok(()));
    }

    fn an_id_at_the_identity_provider_belongs_to_one_user(organization) {
        assert_eq!(create(organization, linked(organization, "alice", PROVIDER_ID)), Ok(()));
        let again = linked(organization, "bob", &PROVIDER_ID.to_uppercase().replace("ABCDEF", "abcdef"));
        refused!(create(organization, again), D::Invalid(_));
        // The refusal has left nothing behind.
        assert_eq!(organization.create_user("bob"), Ok(()));
        assert_eq!(organization.delete_user("alice"), Ok(()));
        assert_eq!(create(organization, linked(organization, "carol", PROVIDER_ID)), Ok(()));
    }

    fn an_import_keeps_ids_and_dates(organization) {
        let (created_at, disabled_at) = (Timestamp::from_seconds(1_000), Timestamp::from_seconds(3_000));
        let dates = EntityDates { created_at: Some(created_at), disabled_at: Some(disabled_at), enabled_at: None };
        let id = EntityId::from_store("S-1-1-12-1234567890-123456789-123456789-1234".to_owned());
        let attributes =
            UserAttributes { city: Some(UserAttribute::parse("Zürich").unwrap()), ..UserAttributes::default() };
        let new = NewUser { dates, attributes: attributes.clone(), ..new_user(id.clone(), "alice") };
        assert_eq!(create(organization, new.clone()), Ok(()));
        let user = organization.describe_user(id.as_str()).unwrap();
        assert_eq!((user.entity.created_at, user.entity.disabled_at), (created_at, Some(disabled_at)));
        assert_eq!(user.attributes, attributes);
        let taken = NewUser { name: "bob".try_into().unwrap(), ..new };
        refused!(create(organization, taken), D::Invalid(_));
    }

    fn an_imported_id_must_be_one(organization) {
        for bad in ["short", "alice@example.com", "has a blank in it", "has\0nul-in-the-id", &"x".repeat(257)] {
            let new = new_user(EntityId::from_store(bad.to_owned()), "alice");
            refused!(create(organization, new), D::Invalid(_));
        }
    }

    fn a_text_that_no_engine_holds_is_refused(organization) {
        let nul = UserAttribute::parse("a\0b").unwrap();
        let new = NewUser { display_name: nul.clone(), ..new_user(organization.id(), "alice") };
        refused!(create(organization, new), D::Invalid(_));
        let attributes = UserAttributes { last_name: Some(nul), ..UserAttributes::default() };
        let new = NewUser { attributes, ..new_user(organization.id(), "alice") };
        refused!(create(organization, new), D::Invalid(_));
        refused!(organization.describe_user("twelve\0characters"), D::EntityNotFound(_));
    }
}
