//! Who is let in, by what.

use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::log_in::{Attempt, Method, Shown, WhyNot};
use postroom_directory::ops::*;
use postroom_directory::testing::{
    AWS_ACCOUNT, TestOrganization, carry_on, log_ins, modules, new_group, new_resource, new_user,
};
use postroom_directory::tokens::TokenRefusal;
use postroom_policy::Effect;
use postroom_policy::access_control::AccessAction;
use postroom_policy::permit::Permitted;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Change, Place, StoreError, Tx, on_both_engines, parameters, statements};
use postroom_types::{Constrained, EmailAddress, EntityId};

use crate::support::{Fixture, HOME, PASSWORD, by_imap, fixture, fixture_of};

statements! {
    SET_REMOTE = "UPDATE entities SET role = 'REMOTE_USER' WHERE organization = $1 AND entity_id = $2";
}

impl Fixture {
    fn alias(&self, user: &EntityId, address: &str) {
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

    fn a_letter_and_its_accent_may_come_apart(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        demo.set_password(&alice, "Z\u{fc}rich-W\u{e9}tter-1");
        let address = demo.address("alice");
        for password in ["Zu\u{308}rich-We\u{301}tter-1", "Z\u{fc}rich-We\u{301}tter-1", "Z\u{fc}rich-W\u{e9}tter-1"] {
            demo.log_in(&address, password).unwrap();
        }
        assert_eq!(demo.refused(&address, "Zurich-Wetter-1"), WhyNot::WrongPassword);
    }

    fn nothing_else_does_and_the_peer_learns_nothing(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let alice = demo.address("alice");
        let wrong = "x".repeat(100_000);
        for password in ["", "abcdefg1", "Abcdefg1 ", "Abcdefg1\0", wrong.as_str()] {
            // Another address each: five failures from one are throttled.
            let from = format!("192.0.2.{}", password.len() % 200);
            let refusal = demo.attempt(by_imap(&alice, password, &from)).unwrap_err();
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

on_both_engines! { modules();
    fn groups_resources_and_users_without_a_mailbox_do_not_log_in(store: &mut TestStore) {
        let demo = fixture(store);
        let room = EntityId::mint_resource([7; 16]);
        let group = EntityId::mint([8; 16]);
        let (new_room, new_group) =
            (new_resource(room.clone(), "room"), new_group(group.clone(), "team"));
        let addresses = ["room", "team"].map(|name| EmailAddress::parse(&demo.address(name)).unwrap());
        demo.write(move |tx| {
            create_resource(tx, &new_room)?;
            create_group(tx, &new_group)?;
            enable_entity(tx, room.as_str(), &addresses[0], None)?;
            enable_entity(tx, group.as_str(), &addresses[1], None).map(drop)
        })
        .unwrap();
        for name in ["room", "team"] {
            assert_eq!(demo.refused(&demo.address(name), PASSWORD), WhyNot::NotAPerson, "{name}");
        }
        let alice = demo.user("alice", 1);
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        let id = alice.clone();
        demo.write(move |tx| {
            let organization = tx.organization.0;
            tx.execute(&SET_REMOTE, parameters![organization, &id])?;
            Ok(())
        })
        .unwrap();
        assert_eq!(demo.refused(&demo.address("alice"), PASSWORD), WhyNot::NotAPerson);
        assert!(!demo.still_allowed(&session));
    }

    fn a_user_without_a_password_uses_tokens(store: &mut TestStore) {
        let demo = fixture(store);
        let id = EntityId::mint([1; 16]);
        let new = new_user(id.clone(), "alice");
        demo.write(move |tx| create_user(tx, &new)).unwrap();
        demo.enable(&id, "alice");
        let address = demo.address("alice");
        for password in ["", PASSWORD] {
            assert_eq!(demo.refused(&address, password), WhyNot::NoPassword, "{password:?}");
        }
        let (token, text) = demo.token(id.as_str(), &["IMAP"], None);
        assert_eq!(demo.log_in(&address, &text).unwrap().token_id(), Some(&token));
    }

    fn a_token_opens_what_it_was_made_for(store: &mut TestStore) {
        let demo = fixture(store);
        let (alice, _bob) = (demo.user("alice", 1), demo.user("bob", 2));
        let (_, text) = demo.token(alice.as_str(), &["SMTP", "EWS"], None);
        let address = demo.address("alice");
        let by = |action| Attempt { action, ..by_imap(&address, &text, HOME) };
        for action in AccessAction::ALL {
            let refusal = demo.attempt(by(action)).err().map(|refusal| refusal.as_str());
            let good = matches!(action, AccessAction::Smtp | AccessAction::Ews);
            assert_eq!(refusal, (!good).then_some("TokenScope"), "{action}");
        }
        assert_eq!(demo.refused(&demo.address("bob"), &text), WhyNot::Token(TokenRefusal::OtherUser));
    }

    fn the_identity_provider_decides_what_counts(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let address = demo.address("alice");
        let (_, before) = demo.token(alice.as_str(), &["IMAP"], None);
        let (only, both) = ("IDENTITY_PROVIDER_ONLY", "IDENTITY_PROVIDER_AND_DIRECTORY");
        let word = |secret: &str| demo.log_in(&address, secret).err().map(|refusal| refusal.as_str());
        demo.set_provider(Some((both, true)));
        let (_, text) = demo.token(alice.as_str(), &["IMAP"], None);
        let session = demo.log_in(&address, PASSWORD).unwrap();
        assert_eq!([word(PASSWORD), word(&text), word(&before)], [None; 3]);
        demo.set_provider(Some((only, true)));
        assert!(!demo.still_allowed(&session));
        assert_eq!([word(PASSWORD), word(&text)], [Some("PasswordsSwitchedOff"), None]);
        demo.set_provider(Some((only, false)));
        assert_eq!([word(PASSWORD), word(&text)], [Some("PasswordsSwitchedOff"), Some("TokensSwitchedOff")]);
        demo.set_provider(Some((both, false)));
        assert_eq!([word(PASSWORD), word(&text)], [None, Some("TokensSwitchedOff")]);
        // WB §11.2: with the configuration, the tokens made under it stop.
        demo.set_provider(None);
        assert_eq!([word(PASSWORD), word(&text), word(&before)], [None, Some("TokensSwitchedOff"), None]);
    }

    fn only_a_verified_domain_of_an_active_organization_leads_to_people(store: &mut TestStore) {
        let demo = TestOrganization::in_store(store);
        let (_, log_ins) = log_ins(store);
        let alice = demo.enabled_user("alice");
        let word = |user: &str| {
            let attempt = by_imap(user, PASSWORD, HOME);
            block_on(log_ins.log_in(attempt)).unwrap().err().map(|refusal| refusal.as_str())
        };
        // Its own store says verified, the directory knows no owner: nothing is routed there.
        assert_eq!(word("alice@example.com"), Some("UnknownUser"));
        demo.register_domains();
        let told = |tx: &mut Tx<'_>| {
            tx.publish(Change::Directory);
            Ok::<_, StoreError>(())
        };
        store.write_blocking(Place::Directory, told).unwrap();
        assert_eq!(word("alice@example.com"), Some("NoPassword"), "{alice} is found");
        assert_eq!(word("alice@pending.example"), Some("UnknownUser"));
    }

    fn organizations_are_apart(store: &mut TestStore) {
        let (first, second) = (fixture_of(store, "demo"), fixture_of(store, "other"));
        // The same id and name in both: ids can be imported.
        let alice = first.user("alice", 1);
        let new = new_user(alice.clone(), "alice");
        second.write(move |tx| create_user(tx, &new)).unwrap();
        let there = EmailAddress::parse("alice@other.mail.example.net").unwrap();
        let id = alice.clone();
        second.write(move |tx| enable_entity(tx, id.as_str(), &there, None).map(drop)).unwrap();
        second.set_password(&alice, "Another-1");
        let (_, token) = first.token(alice.as_str(), &["IMAP"], None);
        for demo in [&first, &second] {
            let here = demo.log_in("alice@demo.mail.example.net", PASSWORD).unwrap();
            let there = demo.log_in("alice@other.mail.example.net", "Another-1").unwrap();
            assert_eq!((here.organization(), there.organization()), (first.key, second.key));
            assert_eq!(demo.refused("alice@other.mail.example.net", PASSWORD), WhyNot::WrongPassword);
            let refused = demo.refused("alice@other.mail.example.net", &token);
            assert_eq!(refused, WhyNot::Token(TokenRefusal::OtherOrganization));
            first.rule("nobody", Effect::Deny, |_| ());
            assert!(!demo.still_allowed(&here) && demo.still_allowed(&there));
            first.remove_rule("nobody");
        }
    }

    fn an_organization_that_is_deleted_lets_nobody_in(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        let id = demo.id.clone();
        let account = AwsAccountId::parse(AWS_ACCOUNT).unwrap();
        let deletion = Deletion { delete_directory: true, force: true, delete_application: false, token: None, request_id: None };
        let deleted = move |tx: &mut Tx<'_>| {
            let permit = Permitted::operator("test");
            delete_organization(&mut DirectoryTx::begin(tx, &permit), &account, &id, &deletion)
        };
        store.write_blocking(Place::Directory, deleted).unwrap();
        carry_on(store, Vec::new());
        assert!(!demo.still_allowed(&session));
        assert_eq!(demo.refused(&demo.address("alice"), PASSWORD), WhyNot::UnknownUser);
    }
}
