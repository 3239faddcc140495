//! AssociateDelegateToResource, DisassociateDelegateFromResource, ListResourceDelegates.

use postroom_directory::ops::ResourceChanges;
use postroom_directory::page::PageRequest;
use postroom_directory::resource::BookingOptions;

use crate::prelude::*;

tests! {
    fn users_and_groups_become_delegates(organization) {
        organization.enabled_resource("room");
        let alice = organization.enabled_user("alice");
        let staff = organization.enabled_group("staff");
        for _ in 0..2 {
            organization.add_delegate("room", "alice@example.com").unwrap();
            organization.add_delegate("room@example.com", "staff").unwrap();
        }
        let first = organization.delegates_page("room", &first_page(1)).unwrap();
        let rest = PageRequest { after: first.next.clone().unwrap(), rows_max: 1 };
        let second = organization.delegates_page("room", &rest).unwrap();
        assert_eq!(second.next, None);
        let both = [first.rows, second.rows].concat().into_iter().map(|delegate| (delegate.id, delegate.kind));
        assert_eq!(both.collect::<Vec<_>>(), [(alice, EntityType::User), (staff, EntityType::Group)]);
        for _ in 0..2 {
            organization.remove_delegate("room", "alice").unwrap();
        }
        assert_eq!(organization.describe_resource("room").unwrap().delegates_count, 1);
        crate::random_operations::check_counters(organization);
    }

    fn refusals(organization) {
        organization.enabled_resource("room");
        organization.enabled_resource("hall");
        organization.resource("off");
        organization.enabled_user("alice");
        let bob = organization.user("bob");
        refused!(organization.add_delegate("room", "bob"), D::EntityState(_));
        refused!(organization.add_delegate("off", "alice"), D::EntityState(_));
        refused!(organization.add_delegate("room", "nobody"), D::EntityNotFound(_));
        refused!(organization.add_delegate("alice", "alice"), D::EntityNotFound(_));
        refused!(organization.add_delegate("room", "hall"), D::Invalid(_));
        refused!(organization.remove_delegate("off", "alice"), D::EntityState(_));
        refused!(organization.remove_delegate("room", "nobody"), D::EntityNotFound(_));
        refused!(organization.delegates_page("off", &first_page(1)), D::EntityState(_));
        refused!(organization.delegates_page("alice", &first_page(1)), D::EntityNotFound(_));
        organization.delete_user("bob").unwrap();
        refused!(organization.remove_delegate("room", bob.as_str()), D::EntityState(_));
    }

    fn the_last_one_stays_while_it_is_needed(organization) {
        organization.enabled_resource("room");
        organization.enabled_user("alice");
        organization.enabled_user("bob");
        organization.add_delegate("room", "alice").unwrap();
        organization.add_delegate("room", "bob").unwrap();
        let booking = |auto_accept_requests| ResourceChanges {
            booking: Some(BookingOptions { auto_accept_requests, ..BookingOptions::default() }),
            ..ResourceChanges::default()
        };
        organization.update_resource("room", booking(false)).unwrap();
        organization.remove_delegate("room", "bob").unwrap();
        refused!(organization.remove_delegate("room", "alice"), D::Invalid(_));
        assert_eq!(organization.describe_resource("room").unwrap().delegates_count, 1);
        assert_eq!(organization.remove_delegate("room", "bob"), Ok(()), "no delegate any more");
        organization.update_resource("room", booking(true)).unwrap();
        organization.remove_delegate("room", "alice").unwrap();
    }
}
