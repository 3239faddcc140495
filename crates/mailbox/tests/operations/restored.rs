//! What a restore does to mailboxes.

use postroom_directory::testing::TestOrganization;
use postroom_mailbox::{Mailbox, renew_epochs};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::{deregister, mailbox, modules, register};

on_both_engines! { modules();
    fn every_mailbox_gets_another_epoch_and_nothing_else(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let owners = ["alice", "bert", "carl"].map(|name| {
            let id = organization.user(name);
            register(organization, name, &format!("{name}@example.com")).unwrap();
            id
        });
        deregister(organization, "carl").unwrap();
        let before = owners.clone().map(|owner| mailbox(organization, &owner).unwrap());
        renew_epochs(store, organization.key).unwrap();
        for (owner, before) in owners.iter().zip(before) {
            let after = mailbox(organization, owner).unwrap();
            assert_ne!(after.epoch, before.epoch, "{owner}");
            assert_eq!(Mailbox { epoch: before.epoch, ..after }, before);
        }
    }
}
