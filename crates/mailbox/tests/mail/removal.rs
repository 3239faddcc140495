//! An organization is removed while its mailboxes are written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use postroom_mailbox::Flags;
use postroom_mailbox::items::append;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, StoreError, on_both_engines, parameters};
use postroom_types::Timestamp;

use crate::fixture::{Fixture, modules};

postroom_store::statements! {
    LEFT = "SELECT (SELECT COUNT(*) FROM items WHERE organization = $1) + (SELECT COUNT(*) FROM contents
        WHERE organization = $1) + (SELECT COUNT(*) FROM bodies WHERE organization = $1) + (SELECT COUNT(*)
        FROM change_log WHERE organization = $1) + (SELECT COUNT(*) FROM folders WHERE organization = $1)";
}

on_both_engines! { modules();
    fn what_is_written_beside_the_removal_of_an_organization_goes_too(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (inbox, organization, written) = (fixture.inbox(), fixture.organization, AtomicU32::new(0));
        let message = Arc::new(fixture.message("hello"));
        let write = || {
            let (message, at) = (Arc::clone(&message), Timestamp::from_seconds(1_000));
            fixture.change(move |mail| append(mail, inbox, &message, Flags::default(), at))
        };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| while write().is_ok() { written.fetch_add(1, Ordering::Relaxed); });
            }
            while written.load(Ordering::Relaxed) < 20 {
                std::thread::yield_now();
            }
            block_on(store.remove_organization(organization)).unwrap();
        });
        if store.is_postgres() {
            let left = store.read_blocking::<_, StoreError, _>(Place::Organization(organization), move |read| {
                Ok(read.query_first(&LEFT, parameters![organization.0])?.map(|mut row| row.take::<i64>(0)))
            });
            assert_eq!(left.unwrap(), Some(0));
        }
    }
}
