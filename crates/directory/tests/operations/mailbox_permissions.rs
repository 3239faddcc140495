//! PutMailboxPermissions, DeleteMailboxPermissions, ListMailboxPermissions.

use postroom_directory::page::PageRequest;
use postroom_directory::settings::Compatibility;
use postroom_types::PermissionType::{FullAccess, SendAs, SendOnBehalf};

use crate::prelude::*;

tests! {
    fn a_set_replaces_the_one_before(organization) {
        organization.enabled_user("alice");
        let bob = organization.enabled_user("bob");
        let permissions = || {
            let rows = organization.permissions_page("alice", &first_page(100)).unwrap().rows;
            rows.into_iter().map(|grant| {
                assert_eq!((&grant.grantee, grant.kind), (&bob, EntityType::User));
                grant.permissions.into_iter().collect::<Vec<_>>()
            }).collect::<Vec<_>>()
        };
        organization.permit("alice", "bob", &[SendAs, FullAccess, SendAs]).unwrap();
        assert_eq!(permissions(), [[FullAccess, SendAs]]);
        organization.permit("alice@example.com", "bob@example.com", &[SendOnBehalf]).unwrap();
        assert_eq!(permissions(), [[SendOnBehalf]]);
        organization.permit("alice", "bob", &[]).unwrap();
        assert!(permissions().is_empty());
        organization.permit("alice", "bob", &[]).unwrap();
        organization.permit("alice", "bob", &[SendAs]).unwrap();
        for _ in 0..2 {
            organization.forbid("alice", "bob").unwrap();
        }
        assert!(permissions().is_empty());
        crate::random_operations::check_counters(organization);
    }

    fn what_means_nothing_is_refused(organization) {
        organization.enabled_user("alice");
        organization.enabled_group("staff");
        organization.enabled_resource("room");
        refused!(organization.permit("alice", "room", &[SendAs]), D::Invalid(_));
        refused!(organization.permit("alice", "alice", &[SendAs]), D::Invalid(_));
        refused!(organization.permit("staff", "alice", &[SendAs, FullAccess]), D::Invalid(_));
        organization.permit("staff", "alice", &[SendAs, SendOnBehalf]).unwrap();
        organization.permit("room", "staff", &[FullAccess]).unwrap();
        organization.choose(Compatibility { full_access_for_groups: false, ..Compatibility::default() });
        refused!(organization.permit("alice", "staff", &[FullAccess]), D::Invalid(_));
        organization.permit("alice", "staff", &[SendAs]).unwrap();
    }

    fn both_must_be_there_and_enabled(organization) {
        organization.enabled_user("alice");
        let bob = organization.user("bob");
        refused!(organization.permit("alice", "bob", &[SendAs]), D::EntityState(_));
        refused!(organization.permit("bob", "alice", &[SendAs]), D::EntityState(_));
        refused!(organization.permit("alice", "nobody", &[SendAs]), D::EntityNotFound(_));
        refused!(organization.permit("nobody", "alice", &[SendAs]), D::EntityNotFound(_));
        refused!(organization.forbid("bob", "alice"), D::EntityState(_));
        refused!(organization.forbid("alice", "nobody"), D::EntityNotFound(_));
        refused!(organization.permissions_page("nobody", &first_page(1)), D::EntityNotFound(_));
        organization.enable(&bob, "bob");
        organization.permit("alice", "bob", &[SendAs]).unwrap();
        organization.disable("bob").unwrap();
        assert_eq!(organization.permissions_page("alice", &first_page(1)).unwrap().rows.len(), 1);
        assert_eq!(organization.forbid("alice", "bob"), Ok(()), "what a disabled grantee has can be taken");
        organization.delete_user("bob").unwrap();
        refused!(organization.forbid("alice", bob.as_str()), D::EntityState(_));
    }

    fn grantees_come_in_pages(organization) {
        organization.enabled_user("alice");
        for n in 0..5 {
            organization.enabled_user(&format!("u{n}"));
            organization.permit("alice", &format!("u{n}"), &[SendAs]).unwrap();
        }
        let first = organization.permissions_page("alice", &first_page(3)).unwrap();
        let rest = PageRequest { after: first.next.unwrap(), rows_max: 3 };
        let second = organization.permissions_page("alice", &rest).unwrap();
        assert_eq!((first.rows.len(), second.rows.len(), second.next), (3, 2, None));
        assert!(first.rows.iter().all(|grant| !second.rows.contains(grant)));
    }
}
