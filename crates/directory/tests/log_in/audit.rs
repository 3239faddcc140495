//! What log-ins and sessions leave in the trail. WB §13.2, DESIGN §6.

use std::time::Duration;

use postroom_directory::access_audit::{
    AccessCursor, AccessEntry, AccessLog, AccessPart, MailboxAccess, MailboxAction, MailboxObject,
    list_access,
};
use postroom_directory::audit_sweep::AuditSweep;
use postroom_directory::limits;
use postroom_directory::log_in::LoggedIn;
use postroom_directory::testing::modules;
use postroom_policy::Effect;
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Read, on_both_engines};
use postroom_types::{EntityId, Timestamp};
use serde_json::{Value, json};

use crate::support::{ELSEWHERE, Fixture, HOME, PASSWORD, by_imap, fixture, with_manual_clock};

impl Fixture {
    fn flush(&self) {
        block_on(self.log_ins.audit().flush());
    }

    fn part(&self, log: AccessLog, part: &AccessPart) -> Vec<AccessEntry> {
        let list = |read: &mut dyn Read| list_access(read, self.key, log, part, limits::PAGE_ROWS_MAX);
        self.store.read_blocking(Place::Organization(self.key), list).unwrap()
    }

    /// Count and detail of every record of `log`, in no order: those of one moment have none.
    fn records(&self, log: AccessLog) -> Vec<(i64, Value)> {
        self.flush();
        let mut found: Vec<_> = self
            .part(log, &AccessPart::Last)
            .iter()
            .map(|entry| (entry.count, serde_json::from_str(&entry.detail).unwrap()))
            .collect();
        found.sort_by_key(|(_, detail): &(i64, Value)| detail.to_string());
        found
    }

    fn touch(&self, session: &LoggedIn, owner: &EntityId, action: MailboxAction, item: &str, count: u32) {
        let access = MailboxAccess {
            action,
            owner,
            object: MailboxObject::Message,
            item_id: Some(item),
            folder_path: Some("INBOX"),
            folder_id: Some("7"),
            attachment_path: None,
            allowed: true,
            count,
        };
        self.log_ins.note_mailbox_access(session, &access);
    }
}

on_both_engines! { modules();
    fn a_log_in_leaves_who_how_from_where_and_what_the_rules_said(store: &mut TestStore) {
        let demo = fixture(store);
        let alice = demo.user("alice", 1);
        let address = demo.address("alice");
        let (token, text) = demo.token(alice.as_str(), &["IMAP"], None);
        demo.log_in(&address, PASSWORD).unwrap();
        demo.log_in(&address, &text).unwrap();
        demo.refused(&address, "Secret-guess");
        demo.refused(&demo.address("nobody"), "Secret-guess");
        demo.refused("nobody@nowhere.example", "Secret-guess");
        demo.rule("no-elsewhere", Effect::Deny, |rule| {
            rule.ip_ranges = vec![postroom_policy::ip::Ipv4Range::parse("198.51.100.0/24").unwrap()];
        });
        demo.attempt(by_imap(&address, PASSWORD, ELSEWHERE)).unwrap_err();
        let base = json!({
            "user": address, "protocol": "IMAP", "source_ip": HOME, "user_agent": "Tester/1", "method": "basic",
            "auth_successful": true,
        });
        let with = |change: Value| {
            let mut detail = base.clone();
            let fields = change.as_object().unwrap().clone();
            detail.as_object_mut().unwrap().extend(fields);
            (1, detail)
        };
        let mut expected = vec![
            with(json!({})),
            with(json!({"personal_access_token_id": token.as_str()})),
            with(json!({"auth_successful": false, "auth_failed_reason": "WrongPassword"})),
            with(json!({
                "user": demo.address("nobody"), "auth_successful": false, "auth_failed_reason": "UnknownUser",
            })),
            with(json!({"source_ip": ELSEWHERE})),
        ];
        expected.sort_by_key(|(_, detail)| detail.to_string());
        assert_eq!(demo.records(AccessLog::Authentication), expected);
        let entries = demo.part(AccessLog::Authentication, &AccessPart::Last);
        let known = entries.iter().filter(|entry| entry.user_id == alice.as_str()).count();
        assert_eq!(known, 4, "nobody has no id");
        assert!(entries.iter().all(|entry| !entry.detail.contains("Secret") && !entry.detail.contains(PASSWORD)));
        let rules = demo.records(AccessLog::AccessControl);
        let granted = json!({
            "protocol": "IMAP", "source_ip": HOME, "scope": "AccessControl", "rule_id": "default", "access_granted": true,
        });
        let denied = json!({
            "protocol": "IMAP", "source_ip": ELSEWHERE, "scope": "AccessControl", "rule_id": "no-elsewhere",
            "access_granted": false,
        });
        let mut expected = vec![(1, granted), (1, denied)];
        expected.sort_by_key(|(_, detail)| detail.to_string());
        assert_eq!(rules, expected, "the second log-in from home said nothing new");
    }

    fn what_repeats_is_counted_and_the_count_is_stored_when_the_hour_is_over(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let start = Timestamp::from_seconds(1_800_000_000);
        let demo = fixture(store);
        demo.user("alice", 1);
        let login = || demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        let counts = || -> Vec<(i64, i64, i64)> {
            demo.flush();
            let after = |at: Timestamp| (at.micros() - start.micros()) / 1_000_000;
            let entries = demo.part(AccessLog::AccessControl, &AccessPart::Last);
            entries.iter().map(|entry| (entry.count, after(entry.first_at), after(entry.last_at))).collect()
        };
        login();
        assert_eq!(counts(), [(1, 0, 0)]);
        clock.advance(Duration::from_secs(100));
        login();
        clock.advance(Duration::from_secs(100));
        login();
        assert_eq!(counts(), [(1, 0, 0)]);
        clock.advance(Duration::from_secs(3_400));
        assert_eq!(counts(), [(1, 0, 0), (2, 100, 200)]);
        // Nothing happened for an hour: the next one is new.
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(counts().len(), 2);
        login();
        assert_eq!(counts(), [(1, 0, 0), (2, 100, 200), (1, 7_200, 7_200)]);
        login();
        block_on(demo.log_ins.audit().finish());
        assert_eq!(counts().len(), 4, "the end of the process stores what is counted");
    }

    fn mailbox_access_is_one_record_a_folder_with_how_much(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let demo = fixture(store);
        let (alice, bob) = (demo.user("alice", 1), demo.user("bob", 2));
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        for item in ["1", "2", "3"] {
            demo.touch(&session, &alice, MailboxAction::Read, item, 10);
        }
        demo.touch(&session, &alice, MailboxAction::Delete, "1", 1);
        demo.touch(&session, &bob, MailboxAction::Read, "9", 1);
        let mut named = session.clone();
        named.name_client(&"\u{e9}".repeat(limits::USER_AGENT_CHARACTERS_MAX + 1));
        assert_eq!(named.user_agent().map(|agent| agent.chars().count()), Some(limits::USER_AGENT_CHARACTERS_MAX));
        let records = demo.records(AccessLog::MailboxAccess);
        let whole = json!({
            "protocol": "IMAP", "source_ip": HOME, "user_agent": "Tester/1", "action": "read",
            "owner_id": alice.as_str(), "object_type": "Message", "item_id": "1", "folder_path": "INBOX",
            "folder_id": "7", "action_allowed": true,
        });
        assert_eq!(records.len(), 3);
        assert!(records.contains(&(10, whole.clone())));
        clock.advance(Duration::from_secs(3_600));
        let mut later = whole;
        later["item_id"] = json!("3");
        assert!(demo.records(AccessLog::MailboxAccess).contains(&(20, later)));
    }

    fn a_session_that_rules_end_leaves_a_record(store: &mut TestStore) {
        let demo = fixture(store);
        demo.user("alice", 1);
        let session = demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        demo.remove_rule("default");
        block_on(demo.log_ins.until_ended(&session));
        let records = demo.records(AccessLog::AccessControl);
        let denied = records.iter().find(|(_, detail)| detail["access_granted"] == json!(false)).unwrap();
        assert_eq!(denied.1.get("rule_id"), None, "no rule matched");
    }

    fn failures_cannot_fill_the_store_and_are_counted(store: &mut TestStore) {
        let _clock = with_manual_clock(store);
        let demo = fixture(store);
        demo.user("alice", 1);
        let address = demo.address("alice");
        // Throttled ones are quick; each claims to be another client.
        for _ in 0..limits::PAIR.free {
            demo.refused(&address, "wrong");
        }
        let failures = limits::ACCESS_FAILURES_PER_MINUTE_MAX + 40;
        for number in limits::PAIR.free..failures {
            let agent = format!("Guesser/{number}");
            let attempt = by_imap(&address, "wrong", HOME);
            let attempt = postroom_directory::log_in::Attempt { user_agent: Some(&agent), ..attempt };
            demo.attempt(attempt).unwrap_err();
        }
        demo.flush();
        let mut seen = Vec::new();
        let mut after: AccessCursor = (Timestamp::default(), String::new());
        loop {
            let part = demo.part(AccessLog::Authentication, &AccessPart::After(after.clone()));
            let Some(last) = part.last() else { break };
            after = (last.at, last.request_id.clone());
            seen.extend(part);
        }
        let dropped: Vec<_> =
            seen.iter().filter(|entry| entry.detail.contains("not_recorded")).map(|entry| entry.count).collect();
        assert_eq!(dropped, [40]);
        assert_eq!(seen.len() as u32, 1 + 1 + limits::ACCESS_FAILURES_PER_MINUTE_MAX - limits::PAIR.free);
    }

    fn old_records_are_swept_and_newer_ones_stay(store: &mut TestStore) {
        let clock = with_manual_clock(store);
        let demo = fixture(store);
        demo.user("alice", 1);
        let kept = Duration::from_secs(90 * 24 * 60 * 60);
        demo.log_in(&demo.address("alice"), PASSWORD).unwrap();
        demo.flush();
        clock.advance(kept);
        demo.attempt(by_imap(&demo.address("alice"), PASSWORD, ELSEWHERE)).unwrap();
        demo.flush();
        clock.advance(Duration::from_secs(1));
        let jobs = Jobs::new(demo.store.clone());
        let sweep = AuditSweep::new(jobs.clone(), kept * 4, kept);
        block_on(sweep.begin()).unwrap();
        block_on(sweep.register_jobs(Runner::new(&jobs, RunnerOptions::default())).run_due()).unwrap();
        for log in [AccessLog::Authentication, AccessLog::AccessControl] {
            let left = demo.part(log, &AccessPart::Last);
            assert_eq!(left.len(), 1);
            assert!(left[0].detail.contains(ELSEWHERE));
        }
    }
}
