//! Who watches a folder is told after the commit.

use std::time::Duration;

use postroom_mailbox::{Flags, Role};
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on};

use crate::fixture::{Fixture, modules};

on_both_engines! { modules();
    fn a_change_of_the_folder_is_told_and_no_other(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, archive) = (fixture.inbox(), fixture.role(Role::Archive).key);
        let mut here = fixture.mailboxes.watch(fixture.place(inbox));
        let mut there = fixture.mailboxes.watch(fixture.place(archive));
        fixture.append(inbox, Flags::NONE);
        block_on(here.changed());
        let quiet = block_on(async { tokio::time::timeout(Duration::ZERO, there.changed()).await });
        assert!(quiet.is_err(), "nothing happened there");
        fixture.append(archive, Flags::NONE);
        block_on(there.changed());
    }

    fn another_node_hears_of_it(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let Some(other) = store.another_node() else { return };
        let keyring = block_on(postroom_store::seal::Keyring::open_with_file(other.clone(), &fixture.master_key()));
        let elsewhere = postroom_mailbox::Mailboxes::new(other.clone(), keyring.unwrap());
        let mut watch = elsewhere.watch(fixture.place(fixture.inbox()));
        fixture.append(fixture.inbox(), Flags::NONE);
        let heard = block_on(async { tokio::time::timeout(Duration::from_secs(20), watch.changed()).await });
        assert!(heard.is_ok());
        other.close();
    }
}
