use postroom_directory::ops::UserChanges;
use postroom_directory::user::{UserAttributes, credential};
use postroom_types::{Constrained, IdentityProviderUserIdForUpdate, UserAttribute, UserRole};

use crate::prelude::*;

fn attribute(text: &str) -> Option<UserAttribute> {
    Some(UserAttribute::parse(text).unwrap())
}

fn role(role: UserRole) -> UserChanges {
    UserChanges { role: Some(role), ..UserChanges::default() }
}

fn link(provider_id: &str) -> UserChanges {
    let provider_id = IdentityProviderUserIdForUpdate::parse(provider_id).unwrap();
    UserChanges { identity_provider_user_id: Some(provider_id), ..UserChanges::default() }
}

const PROVIDER_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

tests! {
    fn only_what_is_sent_changes(organization) {
        organization.enabled_user("alice");
        let attributes = UserAttributes { city: attribute("Bern"), office: attribute("1"), ..UserAttributes::default() };
        let first = UserChanges { attributes, hidden: Some(true), ..UserChanges::default() };
        organization.update_user("alice@example.com", first).unwrap();
        let attributes = UserAttributes { city: attribute(""), country: attribute("CH"), ..UserAttributes::default() };
        let second = UserChanges { attributes, display_name: attribute("Alice A."), ..UserChanges::default() };
        organization.update_user("alice", second).unwrap();
        organization.update_user("alice", UserChanges::default()).unwrap();
        let user = organization.describe_user("alice").unwrap();
        let expected = UserAttributes { office: attribute("1"), country: attribute("CH"), ..UserAttributes::default() };
        assert_eq!(user.attributes, expected);
        assert_eq!((user.entity.display_name.as_str(), user.entity.hidden), ("Alice A.", true));
    }

    fn only_a_disabled_user_changes_between_user_and_remote_user(organization) {
        let id = organization.enabled_user("alice");
        assert_eq!(organization.update_user("alice", role(UserRole::User)), Ok(()));
        refused!(organization.update_user("alice", role(UserRole::RemoteUser)), D::EntityState(_));
        refused!(organization.update_user("alice", role(UserRole::SystemUser)), D::Invalid(_));
        organization.disable(id.as_str()).unwrap();
        assert_eq!(organization.update_user("alice", role(UserRole::RemoteUser)), Ok(()));
        assert_eq!(organization.describe_user("alice").unwrap().role, UserRole::RemoteUser);
    }

    fn a_link_with_the_identity_provider_is_made_and_ended(organization) {
        let id = organization.user("alice");
        organization.user("bob");
        let generation = || organization.read(|tx| {
            let key = tx.organization;
            Ok::<_, D>(credential(tx, key, &id)?.unwrap().generation)
        });
        let before = generation().unwrap();
        organization.update_user("alice", link(PROVIDER_ID)).unwrap();
        assert!(generation().unwrap() > before);
        refused!(organization.update_user("bob", link(PROVIDER_ID)), D::Invalid(_));
        organization.update_user("alice", link(PROVIDER_ID)).unwrap();
        let linked = organization.describe_user("alice").unwrap().identity_provider_user_id;
        assert_eq!(linked.as_deref(), Some(PROVIDER_ID));
        organization.update_user("alice", link("")).unwrap();
        assert_eq!(organization.describe_user("alice").unwrap().identity_provider_user_id, None);
        organization.update_user("bob", link(PROVIDER_ID)).unwrap();
    }

    fn who_is_not_there_is_not_changed(organization) {
        let id = organization.user("alice");
        organization.group("staff");
        refused!(organization.update_user("bob", UserChanges::default()), D::EntityNotFound(_));
        refused!(organization.update_user("staff", UserChanges::default()), D::EntityNotFound(_));
        organization.delete_user("alice").unwrap();
        refused!(organization.update_user("alice", UserChanges::default()), D::EntityNotFound(_));
        refused!(organization.update_user(id.as_str(), UserChanges::default()), D::EntityState(_));
    }
}
