//! The counters by themselves.

use std::net::IpAddr;
use std::time::Duration;

use postroom_store::seal::Secret;
use postroom_types::{Timestamp, fold};

use super::*;

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct Fixture {
    throttle: Throttle,
    now: Timestamp,
}

impl Fixture {
    fn new() -> Self {
        Self { throttle: Throttle::new(Secret::new([1; 32])), now: START }
    }

    fn source(&self, account: &str, from: &str) -> Source {
        self.throttle.source(&fold(account), from.parse::<IpAddr>().unwrap(), None)
    }

    /// A failed attempt with a password; what it has to wait for when it is not let through.
    fn fail(&self, account: &str, from: &str) -> Option<ThrottledBy> {
        self.throttle.admit(self.source(account, from), true, self.now).err().map(|wait| wait.by)
    }

    fn succeed(&self, account: &str, from: &str) -> Option<ThrottledBy> {
        match self.throttle.admit(self.source(account, from), true, self.now) {
            Ok(charge) => {
                self.throttle.succeeded(&charge, self.now);
                None
            }
            Err(wait) => Some(wait.by),
        }
    }

    fn advance(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }
}

#[test]
fn one_password_on_many_accounts_is_held_up_by_address() {
    let mut fixture = Fixture::new();
    fixture.succeed("resident", "192.0.2.1");
    for number in 0..limits::ADDRESS.free {
        assert_eq!(fixture.fail(&format!("user{number}"), "192.0.2.1"), None, "{number}");
    }
    assert_eq!(fixture.fail("another", "192.0.2.1"), Some(ThrottledBy::Address));
    assert_eq!(fixture.fail("another", "192.0.2.2"), None);
    assert_eq!(fixture.succeed("resident", "192.0.2.1"), None, "who came in from there before does");
    fixture.advance(1);
    assert_eq!(fixture.fail("another", "192.0.2.1"), None);
    assert_eq!(fixture.fail("another", "192.0.2.1"), Some(ThrottledBy::Address));
}

#[test]
fn one_forgotten_telephone_does_not_shut_its_office_out() {
    let mut fixture = Fixture::new();
    // A day with the old password, as often as it is let.
    for _ in 0..24 * 60 * 6 {
        fixture.fail("telephone", "192.0.2.1");
        fixture.advance(10);
    }
    assert_eq!(fixture.fail("colleague", "192.0.2.1"), None);
    assert_eq!(fixture.fail("telephone", "192.0.2.1"), Some(ThrottledBy::AccountFromAddress));
}

#[test]
fn many_machines_on_one_account_are_held_up_and_its_owner_is_not() {
    let fixture = Fixture::new();
    assert_eq!(fixture.succeed("alice", "192.0.2.1"), None);
    for number in 0..limits::ACCOUNT.free {
        assert_eq!(fixture.fail("alice", &format!("198.51.{}.{}", number / 200, number % 200)), None);
    }
    assert_eq!(fixture.fail("alice", "203.0.113.1"), Some(ThrottledBy::Account));
    assert_eq!(fixture.succeed("alice", "192.0.2.1"), None);
    // Tokens are not guessed, so who shows one is looked at.
    let source = fixture.source("alice", "203.0.113.1");
    assert_eq!(fixture.throttle.wait(&source, false, fixture.now), None);
    let longest = limits::ACCOUNT.wait_max;
    let wait = fixture.throttle.wait(&source, true, fixture.now).unwrap();
    assert!(wait.retry_after <= longest);
}

#[test]
fn a_network_of_ipv6_counts_as_one_and_mapped_addresses_as_ipv4() {
    let fixture = Fixture::new();
    for number in 0..limits::PAIR.free {
        assert_eq!(fixture.fail("alice", &format!("2001:db8::{number}")), None);
        assert_eq!(
            fixture.fail("bob", &format!("{}192.0.2.1", if number % 2 == 0 { "::ffff:" } else { "" })),
            None
        );
    }
    assert_eq!(fixture.fail("alice", "2001:db8::ffff:1"), Some(ThrottledBy::AccountFromAddress));
    assert_eq!(fixture.fail("alice", "2001:db8:0:1::1"), None);
    assert_eq!(fixture.fail("bob", "192.0.2.1"), Some(ThrottledBy::AccountFromAddress));
}

#[test]
fn failures_are_forgiven_one_by_one() {
    let mut fixture = Fixture::new();
    for _ in 0..limits::PAIR.free {
        assert_eq!(fixture.fail("alice", "192.0.2.1"), None);
    }
    fixture.advance(limits::PAIR.forgiven_every.as_secs());
    assert_eq!(fixture.fail("alice", "192.0.2.1"), None);
    assert_eq!(fixture.fail("alice", "192.0.2.1"), Some(ThrottledBy::AccountFromAddress));
    fixture.advance(limits::PAIR.forgiven_every.as_secs() * u64::from(limits::PAIR.free));
    for _ in 0..limits::PAIR.free {
        assert_eq!(fixture.fail("alice", "192.0.2.1"), None);
    }
}

#[test]
fn what_was_not_looked_at_does_not_count() {
    let fixture = Fixture::new();
    let source = fixture.source("alice", "192.0.2.1");
    for _ in 0..3 * limits::PAIR.free {
        let charge = fixture.throttle.admit(source, true, fixture.now).unwrap();
        fixture.throttle.take_back(&charge);
    }
    for _ in 0..limits::PAIR.free {
        assert_eq!(fixture.fail("alice", "192.0.2.1"), None);
    }
    assert_eq!(fixture.fail("alice", "192.0.2.1"), Some(ThrottledBy::AccountFromAddress));
}

#[test]
fn a_clock_that_goes_back_makes_nobody_wait_longer_than_the_longest_wait() {
    let mut fixture = Fixture::new();
    fixture.advance(1_000_000);
    for _ in 0..limits::PAIR.free {
        fixture.fail("alice", "192.0.2.1");
    }
    let source = fixture.source("alice", "192.0.2.1");
    let wait = fixture.throttle.wait(&source, true, START).unwrap();
    assert!(wait.retry_after <= limits::PAIR.wait_max);
}
