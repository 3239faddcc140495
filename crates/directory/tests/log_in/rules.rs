//! Access control rules decide every log-in, and GetAccessControlEffect says the same.

use postroom_directory::log_in::{Attempt, Refusal, Shown};
use postroom_directory::testing::modules;
use postroom_policy::Effect;
use postroom_policy::access_control::AccessAction;
use postroom_policy::ip::{Ipv4Range, Ipv6Range};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::support::{ELSEWHERE, Fixture, HOME, PASSWORD, by_imap, fixture};

impl Fixture {
    /// The rules that keep alice out with the right password, or `None` when she comes in.
    fn denied(&self, action: AccessAction, from: &str) -> Option<Vec<String>> {
        match self.attempt(Attempt { action, ..by_imap(&self.address("alice"), PASSWORD, from) }) {
            Ok(_) => None,
            Err(refusal) => {
                assert_eq!(
                    refusal.shown(),
                    Shown::Refused,
                    "a denied user learns no more than a wrong password"
                );
                match refusal {
                    Refusal::AccessDenied { rules } => {
                        Some(rules.iter().map(|rule| rule.as_str().to_owned()).collect())
                    }
                    other => unreachable!("{other:?}"),
                }
            }
        }
    }
}

fn names(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|&name| name.to_owned()).collect())
}

on_both_engines! { modules();
    fn rules_decide_by_user_protocol_and_address(store: &mut TestStore) {
        let demo = fixture(store);
        let (alice, bob) = (demo.user("alice", 1), demo.user("bob", 2));
        assert_eq!(demo.denied(AccessAction::Imap, HOME), None);
        demo.rule("no-imap", Effect::Deny, |rule| rule.actions = vec![AccessAction::Imap]);
        assert_eq!(demo.denied(AccessAction::Imap, HOME), names(&["no-imap"]));
        assert_eq!(demo.denied(AccessAction::Smtp, HOME), None);
        demo.rule("no-imap", Effect::Deny, |rule| rule.user_ids = vec![bob]);
        assert_eq!(demo.denied(AccessAction::Imap, HOME), None);
        demo.rule("no-imap", Effect::Deny, |rule| rule.user_ids = vec![alice]);
        assert_eq!(demo.denied(AccessAction::Imap, HOME), names(&["no-imap"]));
        demo.rule("no-imap", Effect::Deny, |rule| rule.not_ip_ranges = vec![Ipv4Range::parse("192.0.2.0/24").unwrap()]);
        assert_eq!(demo.denied(AccessAction::Imap, HOME), None);
        assert_eq!(demo.denied(AccessAction::Imap, ELSEWHERE), names(&["no-imap"]));
        demo.remove_rule("no-imap");
        demo.remove_rule("default");
        assert_eq!(demo.denied(AccessAction::Imap, HOME), names(&[]));
    }

    fn an_ipv4_address_is_one_however_it_is_written_and_ipv6_has_its_own_ranges(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        demo.rule("home", Effect::Deny, |rule| rule.ip_ranges = vec![Ipv4Range::parse("192.0.2.0/24").unwrap()]);
        assert_eq!(demo.denied(AccessAction::Imap, "::ffff:192.0.2.9"), names(&["home"]));
        assert_eq!(demo.denied(AccessAction::Imap, "2001:db8::1"), None);
        demo.rule("six", Effect::Deny, |rule| rule.ipv6_ranges = vec![Ipv6Range::parse("2001:db8::/32").unwrap()]);
        assert_eq!(demo.denied(AccessAction::Imap, "2001:db8::1"), names(&["six"]));
        assert_eq!(demo.denied(AccessAction::Imap, "2001:db9::1"), None);
        let session = demo.attempt(by_imap(&demo.address("alice"), PASSWORD, "::ffff:198.51.100.7")).unwrap();
        assert_eq!(session.from().to_string(), ELSEWHERE);
    }

    fn where_rules_deny_attempts_count_apart_whether_right_or_wrong(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let address = demo.address("alice");
        // Remembered: the denial must not be quicker for it.
        demo.log_in(&address, PASSWORD).unwrap();
        demo.rule("no-imap", Effect::Deny, |rule| rule.actions = vec![AccessAction::Imap]);
        for number in 0..postroom_directory::limits::PAIR.free {
            if number % 2 == 0 {
                assert_eq!(demo.denied(AccessAction::Imap, HOME), names(&["no-imap"]));
            } else {
                demo.refused(&address, "wrong");
            }
        }
        assert!(matches!(demo.log_in(&address, PASSWORD), Err(Refusal::Throttled { .. })));
        let by_smtp = Attempt { action: AccessAction::Smtp, ..by_imap(&address, "wrong", HOME) };
        for _ in 0..postroom_directory::limits::PAIR.free {
            assert!(matches!(demo.attempt(by_smtp), Err(Refusal::BadCredentials(_))), "they count nowhere else");
        }
        assert!(matches!(demo.attempt(by_smtp), Err(Refusal::Throttled { .. })));
        demo.remove_rule("no-imap");
        assert!(demo.attempt(by_imap(&address, PASSWORD, ELSEWHERE)).is_ok());
    }

    fn an_address_that_nobody_has_counts_like_one_whom_the_rules_deny(store: &mut TestStore) {
        let demo = fixture(store);
        demo.rule("no-imap", Effect::Deny, |rule| rule.actions = vec![AccessAction::Imap]);
        let address = demo.address("nobody");
        for _ in 0..postroom_directory::limits::PAIR.free {
            demo.refused(&address, "wrong");
        }
        assert!(matches!(demo.log_in(&address, "wrong"), Err(Refusal::Throttled { .. })));
        let by_smtp = Attempt { action: AccessAction::Smtp, ..by_imap(&address, "wrong", HOME) };
        assert!(matches!(demo.attempt(by_smtp), Err(Refusal::BadCredentials(_))));
    }
}
