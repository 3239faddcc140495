use crate::prelude::*;

tests! {
    fn an_alias_is_free_again(organization) {
        let alice = organization.enabled_user("alice");
        let bob = organization.enabled_user("bob");
        organization.create_alias(alice.as_str(), "al@example.com").unwrap();
        for _ in 0..2 {
            organization.delete_alias(alice.as_str(), "AL@example.com").unwrap();
        }
        assert_eq!(organization.describe_user("alice").unwrap().entity.aliases_count, 0);
        organization.create_alias(bob.as_str(), "al@example.com").unwrap();
        organization.delete_alias(alice.as_str(), "al@example.com").unwrap();
        assert_eq!(organization.describe_entity("al@example.com").unwrap().id, bob, "it was not hers");
    }

    fn refusals(organization) {
        let alice = organization.enabled_user("alice");
        let bob = organization.user("bob");
        refused!(organization.delete_alias(alice.as_str(), "alice@example.com"), D::Invalid(_));
        refused!(organization.delete_alias(bob.as_str(), "b@example.com"), D::EntityState(_));
        refused!(organization.delete_alias("alice", "al@example.com"), D::EntityNotFound(_));
    }
}
