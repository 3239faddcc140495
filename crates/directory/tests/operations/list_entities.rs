//! ListUsers, ListGroups, ListResources.

use postroom_directory::Filters;
use postroom_directory::ops::{NewUser, create_user, list_groups, list_resources};
use postroom_directory::page::PageRequest;
use postroom_directory::testing::new_user;
use postroom_types::{
    Constrained, IdentityProviderUserId, IdentityProviderUserIdPrefix, UserAttribute, UserRole,
};

use crate::prelude::*;

/// All names that pass `filters`, in pages of `rows_max`.
fn users(organization: &TestOrganization, filters: &Filters, rows_max: i64) -> Vec<String> {
    let (mut names, mut request) = (Vec::new(), first_page(rows_max));
    loop {
        let page = organization.list_users(filters, &request).unwrap();
        assert!(i64::try_from(page.rows.len()).unwrap() <= rows_max);
        names.extend(page.rows.into_iter().map(|user| user.entity.name));
        match page.next {
            Some(after) => request = PageRequest { after, rows_max },
            None => return names,
        }
    }
}

fn name(prefix: &str) -> Filters {
    Filters { name_prefix: Some(prefix.to_owned()), ..Filters::default() }
}

fn display_name(prefix: &str) -> Filters {
    Filters { display_name_prefix: Some(UserAttribute::parse(prefix).unwrap()), ..Filters::default() }
}

fn email(prefix: &str) -> Filters {
    Filters { primary_email_prefix: Some(prefix.to_owned()), ..Filters::default() }
}

fn state(state: EntityState) -> Filters {
    Filters { state: Some(state), ..Filters::default() }
}

/// A user whose display name is `shown`.
fn shown(organization: &TestOrganization, name: &str, shown: &str) {
    let display_name = UserAttribute::parse(shown).unwrap();
    let new = NewUser { display_name, ..new_user(organization.id(), name) };
    organization.write(move |tx| create_user(tx, &new)).unwrap();
}

tests! {
    fn every_page_size_gives_every_user_once(organization) {
        for name in ["d", "B", "a", "c", "E"] {
            organization.user(name);
        }
        organization.group("group");
        organization.resource("room");
        for rows_max in 1..=6 {
            assert_eq!(users(organization, &Filters::default(), rows_max), ["a", "B", "c", "d", "E"]);
        }
        let page = organization.list_users(&Filters::default(), &first_page(1)).unwrap();
        assert_eq!(page.rows[0].role, UserRole::User);
    }

    fn filters_ignore_case_and_take_all_that_begins_so(organization) {
        for name in ["ab", "ABC", "b", "a"] {
            organization.enabled_user(name);
        }
        organization.user("abd");
        assert_eq!(users(organization, &name("AB"), 1), ["ab", "ABC", "abd"]);
        assert_eq!(users(organization, &name("ab"), 9), ["ab", "ABC", "abd"]);
        assert_eq!(users(organization, &name(""), 2).len(), 5);
        assert_eq!(users(organization, &name("abdx"), 2), [""; 0]);
        assert_eq!(users(organization, &email("Ab"), 1), ["ab", "ABC"]);
        assert_eq!(users(organization, &email("ab@example.com"), 1), ["ab"]);
        assert_eq!(users(organization, &display_name("aB S"), 1), ["ab"]);
        assert_eq!(users(organization, &display_name("\u{10ffff}"), 1), [""; 0]);
    }

    fn many_of_one_display_name(organization) {
        for n in 0..7 {
            shown(organization, &format!("u{n}"), "Same");
        }
        for rows_max in [1, 2, 3, 7] {
            let mut found = users(organization, &display_name("same"), rows_max);
            found.sort();
            assert_eq!(found, ["u0", "u1", "u2", "u3", "u4", "u5", "u6"]);
        }
    }

    fn a_prefix_longer_than_order_keys(organization) {
        // Three bytes a character: the order key ends within the 128th.
        let long = "\u{20ac}".repeat(200);
        shown(organization, "x", &format!("{long}x"));
        shown(organization, "y", &format!("{long}y"));
        assert_eq!(users(organization, &display_name(&long), 1), ["x", "y"]);
        assert_eq!(users(organization, &display_name(&format!("{long}Y")), 1), ["y"]);
        assert_eq!(users(organization, &display_name(&format!("{long}z")), 1), [""; 0]);
    }

    fn the_deleted_are_seen_only_by_their_state(organization) {
        for name in ["a", "b", "c"] {
            organization.user(name);
        }
        organization.enabled_user("d");
        // The same name is deleted twice.
        for _ in 0..2 {
            organization.delete_user("b").unwrap();
            organization.user("b");
        }
        organization.delete_user("a").unwrap();
        assert_eq!(users(organization, &Filters::default(), 1), ["b", "c", "d"]);
        assert_eq!(users(organization, &name("a"), 1), [""; 0]);
        assert_eq!(users(organization, &state(EntityState::Deleted), 1), ["a", "b", "b"]);
        assert_eq!(users(organization, &state(EntityState::Disabled), 1), ["b", "c"]);
        assert_eq!(users(organization, &state(EntityState::Enabled), 1), ["d"]);
    }

    fn by_the_id_at_the_identity_provider(organization) {
        let ids = ["0123456789-00000000-0000-0000-0000-000000000001", "0123456789-00000000-0000-0000-0000-0000000000AB"];
        for (name, id) in ["first", "second"].into_iter().zip(ids) {
            let provider_id = Some(IdentityProviderUserId::parse(id).unwrap());
            let new = NewUser { identity_provider_user_id: provider_id, ..new_user(organization.id(), name) };
            organization.write(move |tx| create_user(tx, &new)).unwrap();
        }
        organization.user("third");
        let by = |prefix: &str| Filters {
            identity_provider_user_id_prefix: Some(IdentityProviderUserIdPrefix::parse(prefix).unwrap()),
            ..Filters::default()
        };
        assert_eq!(users(organization, &by("0123456789-"), 1), ["first", "second"]);
        assert_eq!(users(organization, &by(&ids[1].to_lowercase()), 1), ["second"]);
        let page = organization.list_users(&by(ids[0]), &first_page(1)).unwrap();
        assert_eq!(page.rows[0].identity_provider_user_id.as_deref(), Some(ids[0]));
    }

    fn one_filter_a_request(organization) {
        let two = Filters { state: Some(EntityState::Enabled), ..name("a") };
        refused!(organization.list_users(&two, &first_page(1)), D::Invalid(_));
        let bad = PageRequest { after: vec![0], rows_max: 1 };
        refused!(organization.list_users(&Filters::default(), &bad), D::Invalid(_));
    }

    fn groups_and_resources_too(organization) {
        organization.enable(&organization.group("All staff"), "all");
        organization.group("board");
        organization.enabled_resource("room");
        organization.user("alice");
        let groups = |filters: Filters| {
            let page = organization.read(|tx| list_groups(tx, &filters, &first_page(100))).unwrap();
            page.rows.into_iter().map(|group| group.name).collect::<Vec<_>>()
        };
        assert_eq!(groups(Filters::default()), ["All staff", "board"]);
        assert_eq!(groups(name("ALL ")), ["All staff"]);
        assert_eq!(groups(state(EntityState::Disabled)), ["board"]);
        let resources = organization.read(|tx| list_resources(tx, &email("r"), &first_page(100))).unwrap().rows;
        assert_eq!(resources.len(), 1);
        assert_eq!(resources[0].entity.name, "room");
    }
}
