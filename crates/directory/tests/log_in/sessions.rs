//! A live session ends when its right does, and only then.

use std::time::Duration;

use postroom_directory::log_in::{Ended, LoggedIn, WhyNot};
use postroom_directory::ops::*;
use postroom_directory::testing::{log_ins, modules};
use postroom_directory::tokens::TokenRefusal;
use postroom_policy::Effect;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Store, on_both_engines};
use postroom_types::Timestamp;

use crate::support::{Fixture, PASSWORD, by_imap, fixture, with_manual_clock};

impl Fixture {
    /// Why `logged_in` may not go on; asked on another process's view of the store, too.
    #[track_caller]
    fn ended(&self, logged_in: &LoggedIn) -> Ended {
        let ended = block_on(self.log_ins.until_ended(logged_in));
        assert!(!self.still_allowed(logged_in));
        ended
    }
}

on_both_engines! { modules();
    fn another_password_ends_the_session_and_what_was_remembered(store: &mut TestStore) {
        let demo = fixture(store);
        let (alice, bob) = (demo.user("alice", 1), demo.user("bob", 2));
        let address = demo.address("alice");
        let (session, other) =
            (demo.log_in(&address, PASSWORD).unwrap(), demo.log_in(&demo.address("bob"), PASSWORD).unwrap());
        // Remembered by now.
        demo.log_in(&address, PASSWORD).unwrap();
        demo.set_password(&alice, "Another-1");
        assert_eq!(demo.ended(&session), Ended::PasswordChanged);
        assert_eq!(demo.refused(&address, PASSWORD), WhyNot::WrongPassword);
        assert!(demo.log_in(&address, "Another-1").is_ok());
        assert!(demo.still_allowed(&other), "{bob} has changed nothing");
    }

    fn the_same_password_set_anew_ends_the_session_too(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        demo.set_password(&alice, PASSWORD);
        assert_eq!(demo.ended(&session), Ended::PasswordChanged);
        assert!(demo.log_in(&demo.address("alice"), PASSWORD).is_ok());
    }

    fn who_is_disabled_or_deleted_goes(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let address = demo.address("alice");
        let session = demo.log_in(&address, PASSWORD).unwrap();
        demo.disable(&alice);
        assert_eq!(demo.ended(&session), Ended::User(WhyNot::NotEnabled));
        // A disabled user has no address: nobody knows it.
        assert_eq!(demo.refused(&address, PASSWORD), WhyNot::UnknownUser);
        demo.enable(&alice, "alice");
        let session = demo.log_in(&address, PASSWORD).unwrap();
        demo.disable(&alice);
        let id = alice.clone();
        demo.write(move |tx| delete_user(tx, id.as_str())).unwrap();
        assert_eq!(demo.ended(&session), Ended::User(WhyNot::UnknownUser));
        assert_eq!(demo.refused(&address, PASSWORD), WhyNot::UnknownUser);
    }

    fn a_rule_that_denies_ends_the_session_and_another_change_does_not(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        let mut changes = demo.log_ins.watch(&session);
        assert!(!changes.has_changed().unwrap());
        demo.user("bob", 2);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(demo.still_allowed(&session));
        demo.token(alice.as_str(), &["IMAP"], None);
        assert!(demo.still_allowed(&session), "a new token is no reason to throw the password out");
        demo.rule("not-alice", Effect::Deny, |rule| rule.user_ids = vec![alice]);
        assert!(changes.has_changed().unwrap());
        match demo.ended(&session) {
            Ended::AccessDenied { rules } => assert_eq!(rules[0].as_str(), "not-alice"),
            other => unreachable!("{other:?}"),
        }
    }

    fn a_change_during_the_log_in_wakes_who_watches_after_it(store: &mut TestStore) {
        let demo = fixture(store);
        let session = demo.log_in(&demo.address(&name_of(&demo)), PASSWORD).unwrap();
        demo.user("bob", 2);
        assert!(demo.log_ins.watch(&session).has_changed().unwrap());
    }

    fn whoever_waits_is_told_and_the_other_process_learns_it(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let plain: &Store = store;
        let (_, other) = log_ins(plain);
        let here = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        let there = block_on(other.log_in(by_imap(&demo.address("alice"), PASSWORD, "192.0.2.9"))).unwrap().unwrap();
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| block_on(demo.log_ins.until_ended(&here)));
            let second = scope.spawn(|| block_on(other.until_ended(&there)));
            demo.disable(&alice);
            (first.join().unwrap(), second.join().unwrap())
        });
        assert_eq!((first, second), (Ended::User(WhyNot::NotEnabled), Ended::User(WhyNot::NotEnabled)));
    }

    fn a_revoked_token_ends_its_sessions_and_no_others(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let address = demo.address("alice");
        let ((gone, gone_text), (kept, kept_text)) =
            (demo.token(alice.as_str(), &["IMAP"], None), demo.token(alice.as_str(), &["IMAP"], None));
        let [first, second] = [&gone_text, &kept_text].map(|text| demo.log_in(&address, text).unwrap());
        assert_eq!((first.token_id(), second.token_id()), (Some(&gone), Some(&kept)));
        assert!(demo.still_allowed(&first) && demo.still_allowed(&second));
        demo.write(move |tx| delete_personal_access_token(tx, &gone)).unwrap();
        assert_eq!(demo.ended(&first), Ended::Token(TokenRefusal::Unknown));
        assert!(demo.still_allowed(&second));
        assert_eq!(demo.refused(&address, &gone_text), WhyNot::Token(TokenRefusal::Unknown));
    }

    fn a_token_that_runs_out_ends_its_session(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let end = Timestamp::from_seconds(1_800_000_000 + 600);
        let (_, text) = demo.token(alice.as_str(), &["IMAP"], Some(end));
        let session = demo.log_in(&demo.address("alice"), &text).unwrap();
        clock.advance(Duration::from_secs(599));
        assert!(demo.still_allowed(&session));
        clock.advance(Duration::from_secs(1));
        assert_eq!(demo.ended(&session), Ended::Token(TokenRefusal::Expired));
        assert_eq!(demo.refused(&demo.address("alice"), &text), WhyNot::Token(TokenRefusal::Expired));
    }
}

/// A user's name, made for `demo`.
fn name_of(demo: &Fixture) -> String {
    demo.user("alice", 1);
    "alice".to_owned()
}
