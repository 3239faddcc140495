use postroom_directory::ops::{NewResource, create_resource};
use postroom_directory::resource::BookingOptions;
use postroom_directory::testing::new_resource;
use postroom_types::{Constrained, ResourceDescription, ResourceType};

use crate::prelude::*;

tests! {
    fn a_new_resource_accepts_and_declines_conflicts(organization) {
        let id = organization.resource("room");
        let resource = organization.describe_resource("ROOM").unwrap();
        assert_eq!((resource.entity.id, resource.entity.state), (id, EntityState::Disabled));
        assert_eq!((resource.resource_type, resource.description), (ResourceType::Room, None));
        let booking = BookingOptions {
            auto_accept_requests: true,
            auto_decline_recurring_requests: false,
            auto_decline_conflicting_requests: true,
        };
        assert_eq!((resource.booking, resource.delegates_count), (booking, 0));
    }

    fn names_and_ids_are_checked(organization) {
        organization.user("taken");
        refused!(organization.create_resource("taken"), D::NameTaken(_));
        refused!(organization.create_resource("amazonjournaling"), D::NameReserved(_));
        let create = |new: NewResource| organization.write(move |tx| create_resource(tx, &new));
        refused!(create(new_resource(organization.id(), "room")), D::Invalid(_));
        let description = Some(ResourceDescription::parse("a\0b").unwrap());
        let new = NewResource { description, ..new_resource(organization.resource_id(), "room") };
        refused!(create(new), D::Invalid(_));
    }
}
