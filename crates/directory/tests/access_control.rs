//! Access control rules: what may be put, and what is in force after each change. WB §2.1.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::access::Access;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::ops::*;
use postroom_directory::testing::{modules, organization};
use postroom_policy::Effect;
use postroom_policy::access_control::{AccessAction, AccessControlRule};
use postroom_policy::ip::Ipv4Range;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Store, on_both_engines};
use postroom_types::{
    AccessControlRuleName, Constrained, EntityId, ImpersonationRoleId, OrganizationKey, Timestamp,
};
use support::{read, user, write};

fn name(text: &str) -> AccessControlRuleName {
    AccessControlRuleName::parse(text).unwrap()
}

fn rule(text: &str, effect: Effect) -> AccessControlRule {
    AccessControlRule::new(name(text), effect)
}

fn put(store: &Store, key: OrganizationKey, rule: AccessControlRule) -> Result<(), DirectoryError> {
    let put = PutRule { rule, dates: None };
    write(store, key, move |tx| put_access_control_rule(tx, &put))
}

fn delete(store: &Store, key: OrganizationKey, text: &str) {
    let name = name(text);
    write(store, key, move |tx| delete_access_control_rule(tx, &name)).unwrap();
}

fn access(store: &Store) -> Access {
    Access::access(store.clone(), AdminChanges::watching(store))
}

/// The effect on `user` and the rules that produced it.
#[track_caller]
fn check(
    access: &Access,
    key: OrganizationKey,
    user: &EntityId,
    action: AccessAction,
    expected: (Effect, &[&str]),
) {
    let question =
        AccessQuestion::new(action, std::net::Ipv4Addr::new(192, 0, 2, 1).into(), Some(user.clone()), None)
            .unwrap();
    let in_force = block_on(access.current(key)).unwrap();
    let decision = in_force.rules.decide(&question.attempt());
    let matched: Vec<&str> = decision.matched_rules().map(|name| name.as_str()).collect();
    assert_eq!((decision.effect, matched.as_slice()), expected);
}

on_both_engines! { modules();
    fn a_new_organization_has_one_rule_that_allows_everything(store: &mut TestStore) {
        let key = organization(store, "demo");
        let rules = read(store, key, list_access_control_rules).unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].rule.name, name("default"));
        assert_eq!(rules[0].rule.description.as_deref(), Some("Default WorkMail Rule"));
        assert_eq!((rules[0].created_at, rules[0].modified_at), (Timestamp::default(), Timestamp::default()));
        let alice = user(store, key, "alice", 1);
        check(&access(store), key, &alice, AccessAction::Imap, (Effect::Allow, &["default"]));
    }

    fn every_change_is_in_force_when_it_is_answered(store: &mut TestStore) {
        let key = organization(store, "demo");
        let (alice, bob) = (user(store, key, "alice", 1), user(store, key, "bob", 2));
        let access = access(store);
        check(&access, key, &alice, AccessAction::Imap, (Effect::Allow, &["default"]));
        let deny = AccessControlRule { user_ids: vec![alice.clone()], ..rule("no-alice", Effect::Deny) };
        put(store, key, deny.clone()).unwrap();
        check(&access, key, &alice, AccessAction::Imap, (Effect::Deny, &["no-alice"]));
        check(&access, key, &bob, AccessAction::Imap, (Effect::Allow, &["default"]));
        put(store, key, AccessControlRule { user_ids: vec![bob.clone()], ..deny }).unwrap();
        check(&access, key, &alice, AccessAction::Imap, (Effect::Allow, &["default"]));
        check(&access, key, &bob, AccessAction::Imap, (Effect::Deny, &["no-alice"]));
        delete(store, key, "no-alice");
        delete(store, key, "default");
        delete(store, key, "default");
        check(&access, key, &alice, AccessAction::Imap, (Effect::Deny, &[]));
        let web = AccessControlRule { actions: vec![AccessAction::WebMail], ..rule("web", Effect::Allow) };
        put(store, key, web).unwrap();
        check(&access, key, &alice, AccessAction::Imap, (Effect::Deny, &[]));
        check(&access, key, &alice, AccessAction::WebMail, (Effect::Allow, &["web"]));
    }

    fn a_rule_is_stored_whole_and_replaced_whole(store: &mut TestStore) {
        let key = organization(store, "demo");
        let alice = user(store, key, "alice", 1);
        let whole = AccessControlRule {
            description: None,
            not_ip_ranges: vec![Ipv4Range::parse("10.1.2.3/8").unwrap()],
            ipv6_ranges: vec!["2001:db8::/32"].into_iter().map(|text| postroom_policy::ip::Ipv6Range::parse(text).unwrap()).collect(),
            actions: AccessAction::ALL.to_vec(),
            not_user_ids: vec![alice],
            ..rule("whole", Effect::Deny)
        };
        // IpRanges and NotIpRanges are one condition each, whatever the kind of address.
        assert!(matches!(put(store, key, whole.clone()), Err(DirectoryError::Invalid(_))));
        let whole = AccessControlRule { not_ipv6_ranges: whole.ipv6_ranges, ipv6_ranges: Vec::new(), ..whole };
        put(store, key, whole.clone()).unwrap();
        let listed = read(store, key, list_access_control_rules).unwrap();
        assert_eq!(listed.iter().map(|stored| stored.rule.name.as_str()).collect::<Vec<_>>(), ["default", "whole"]);
        assert_eq!(listed[1].rule, whole);
        put(store, key, rule("whole", Effect::Allow)).unwrap();
        let again = read(store, key, list_access_control_rules).unwrap();
        assert_eq!(again[1].rule, rule("whole", Effect::Allow));
        assert_eq!(again[1].created_at, listed[1].created_at);
        assert!(again[1].modified_at > listed[1].modified_at);
    }

    fn a_condition_has_no_twin_and_names_what_is_there(store: &mut TestStore) {
        let key = organization(store, "demo");
        let alice = user(store, key, "alice", 1);
        let ghost = EntityId::mint([9; 16]);
        let role = ImpersonationRoleId::parse("ghost").unwrap();
        let base = rule("r", Effect::Deny);
        let refused = |rule: AccessControlRule| put(store, key, rule).unwrap_err();
        let both = AccessControlRule { user_ids: vec![alice.clone()], not_user_ids: vec![alice], ..base.clone() };
        assert!(matches!(refused(both), DirectoryError::Invalid(_)));
        let both = AccessControlRule {
            actions: vec![AccessAction::Ews],
            not_actions: vec![AccessAction::Imap],
            ..base.clone()
        };
        assert!(matches!(refused(both), DirectoryError::Invalid(_)));
        let unknown = AccessControlRule { not_user_ids: vec![ghost], ..base.clone() };
        assert!(matches!(refused(unknown), DirectoryError::EntityNotFound(_)));
        let unknown = AccessControlRule { impersonation_role_ids: vec![role], ..base };
        assert!(matches!(refused(unknown), DirectoryError::NotFound(_)));
        assert_eq!(read(store, key, list_access_control_rules).unwrap().len(), 1);
    }

    fn there_are_ten_rules_however_many_put_at_once(store: &mut TestStore) {
        let key = organization(store, "demo");
        let one = |number: usize| put(store, key, rule(&format!("r{number}"), Effect::Allow));
        let results: Vec<_> = std::thread::scope(|scope| {
            let one = &one;
            let threads: Vec<_> = (0..12).map(|number| scope.spawn(move || one(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 9);
        assert!(results.iter().flat_map(|result| result.as_ref().err()).all(|error| {
            matches!(error, DirectoryError::LimitExceeded(_))
        }));
        assert_eq!(read(store, key, list_access_control_rules).unwrap().len(), 10);
        put(store, key, rule("default", Effect::Deny)).unwrap();
        delete(store, key, "default");
        put(store, key, rule("another", Effect::Deny)).unwrap();
    }

    fn who_subscribes_wakes_and_finds_the_new_rules(store: &mut TestStore) {
        let key = organization(store, "demo");
        let alice = user(store, key, "alice", 1);
        let changes = AdminChanges::watching(store);
        let access = Access::access((**store).clone(), Arc::clone(&changes));
        check(&access, key, &alice, AccessAction::Imap, (Effect::Allow, &["default"]));
        let mut woken = changes.subscribe(key);
        assert!(!woken.has_changed().unwrap());
        delete(store, key, "default");
        block_on(woken.changed()).unwrap();
        check(&access, key, &alice, AccessAction::Imap, (Effect::Deny, &[]));
    }

    fn little_memory_holds_the_organizations_asked_for_last(store: &mut TestStore) {
        let keys: Vec<_> = (0..4).map(|number| organization(store, &format!("demo{number}"))).collect();
        let access: Access =
            postroom_directory::in_force::InForce::new((**store).clone(), AdminChanges::watching(store), 1);
        for key in keys.iter().chain(&keys) {
            block_on(access.current(*key)).unwrap();
            assert_eq!(access.len(), 1);
        }
        // What was dropped and held again hears changes as before.
        let alice = user(store, keys[0], "alice", 1);
        check(&access, keys[0], &alice, AccessAction::Imap, (Effect::Allow, &["default"]));
        delete(store, keys[0], "default");
        check(&access, keys[0], &alice, AccessAction::Imap, (Effect::Deny, &[]));
    }
}

#[test]
fn a_question_names_one_principal_and_a_role_uses_ews() {
    let role = || Some(ImpersonationRoleId::parse("role").unwrap());
    let user = || Some(EntityId::mint([1; 16]));
    let ask = |action, user, role| {
        AccessQuestion::new(action, std::net::Ipv4Addr::new(192, 0, 2, 1).into(), user, role).is_ok()
    };
    assert!(ask(AccessAction::Imap, user(), None));
    assert!(ask(AccessAction::Ews, None, role()));
    assert!(!ask(AccessAction::Imap, None, role()));
    assert!(!ask(AccessAction::Ews, user(), role()));
    assert!(!ask(AccessAction::Ews, None, None));
}
