use postroom_directory::DirectoryError as D;
use postroom_directory::testing::TestOrganization;
use postroom_mailbox::MailboxError;
use postroom_mailbox::ops::get_mailbox_details;
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::{deregister, modules, register};

on_both_engines! { modules();
    fn only_while_there_is_a_mailbox(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let alice = organization.user("alice");
        let details = || organization.read(|tx| get_mailbox_details(tx, "alice"));
        assert_eq!(details(), Err(MailboxError::NoMailbox(alice.clone())));
        register(organization, "alice", "alice@example.com").unwrap();
        assert_eq!(details().unwrap().quota_mb, 51_200);
        assert!(details().unwrap().size_mb().abs() < f64::EPSILON);
        assert!(organization.read(|tx| get_mailbox_details(tx, "ALICE@example.com")).is_ok());
        deregister(organization, "alice").unwrap();
        assert_eq!(details(), Err(MailboxError::NoMailbox(alice)));
        let unknown = organization.read(|tx| get_mailbox_details(tx, "bob"));
        assert!(matches!(unknown, Err(MailboxError::Directory(D::EntityNotFound(_)))), "{unknown:?}");
    }
}
