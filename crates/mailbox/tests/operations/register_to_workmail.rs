//! RegisterToWorkMail and DeregisterFromWorkMail.

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::DirectoryError as D;
use postroom_directory::ops::{NewUser, delete_user, import_user};
use postroom_directory::testing::{TestOrganization, address, new_user};
use postroom_mailbox::limits::{DETACHED_KEPT, QUOTA_MB_MAX};
use postroom_mailbox::ops::{Registration, register_to_workmail};
use postroom_mailbox::{MailboxEpoch, MailboxError};
use postroom_store::testing::TestStore;
use postroom_store::{ManualClock, Options, on_both_engines};
use postroom_types::{Timestamp, UserRole};

use crate::{deregister, mailbox, modules, register};

on_both_engines! { modules();
    fn users_and_resources_get_a_mailbox(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let (alice, room) = (organization.user("alice"), organization.resource("room"));
        let staff = organization.group("staff");
        let remote = NewUser { role: UserRole::RemoteUser, ..new_user(organization.id(), "remote") };
        let remote_id = remote.id.clone();
        organization.write(move |tx| import_user(tx, &remote)).unwrap();
        for name in ["alice", "room", "staff", "remote"] {
            assert_eq!(register(organization, name, &format!("{name}@example.com")), Ok(()));
        }
        let (first, second) = (mailbox(organization, &alice).unwrap(), mailbox(organization, &room).unwrap());
        assert_eq!((first.quota_mb, first.size_bytes, first.shard), (QUOTA_MB_MAX, 0, 0));
        assert!(first.is_attached && first.detached_at.is_none());
        assert_ne!(first.key, second.key);
        assert_ne!(first.epoch, second.epoch);
        assert_eq!(mailbox(organization, &staff), None);
        assert_eq!(mailbox(organization, &remote_id), None);
        // Again with the same address: no other mailbox.
        assert_eq!(register(organization, "alice", "alice@example.com"), Ok(()));
        assert_eq!(mailbox(organization, &alice), Some(first));
    }

    fn a_refused_registration_leaves_no_mailbox(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let alice = organization.user("alice");
        let refused = register(organization, "alice", "alice@pending.example");
        assert!(matches!(refused, Err(MailboxError::Directory(D::DomainNotVerified(_)))), "{refused:?}");
        assert_eq!(mailbox(organization, &alice), None);
    }

    fn the_mailbox_comes_back_within_thirty_days(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000)));
        store.reopen_with(Options { clock: clock.clone(), ..store.options() });
        let organization = &TestOrganization::in_store(store);
        let alice = organization.user("alice");
        register(organization, "alice", "alice@example.com").unwrap();
        let first = mailbox(organization, &alice).unwrap();
        deregister(organization, "alice").unwrap();
        let detached = mailbox(organization, &alice).unwrap();
        assert!(!detached.is_attached && detached.detached_at.is_some());
        clock.advance(DETACHED_KEPT);
        // Once more changes nothing: the days count from the first time.
        deregister(organization, "alice").unwrap();
        assert_eq!(mailbox(organization, &alice), Some(detached));
        register(organization, "alice", "other@example.com").unwrap();
        assert_eq!(mailbox(organization, &alice), Some(first.clone()), "the epoch too");
        deregister(organization, "alice").unwrap();
        clock.advance(DETACHED_KEPT + Duration::from_micros(1));
        register(organization, "alice", "alice@example.com").unwrap();
        let second = mailbox(organization, &alice).unwrap();
        assert_ne!((second.key, second.epoch), (first.key, first.epoch));
        assert!(second.is_attached);
    }

    fn another_user_of_the_same_name_gets_another_mailbox(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let first = organization.user("alice");
        register(organization, "alice", "alice@example.com").unwrap();
        deregister(organization, "alice").unwrap();
        organization.write(|tx| delete_user(tx, "alice")).unwrap();
        let second = organization.user("alice");
        register(organization, "alice", "alice@example.com").unwrap();
        assert!(!mailbox(organization, &first).unwrap().is_attached, "it is kept");
        assert_ne!(mailbox(organization, &first).unwrap().key, mailbox(organization, &second).unwrap().key);
    }

    fn an_import_keeps_the_date(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let alice = organization.user("alice");
        let at = Timestamp::from_seconds(1_000);
        let registration = Registration {
            email: address("alice@example.com"),
            epoch: MailboxEpoch::mint([0xff; 8]),
            at: Some(at),
            provisioned_at: None,
        };
        organization.write(move |tx| register_to_workmail(tx, "alice", &registration)).unwrap();
        let mailbox = mailbox(organization, &alice).unwrap();
        assert_eq!((mailbox.provisioned_at, mailbox.epoch.number()), (at, i64::MAX));
    }
}
