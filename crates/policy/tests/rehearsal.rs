//! Rehearsal lists exactly the attempts whose answer changes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use postroom_policy::Effect;
use postroom_policy::access_control::{
    AccessAction, AccessAttempt, AccessControlRule, AccessControlRules, Principal,
};
use postroom_policy::impersonation::{ImpersonationRule, ImpersonationRules};
use postroom_policy::limits::REHEARSAL_CHANGES_MAX;
use postroom_policy::rehearse::rehearse;
use postroom_types::{AccessControlRuleName, EntityId, ImpersonationRoleType, ImpersonationRuleId};

fn allowing(actions: &[AccessAction]) -> AccessControlRules {
    let name = AccessControlRuleName::try_from("a").unwrap();
    let mut rule = AccessControlRule::new(name, Effect::Allow);
    rule.actions = actions.to_vec();
    AccessControlRules::compile(vec![rule]).unwrap()
}

#[test]
fn lists_who_is_newly_refused_and_newly_let_in() {
    let user = EntityId::from_store("u".to_owned());
    let attempt = |action| AccessAttempt {
        action,
        ip_address: "10.0.0.1".parse().unwrap(),
        principal: Principal::User(&user),
    };
    let in_force = allowing(&[AccessAction::Imap, AccessAction::Ews]);
    let proposed = allowing(&[AccessAction::Ews, AccessAction::WebMail]);
    let rehearsal = rehearse(&in_force, &proposed, AccessAction::ALL.map(attempt));
    assert_eq!(rehearsal.newly_refused, [attempt(AccessAction::Imap)]);
    assert_eq!(rehearsal.newly_allowed, [attempt(AccessAction::WebMail)]);
    assert_eq!((rehearsal.changed_count, rehearsal.attempt_count), (2, 7));
}

#[test]
fn what_is_too_much_to_list_is_counted() {
    let rules = |effect| {
        let rule = ImpersonationRule::new(ImpersonationRuleId::try_from("a").unwrap(), effect);
        ImpersonationRules::compile(ImpersonationRoleType::FullAccess, vec![rule]).unwrap()
    };
    let target = EntityId::from_store("u".to_owned());
    let attempts = std::iter::repeat_n(&target, REHEARSAL_CHANGES_MAX + 5);
    let rehearsal = rehearse(&rules(Effect::Allow), &rules(Effect::Deny), attempts);
    assert_eq!(rehearsal.newly_refused.len(), REHEARSAL_CHANGES_MAX);
    assert_eq!(rehearsal.changed_count, REHEARSAL_CHANGES_MAX as u64 + 5);
}
