//! AssociateMemberToGroup, DisassociateMemberFromGroup, ListGroupMembers, ListGroupsForEntity.

use postroom_directory::limits::GROUP_DEPTH_MAX;
use postroom_directory::membership::groups_above;
use postroom_directory::page::{Page, PageRequest};

use crate::prelude::*;

fn names(page: Page<postroom_directory::entity::Entity>) -> Vec<String> {
    page.rows.into_iter().map(|entity| entity.name).collect()
}

tests! {
    fn users_and_groups_become_members(organization) {
        organization.enabled_group("staff");
        organization.enabled_group("board");
        organization.enabled_user("alice");
        for _ in 0..2 {
            organization.add_member("staff@example.com", "alice").unwrap();
            organization.add_member("staff", "board").unwrap();
        }
        let members = organization.members_page("staff", &first_page(100)).unwrap();
        assert_eq!(names(members), ["board", "alice"]);
        for _ in 0..2 {
            organization.remove_member("staff", "alice@example.com").unwrap();
        }
        assert_eq!(names(organization.members_page("staff", &first_page(100)).unwrap()), ["board"]);
        crate::random_operations::check_counters(organization);
    }

    fn both_must_be_enabled(organization) {
        let staff = organization.enabled_group("staff");
        organization.group("off");
        let bob = organization.user("bob");
        organization.enabled_user("alice");
        organization.enabled_resource("room");
        refused!(organization.add_member("staff", "bob"), D::EntityState(_));
        refused!(organization.add_member("off", "alice"), D::EntityState(_));
        refused!(organization.add_member("staff", "nobody"), D::EntityNotFound(_));
        refused!(organization.add_member("alice", "alice"), D::EntityNotFound(_));
        refused!(organization.add_member("staff", "room"), D::Invalid(_));
        refused!(organization.remove_member("off", "alice"), D::EntityState(_));
        refused!(organization.remove_member("staff", "nobody"), D::EntityNotFound(_));
        refused!(organization.members_page("off", &first_page(1)), D::EntityState(_));
        refused!(organization.groups_page("bob", None, &first_page(1)), D::EntityState(_));
        organization.add_member("staff", "alice").unwrap();
        organization.disable("alice").unwrap();
        assert_eq!(organization.remove_member("staff", "alice"), Ok(()), "a disabled member can leave");
        organization.delete_user("bob").unwrap();
        refused!(organization.add_member(staff.as_str(), bob.as_str()), D::EntityState(_));
    }

    fn cycles_are_refused(organization) {
        for name in ["a", "b", "c"] {
            organization.enabled_group(name);
        }
        refused!(organization.add_member("a", "a"), D::Invalid(_));
        organization.add_member("a", "b").unwrap();
        refused!(organization.add_member("b", "a"), D::Invalid(_));
        organization.add_member("b", "c").unwrap();
        refused!(organization.add_member("c", "a"), D::Invalid(_));
        organization.add_member("a", "c").unwrap();
        organization.remove_member("a", "b").unwrap();
        refused!(organization.add_member("c", "a"), D::Invalid(_));
        organization.remove_member("a", "c").unwrap();
        organization.add_member("c", "a").unwrap();
    }

    fn groups_nest_so_deep(organization) {
        let name = |n: usize| format!("g{n}");
        for n in 0..=GROUP_DEPTH_MAX + 1 {
            organization.enabled_group(&name(n));
        }
        // Joined in the middle last, so that both what is above and what is below count.
        let middle = GROUP_DEPTH_MAX / 2;
        for n in (0..GROUP_DEPTH_MAX).filter(|&n| n != middle) {
            organization.add_member(&name(n), &name(n + 1)).unwrap();
        }
        organization.add_member(&name(middle), &name(middle + 1)).unwrap();
        let (last, beyond) = (name(GROUP_DEPTH_MAX), name(GROUP_DEPTH_MAX + 1));
        refused!(organization.add_member(&last, &beyond), D::Invalid(_));
        refused!(organization.add_member(&beyond, "g0"), D::Invalid(_));
        let id = organization.describe_group(&last).unwrap().id;
        let above = organization.read(|tx| {
            let key = tx.organization;
            groups_above(tx, key, &id)
        });
        assert_eq!(above.unwrap().len(), GROUP_DEPTH_MAX);
    }

    fn members_and_groups_come_in_pages(organization) {
        organization.enabled_group("staff");
        organization.enabled_user("alice");
        for n in 0..5 {
            organization.enabled_group(&format!("G{n}"));
            organization.enabled_user(&format!("u{n}"));
            organization.add_member("staff", &format!("g{n}")).unwrap();
            organization.add_member("staff", &format!("u{n}")).unwrap();
            organization.add_member(&format!("g{n}"), "alice").unwrap();
        }
        organization.add_member("staff", "alice").unwrap();
        let mut members = Vec::new();
        let mut request = first_page(4);
        loop {
            let page = organization.members_page("staff", &request).unwrap();
            let next = page.next.clone();
            members.extend(names(page));
            match next {
                Some(after) => request = PageRequest { after, rows_max: 4 },
                None => break,
            }
        }
        members.sort();
        assert_eq!(members, ["G0", "G1", "G2", "G3", "G4", "alice", "u0", "u1", "u2", "u3", "u4"]);

        let first = organization.groups_page("alice", None, &first_page(4)).unwrap();
        let rest = PageRequest { after: first.next.clone().unwrap(), rows_max: 4 };
        assert_eq!(names(first), ["G0", "G1", "G2", "G3"]);
        assert_eq!(names(organization.groups_page("alice", None, &rest).unwrap()), ["G4", "staff"]);
        let found = organization.groups_page("alice", Some("S"), &first_page(4)).unwrap();
        assert_eq!(names(found), ["staff"]);
        let nested = organization.groups_page("g1", Some(""), &first_page(4)).unwrap();
        assert_eq!(names(nested), ["staff"]);
    }
}
