use postroom_directory::DirectoryError as D;
use postroom_directory::testing::TestOrganization;
use postroom_mailbox::MailboxError;
use postroom_mailbox::ops::update_mailbox_quota;
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::{deregister, mailbox, modules, register};

fn update(organization: &TestOrganization, identifier: &str, quota_mb: i64) -> Result<(), MailboxError> {
    let identifier = identifier.to_owned();
    organization.write(move |tx| update_mailbox_quota(tx, &identifier, quota_mb))
}

on_both_engines! { modules();
    fn within_its_bounds(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let alice = organization.user("alice");
        register(organization, "alice", "alice@example.com").unwrap();
        for quota_mb in [1, 51_200, 100] {
            assert_eq!(update(organization, "alice@example.com", quota_mb), Ok(()));
            assert_eq!(mailbox(organization, &alice).unwrap().quota_mb, quota_mb);
        }
        for quota_mb in [0, 51_201, -1] {
            let refused = Err(MailboxError::QuotaOutOfRange { quota_mb_max: 51_200 });
            assert_eq!(update(organization, "alice", quota_mb), refused);
        }
        assert_eq!(mailbox(organization, &alice).unwrap().quota_mb, 100);
        // It is the mailbox's, so it comes back with it.
        deregister(organization, "alice").unwrap();
        register(organization, "alice", "alice@example.com").unwrap();
        assert_eq!(mailbox(organization, &alice).unwrap().quota_mb, 100);
    }

    fn only_of_a_mailbox_that_is_there(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        organization.user("alice");
        organization.group("staff");
        register(organization, "staff", "staff@example.com").unwrap();
        for identifier in ["alice", "staff"] {
            let refused = update(organization, identifier, 1);
            assert!(matches!(refused, Err(MailboxError::Directory(D::EntityState(_)))), "{refused:?}");
        }
        let unknown = update(organization, "bob", 1);
        assert!(matches!(unknown, Err(MailboxError::Directory(D::EntityNotFound(_)))), "{unknown:?}");
    }
}
