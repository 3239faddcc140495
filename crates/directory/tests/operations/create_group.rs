use crate::prelude::*;

tests! {
    fn a_new_group_is_disabled_and_empty(organization) {
        let id = organization.group("All Staff");
        let group = organization.describe_group(id.as_str()).unwrap();
        assert_eq!((group.kind, group.state, group.email), (EntityType::Group, EntityState::Disabled, None));
        assert_eq!(group.name, "All Staff");
        refused!(organization.create_group("ALL staff"), D::NameTaken(_));
        refused!(organization.create_group("amazonjournaling"), D::NameReserved(_));
    }

    fn the_longest_name_is_unique_as_a_whole(organization) {
        // Its fold key is longer than order keys are.
        let name = "\u{bd}".repeat(256);
        assert_eq!(organization.create_group(&name), Ok(()));
        refused!(organization.create_group(&name), D::NameTaken(_));
        assert_eq!(organization.create_group(&format!("{}x", "\u{bd}".repeat(255))), Ok(()));
    }
}
