use postroom_directory::limits::ALIASES_MAX;

use crate::prelude::*;

tests! {
    fn an_alias_leads_to_its_entity(organization) {
        let id = organization.enabled_user("alice");
        for _ in 0..2 {
            organization.create_alias(id.as_str(), "Al@example.net").unwrap();
        }
        assert_eq!(organization.describe_entity("al@EXAMPLE.net").unwrap().id, id);
        assert_eq!(organization.describe_user("al@example.net").unwrap().entity.aliases_count, 1);
        organization.create_alias(id.as_str(), "alice@example.com").unwrap();
        assert_eq!(organization.aliases(id.as_str()).unwrap(), ["Al@example.net"], "its primary address is none");
    }

    fn refusals(organization) {
        let alice = organization.enabled_user("alice");
        let bob = organization.user("bob");
        let id = alice.as_str();
        refused!(organization.create_alias("alice", "al@example.com"), D::EntityNotFound(_));
        refused!(organization.create_alias(bob.as_str(), "b@example.com"), D::EntityState(_));
        refused!(organization.create_alias(id, "al@unknown.example"), D::DomainNotFound(_));
        refused!(organization.create_alias(id, "al@pending.example"), D::DomainNotVerified(_));
        refused!(organization.create_alias(id, "amazonjournaling@example.com"), D::Invalid(_));
        organization.enabled_group("staff");
        refused!(organization.create_alias(id, "Staff@example.com"), D::AddressInUse(_));
        assert_eq!(organization.describe_user("alice").unwrap().entity.aliases_count, 0);
        organization.delete_user("bob").unwrap();
        refused!(organization.create_alias(bob.as_str(), "b@example.com"), D::EntityState(_));
    }

    fn up_to_the_limit(organization) {
        let id = organization.enabled_user("alice");
        for n in 0..ALIASES_MAX {
            organization.create_alias(id.as_str(), &format!("a{n}@example.com")).unwrap();
        }
        refused!(organization.create_alias(id.as_str(), "more@example.com"), D::LimitExceeded(_));
        assert_eq!(organization.create_alias(id.as_str(), "a0@example.com"), Ok(()), "it has this one");
        refused!(organization.update_primary("alice", "more@example.com"), D::Invalid(_));
        assert_eq!(organization.update_primary("alice", "a0@example.com"), Ok(()), "a swap adds none");
        organization.delete_alias(id.as_str(), "a1@example.com").unwrap();
        organization.create_alias(id.as_str(), "more@example.com").unwrap();
    }
}
