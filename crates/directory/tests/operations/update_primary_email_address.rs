use crate::prelude::*;

tests! {
    fn the_former_address_stays_as_an_alias(organization) {
        for id in [organization.enabled_user("a"), organization.enabled_group("b"), organization.enabled_resource("c")] {
            let former = organization.email_of(&id);
            let new = format!("new-{former}");
            organization.update_primary(id.as_str(), &new).unwrap();
            assert_eq!(organization.email_of(&id), new);
            assert_eq!(organization.aliases(id.as_str()).unwrap(), [former.as_str()]);
        }
        crate::random_operations::check_counters(organization);
    }

    fn an_alias_of_its_own_swaps(organization) {
        let id = organization.enabled_user("a");
        organization.create_alias(id.as_str(), "b@example.com").unwrap();
        organization.update_primary("a@example.com", "B@example.com").unwrap();
        let user = organization.describe_user("a").unwrap().entity;
        assert_eq!((user.email.as_deref(), user.aliases_count), (Some("B@example.com"), 1));
        assert_eq!(organization.aliases(id.as_str()).unwrap(), ["a@example.com"]);
        organization.update_primary("a", "b@example.com").unwrap();
        assert_eq!(organization.aliases(id.as_str()).unwrap(), ["a@example.com"], "it has it already");
    }

    fn refusals(organization) {
        organization.enabled_user("alice");
        let bob = organization.enabled_user("bob");
        organization.user("carol");
        organization.create_alias(bob.as_str(), "b@example.com").unwrap();
        refused!(organization.update_primary("nobody", "x@example.com"), D::EntityNotFound(_));
        refused!(organization.update_primary("carol", "x@example.com"), D::EntityState(_));
        refused!(organization.update_primary("alice", "bob@example.com"), D::AddressInUse(_));
        refused!(organization.update_primary("alice", "b@example.com"), D::AddressInUse(_));
        refused!(organization.update_primary("alice", "x@unknown.example"), D::DomainNotFound(_));
        refused!(organization.update_primary("alice", "x@pending.example"), D::DomainNotVerified(_));
        refused!(organization.update_primary("alice", "amazonjournaling@example.com"), D::Invalid(_));
    }
}
