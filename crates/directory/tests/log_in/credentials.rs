//! Who is let in, by what.

use postroom_directory::log_in::{Method, Shown, WhyNot};
use postroom_directory::ops::*;
use postroom_directory::testing::modules;
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use postroom_types::Constrained;
use postroom_types::EmailAddress;

use crate::support::{Fixture, PASSWORD, fixture};

impl Fixture {
    fn alias(&self, user: &postroom_types::EntityId, address: &str) {
        let (user, address) = (user.clone(), EmailAddress::parse(address).unwrap());
        self.write(move |tx| create_alias(tx, user.as_str(), &address).map(drop)).unwrap();
    }
}

on_both_engines! { modules();
    fn the_right_password_lets_in_by_every_address_in_any_case(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        demo.alias(&alice, &demo.address("sales"));
        for name in ["alice", "Alice", "ALICE", "sales", "SaLes"] {
            for address in [demo.address(name), demo.address(name).to_uppercase()] {
                let logged_in = demo.log_in(&address, PASSWORD).unwrap();
                assert_eq!((logged_in.organization(), logged_in.entity()), (demo.key, &alice), "{address}");
                assert_eq!(logged_in.address(), demo.address("alice"));
                assert_eq!((logged_in.organization_id(), logged_in.method()), (&demo.id, &Method::Password));
                assert!(demo.still_allowed(&logged_in));
            }
        }
    }

    fn nothing_else_does_and_the_peer_learns_nothing(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let alice = demo.address("alice");
        let wrong = "x".repeat(100_000);
        for password in ["", "abcdefg1", "Abcdefg1 ", "Abcdefg1\0", wrong.as_str()] {
            // Another address each: five failures from one are throttled.
            let from = format!("192.0.2.{}", password.len() % 200);
            let refusal = demo.attempt(crate::support::by_imap(&alice, password, &from)).unwrap_err();
            assert_eq!(refusal.as_str(), WhyNot::WrongPassword.as_str(), "{password:?}");
            assert_eq!(refusal.shown(), Shown::Refused);
        }
        let nobody = ["", "alice", "@", "bob@demo.mail.example.net", "alice@other.example", "alice@demo.mail.example.net\0"];
        for user in nobody {
            assert_eq!(demo.refused(user, PASSWORD), WhyNot::UnknownUser, "{user:?}");
        }
        assert!(demo.log_in(&alice, PASSWORD).is_ok());
    }
}
