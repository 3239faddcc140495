use postroom_directory::ops::ResourceChanges;
use postroom_directory::resource::BookingOptions;
use postroom_types::{Constrained, NewResourceDescription, ResourceName, ResourceType};

use crate::prelude::*;

fn name(name: &str) -> ResourceChanges {
    ResourceChanges { name: Some(ResourceName::parse(name).unwrap()), ..ResourceChanges::default() }
}

fn description(text: &str) -> ResourceChanges {
    let description = Some(NewResourceDescription::parse(text).unwrap());
    ResourceChanges { description, ..ResourceChanges::default() }
}

fn accepting(auto_accept_requests: bool) -> ResourceChanges {
    let booking = BookingOptions { auto_accept_requests, ..BookingOptions::default() };
    ResourceChanges { booking: Some(booking), ..ResourceChanges::default() }
}

tests! {
    fn only_what_is_sent_changes(organization) {
        organization.resource("room");
        organization.update_resource("room", description("by the lake")).unwrap();
        let changes = ResourceChanges {
            resource_type: Some(ResourceType::Equipment),
            hidden: Some(true),
            ..ResourceChanges::default()
        };
        organization.update_resource("room", changes).unwrap();
        let resource = organization.describe_resource("room").unwrap();
        assert_eq!(resource.description.as_deref(), Some("by the lake"));
        assert_eq!((resource.resource_type, resource.entity.hidden), (ResourceType::Equipment, true));
        assert_eq!(resource.booking, BookingOptions::default());
        organization.update_resource("room", description("")).unwrap();
        assert_eq!(organization.describe_resource("room").unwrap().description, None);
        refused!(organization.update_resource("room", description("a\0b")), D::Invalid(_));
    }

    fn a_new_name_frees_the_old_one(organization) {
        let id = organization.enabled_resource("room");
        organization.user("alice");
        refused!(organization.update_resource("room", name("Alice")), D::NameTaken(_));
        refused!(organization.update_resource("room", name("amazonjournaling")), D::Invalid(_));
        organization.update_resource("room", name("ROOM")).unwrap();
        assert_eq!(organization.describe_resource("room").unwrap().entity.name, "ROOM");
        organization.update_resource("room", name("hall")).unwrap();
        let resource = organization.describe_resource("hall").unwrap();
        assert_eq!((&resource.entity.id, resource.entity.name.as_str()), (&id, "hall"));
        assert_eq!(resource.entity.email.as_deref(), Some("room@example.com"), "the address stays");
        assert_eq!(organization.create_user("room"), Ok(()));
    }

    fn without_delegates_it_must_accept(organization) {
        organization.enabled_resource("room");
        organization.enabled_user("alice");
        refused!(organization.update_resource("room", accepting(false)), D::InvalidConfiguration(_));
        assert!(organization.describe_resource("room").unwrap().booking.auto_accept_requests);
        organization.add_delegate("room", "alice").unwrap();
        organization.update_resource("room", accepting(false)).unwrap();
        assert!(!organization.describe_resource("room").unwrap().booking.auto_accept_requests);
        organization.update_resource("room", description("still without")).unwrap();
    }

    fn what_is_not_there_is_not_changed(organization) {
        let id = organization.resource("room");
        refused!(organization.update_resource("hall", name("x")), D::EntityNotFound(_));
        organization.delete_resource("room").unwrap();
        refused!(organization.update_resource(id.as_str(), name("x")), D::EntityState(_));
    }
}
