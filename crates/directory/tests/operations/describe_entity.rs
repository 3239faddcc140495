use crate::prelude::*;

tests! {
    fn by_primary_address_and_alias_of_any_kind(organization) {
        let ids =
            [organization.enabled_user("alice"), organization.enabled_group("staff"), organization.enabled_resource("room")];
        let kinds = [EntityType::User, EntityType::Group, EntityType::Resource];
        for ((id, kind), name) in ids.iter().zip(kinds).zip(["alice", "staff", "room"]) {
            organization.create_alias(id.as_str(), &format!("{name}@example.net")).unwrap();
            for domain in ["example.com", "Example.NET"] {
                let entity = organization.describe_entity(&format!("{name}@{domain}")).unwrap();
                assert_eq!((&entity.id, entity.kind, entity.name.as_str()), (id, kind, name));
            }
        }
        refused!(organization.describe_entity("bob@example.com"), D::EntityNotFound(_));
        refused!(organization.describe_entity("alice+tag@example.com"), D::EntityNotFound(_));
    }

    fn an_address_comes_before_a_name_that_looks_like_it(organization) {
        organization.user("alice@example.com");
        assert_eq!(organization.describe_user("alice@example.com").unwrap().entity.name, "alice@example.com");
        organization.enabled_user("alice");
        assert_eq!(organization.describe_user("alice@example.com").unwrap().entity.name, "alice");
    }
}
