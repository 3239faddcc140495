//! Impersonation rules: WorkMail's documented cases, and random rules against a naive model.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use postroom_policy::Effect;
use postroom_policy::impersonation::{ImpersonationRule, ImpersonationRules};
use postroom_types::{EntityId, ImpersonationRoleType, ImpersonationRuleId};
use proptest::prelude::*;

fn user(name: &str) -> EntityId {
    EntityId::from_store(name.to_owned())
}

fn rule(id: &str, effect: Effect, targets: &[&str], not_targets: &[&str]) -> ImpersonationRule {
    ImpersonationRule {
        target_users: targets.iter().map(|name| user(name)).collect(),
        not_target_users: not_targets.iter().map(|name| user(name)).collect(),
        ..ImpersonationRule::new(ImpersonationRuleId::try_from(id).unwrap(), effect)
    }
}

#[track_caller]
fn check(rules: &[ImpersonationRule], target: &str, expected: (Effect, &[&str])) {
    let compiled = ImpersonationRules::compile(ImpersonationRoleType::ReadOnly, rules.to_vec()).unwrap();
    let decision = compiled.decide(&user(target));
    let ids: Vec<&str> = decision.matched_rules().map(|rule| rule.id.as_str()).collect();
    assert_eq!((decision.effect, ids.as_slice()), expected);
    assert_eq!(decision.role_type, ImpersonationRoleType::ReadOnly);
}

/// WB §18, seeds 6 and 7.
#[test]
fn documented_cases() {
    use Effect::{Allow, Deny};
    check(&[], "u", (Deny, &[]));
    let rules = [rule("all", Allow, &[], &[]), rule("not-u", Deny, &["u"], &[])];
    check(&rules, "u", (Deny, &["not-u"]));
    check(&rules, "v", (Allow, &["all"]));
    let others = [rule("others", Allow, &[], &["u", "w"])];
    check(&others, "u", (Deny, &[]));
    check(&others, "v", (Allow, &["others"]));
}

#[test]
fn the_explanation_says_which_value_and_why_not() {
    let rules = vec![rule("a", Effect::Allow, &[], &["u"]), rule("b", Effect::Allow, &["u", "v"], &[])];
    let compiled = ImpersonationRules::compile(ImpersonationRoleType::FullAccess, rules).unwrap();
    assert_eq!(
        compiled.explain(&user("u")).to_string(),
        "ALLOW rule a does not match
  no  NotTargetUsers: u is listed
ALLOW rule b matches
  yes TargetUsers: u is listed
ALLOW: decided by b"
    );
}

/// WB §2.2, word by word, on the plain rules.
fn naive(rules: &[ImpersonationRule], target: &EntityId) -> (Effect, Vec<String>) {
    for effect in [Effect::Deny, Effect::Allow] {
        let producing: Vec<String> = rules
            .iter()
            .filter(|rule| rule.effect == effect && naive_match(rule, target))
            .map(|rule| rule.id.to_string())
            .collect();
        if !producing.is_empty() {
            return (effect, producing);
        }
    }
    (Effect::Deny, Vec::new())
}

fn naive_match(rule: &ImpersonationRule, target: &EntityId) -> bool {
    (rule.target_users.is_empty() || rule.target_users.contains(target))
        && !rule.not_target_users.contains(target)
}

proptest! {
    #[test]
    fn decides_as_the_naive_model(
        plain in prop::collection::vec(
            (any::<bool>(), prop::collection::vec(0..4u8, 0..3), prop::collection::vec(0..4u8, 0..3)),
            0..8,
        ),
        target in 0..5u8,
    ) {
        let ids = |list: Vec<u8>| list.into_iter().map(|id| user(&id.to_string())).collect();
        let rules: Vec<ImpersonationRule> = plain
            .into_iter()
            .enumerate()
            .map(|(index, (deny, targets, not_targets))| ImpersonationRule {
                target_users: ids(targets),
                not_target_users: ids(not_targets),
                ..rule(&format!("r{index}"), if deny { Effect::Deny } else { Effect::Allow }, &[], &[])
            })
            .collect();
        let target = user(&target.to_string());
        let compiled = ImpersonationRules::compile(ImpersonationRoleType::FullAccess, rules.clone()).unwrap();
        let decision = compiled.decide(&target);
        let names: Vec<String> = decision.matched_rules().map(|rule| rule.id.to_string()).collect();
        prop_assert_eq!((decision.effect, names.clone()), naive(&rules, &target));
        let explanation = compiled.explain(&target);
        prop_assert_eq!((explanation.effect, explanation.matched_rules), (decision.effect, names));
        for (rule, explained) in rules.iter().zip(&explanation.rules) {
            prop_assert_eq!(naive_match(rule, &target), explained.matched);
        }
    }
}
