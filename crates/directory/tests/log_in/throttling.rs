//! Guessing is slow, and shuts nobody out who knows the password.

use std::time::Duration;

use postroom_directory::limits;
use postroom_directory::log_in::{Refusal, Shown, ThrottledBy};
use postroom_directory::testing::modules;
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on};

use crate::support::{ELSEWHERE, Fixture, HOME, PASSWORD, by_imap, fixture, with_manual_clock};

impl Fixture {
    /// How long an attempt from [`HOME`] has to wait.
    #[track_caller]
    fn waits(&self, user: &str, password: &str) -> Duration {
        match self.log_in(user, password) {
            Err(refusal @ Refusal::Throttled { retry_after, by: ThrottledBy::AccountFromAddress }) => {
                assert_eq!(refusal.shown(), Shown::TryLater(retry_after));
                retry_after
            }
            other => unreachable!("{other:?}"),
        }
    }
}

on_both_engines! { modules();
    fn failures_make_wait_longer_and_longer_whether_the_account_exists_or_not(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let demo = fixture(store);
        demo.user("alice", 1);
        for user in [demo.address("alice"), "nobody@nowhere.example".to_owned()] {
            for _ in 0..limits::PAIR.free {
                demo.refused(&user, "wrong");
            }
            let mut seconds = 1;
            for _ in 0..8 {
                // The right password is not looked at either, and asking does not make it longer.
                for password in ["wrong", PASSWORD, PASSWORD] {
                    assert_eq!(demo.waits(&user, password), Duration::from_secs(seconds), "{user}");
                }
                clock.advance(Duration::from_secs(seconds));
                demo.refused(&user, "wrong");
                seconds = (seconds * 2).min(limits::PAIR.wait_max.as_secs());
            }
        }
    }

    fn another_address_and_time_let_the_right_password_in_and_success_forgets(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let demo = fixture(store);
        demo.user("alice", 1);
        let alice = demo.address("alice");
        for _ in 0..limits::PAIR.free {
            demo.refused(&alice, "wrong");
        }
        demo.waits(&alice, PASSWORD);
        assert!(demo.attempt(by_imap(&alice, PASSWORD, ELSEWHERE)).is_ok());
        // What is remembered does not open a throttled address: it would tell that the password is right.
        demo.waits(&alice, PASSWORD);
        clock.advance(Duration::from_secs(1));
        assert!(demo.log_in(&alice, PASSWORD).is_ok());
        for _ in 0..limits::PAIR.free - 1 {
            demo.refused(&alice, "wrong");
        }
        assert!(demo.log_in(&alice, PASSWORD).is_ok(), "the failures before are forgotten");
    }

    fn a_client_that_opens_many_connections_at_once_is_let_in_by_all(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let alice = demo.address("alice");
        let let_in = std::thread::scope(|scope| {
            let one = || block_on(demo.log_ins.log_in(by_imap(&alice, PASSWORD, HOME))).unwrap().is_ok();
            let threads: Vec<_> = (0..20).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(let_in, [true; 20]);
    }

    fn many_guesses_at_once_are_no_way_around(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let alice = demo.address("alice");
        let one = |number: usize| {
            let password = format!("wrong {number}");
            block_on(demo.log_ins.log_in(by_imap(&alice, &password, HOME))).unwrap().unwrap_err()
        };
        let looked_at = std::thread::scope(|scope| {
            let one = &one;
            let threads: Vec<_> = (0..20).map(|number| scope.spawn(move || one(number))).collect();
            let refusals = threads.into_iter().map(|thread| thread.join().unwrap());
            refusals.filter(|refusal| matches!(refusal, Refusal::BadCredentials(_))).count()
        });
        // A slow machine may take longer for them than the first wait.
        assert!((5..=8).contains(&looked_at), "{looked_at}");
    }
}
