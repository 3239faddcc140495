//! Access control rules: WorkMail's documented cases, IPv6, and random rules against a naive model.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use postroom_policy::Effect;
use postroom_policy::access_control::{
    AccessAction, AccessAttempt, AccessControlRule, AccessControlRules, Principal,
};
use postroom_policy::explain::DecidedBy;
use postroom_policy::ip::{Ipv4Range, Ipv6Range};
use postroom_types::{AccessControlRuleName, EntityId, ImpersonationRoleId};
use proptest::prelude::*;

fn user(name: &str) -> EntityId {
    EntityId::from_store(name.to_owned())
}

fn role(name: &str) -> ImpersonationRoleId {
    name.try_into().unwrap()
}

fn rule(name: &str, effect: Effect, change: impl FnOnce(&mut AccessControlRule)) -> AccessControlRule {
    let mut rule = AccessControlRule::new(AccessControlRuleName::try_from(name).unwrap(), effect);
    change(&mut rule);
    rule
}

fn four(text: &str) -> Ipv4Range {
    Ipv4Range::parse(text).unwrap()
}

#[track_caller]
fn check(
    rules: &[AccessControlRule],
    attempt: (AccessAction, &str, Principal<'_>),
    expected: (Effect, &[&str]),
) {
    let compiled = AccessControlRules::compile(rules.to_vec()).unwrap();
    let (action, address, principal) = attempt;
    let attempt = AccessAttempt { action, ip_address: address.parse().unwrap(), principal };
    let decision = compiled.decide(&attempt);
    let names: Vec<&str> = decision.matched_rules().map(|name| name.as_str()).collect();
    assert_eq!((decision.effect, names.as_slice()), expected);
}

/// WB §18, seeds 2, 3 and 4.
#[test]
fn documented_cases() {
    use Effect::{Allow, Deny};
    let (u, v) = (user("u"), user("v"));
    let default = rule("default", Allow, |_| ());
    let deny_u = rule("deny-u", Deny, |rule| rule.user_ids = vec![u.clone()]);
    let imap_u = (AccessAction::Imap, "10.0.0.1", Principal::User(&u));
    let imap_v = (AccessAction::Imap, "10.0.0.1", Principal::User(&v));
    check(&[default.clone(), deny_u.clone()], imap_u, (Deny, &["deny-u"]));
    check(&[default.clone(), deny_u], imap_v, (Allow, &["default"]));
    check(&[], imap_u, (Deny, &[]));
    let web_only = rule("web", Allow, |rule| rule.actions = vec![AccessAction::WebMail]);
    check(std::slice::from_ref(&web_only), imap_u, (Deny, &[]));
    check(&[web_only, default], (AccessAction::WebMail, "10.0.0.1", imap_u.2), (Allow, &["web", "default"]));
}

#[test]
fn user_conditions_never_hold_for_roles_nor_the_other_way_round() {
    use Effect::{Allow, Deny};
    let (u, r) = (user("same"), role("same"));
    let as_user = (AccessAction::Ews, "10.0.0.1", Principal::User(&u));
    let as_role = (AccessAction::Ews, "10.0.0.1", Principal::ImpersonationRole(&r));
    let users = rule("a", Allow, |rule| rule.user_ids = vec![user("same")]);
    let not_users = rule("a", Allow, |rule| rule.not_user_ids = vec![user("other")]);
    let roles = rule("a", Allow, |rule| rule.impersonation_role_ids = vec![role("same")]);
    let not_roles = rule("a", Allow, |rule| rule.not_impersonation_role_ids = vec![role("other")]);
    for for_users in [users, not_users] {
        check(std::slice::from_ref(&for_users), as_user, (Allow, &["a"]));
        check(&[for_users], as_role, (Deny, &[]));
    }
    for for_roles in [roles, not_roles] {
        check(std::slice::from_ref(&for_roles), as_role, (Allow, &["a"]));
        check(&[for_roles], as_user, (Deny, &[]));
    }
}

/// DESIGN §8.
#[test]
fn ipv6_addresses() {
    use Effect::{Allow, Deny};
    let u = user("u");
    let from = |address| (AccessAction::Imap, address, Principal::User(&u));
    let (six, mapped, plain) = ("2001:db8::1", "::ffff:10.0.0.1", "10.0.0.1");
    let everywhere = rule("a", Allow, |rule| rule.ip_ranges = vec![four("0.0.0.0/0")]);
    check(std::slice::from_ref(&everywhere), from(six), (Deny, &[]));
    check(&[everywhere], from(mapped), (Allow, &["a"]));
    let office = |rule: &mut AccessControlRule| rule.not_ip_ranges = vec![four("10.0.0.0/8")];
    let all = rule("all", Allow, |_| ());
    check(&[rule("a", Allow, office)], from(six), (Deny, &[]));
    check(&[all.clone(), rule("d", Deny, office)], from(six), (Deny, &["d"]));
    check(&[all.clone(), rule("d", Deny, office)], from(mapped), (Allow, &["all"]));
    let both = rule("a", Allow, |rule| {
        rule.ip_ranges = vec![four("10.0.0.0/8")];
        rule.ipv6_ranges = vec![Ipv6Range::parse("2001:db8::/32").unwrap()];
    });
    check(std::slice::from_ref(&both), from(six), (Allow, &["a"]));
    check(std::slice::from_ref(&both), from(plain), (Allow, &["a"]));
    check(&[both], from("2001:db9::1"), (Deny, &[]));
    let not_both = rule("d", Deny, |rule| {
        rule.not_ip_ranges = vec![four("10.0.0.0/8")];
        rule.not_ipv6_ranges = vec![Ipv6Range::parse("2001:db8::/32").unwrap()];
    });
    check(&[all.clone(), not_both.clone()], from(six), (Allow, &["all"]));
    check(&[all.clone(), not_both.clone()], from("2001:db9::1"), (Deny, &["d"]));
    check(&[all, not_both], from("192.0.2.1"), (Deny, &["d"]));
}

#[test]
fn the_explanation_says_which_value_and_why_not() {
    let u = user("u");
    let rules = vec![
        rule("office", Effect::Allow, |rule| {
            rule.ip_ranges = vec![four("10.0.0.0/8"), four("192.0.2.0/24")];
            rule.actions = vec![AccessAction::Ews, AccessAction::WebMail];
        }),
        rule("roles", Effect::Deny, |rule| rule.not_impersonation_role_ids = vec![role("r")]),
    ];
    let compiled = AccessControlRules::compile(rules).unwrap();
    let ip_address = "192.0.2.9".parse().unwrap();
    let attempt = AccessAttempt { action: AccessAction::Imap, ip_address, principal: Principal::User(&u) };
    let explanation = compiled.explain(&attempt);
    assert_eq!(explanation.decided_by, DecidedBy::NothingMatched);
    assert_eq!(explanation.rules[0].conditions[1].value.as_deref(), Some("192.0.2.0/24"));
    assert_eq!(
        explanation.to_string(),
        "ALLOW rule office does not match
  no  Actions: IMAP is none of EWS, WebMail
  yes IpRanges: 192.0.2.9 is in 192.0.2.0/24
DENY rule roles does not match
  no  NotImpersonationRoleIds: the caller is a user, and this is for impersonation roles only
DENY: no rule matched"
    );
}

#[test]
fn too_many_rules_are_refused() {
    let rules = |count| vec![rule("a", Effect::Allow, |_| ()); count];
    assert!(AccessControlRules::compile(rules(32)).is_ok());
    assert!(AccessControlRules::compile(rules(33)).is_err());
}

/// WB §2.1, word by word, on the plain rules.
fn naive(rules: &[AccessControlRule], attempt: &AccessAttempt<'_>) -> (Effect, Vec<String>) {
    let matching: Vec<&AccessControlRule> = rules.iter().filter(|rule| naive_match(rule, attempt)).collect();
    for effect in [Effect::Deny, Effect::Allow] {
        let producing: Vec<String> =
            matching.iter().filter(|rule| rule.effect == effect).map(|rule| rule.name.to_string()).collect();
        if !producing.is_empty() {
            return (effect, producing);
        }
    }
    (Effect::Deny, Vec::new())
}

fn naive_match(rule: &AccessControlRule, attempt: &AccessAttempt<'_>) -> bool {
    let address = match attempt.ip_address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4),
        four @ IpAddr::V4(_) => four,
    };
    let in_four =
        |ranges: &[Ipv4Range]| matches!(address, IpAddr::V4(a) if ranges.iter().any(|r| r.contains(a)));
    let in_six =
        |ranges: &[Ipv6Range]| matches!(address, IpAddr::V6(a) if ranges.iter().any(|r| r.contains(a)));
    let is_user = |ids: &[EntityId]| matches!(attempt.principal, Principal::User(id) if ids.contains(id));
    let is_role = |ids: &[ImpersonationRoleId]| matches!(attempt.principal, Principal::ImpersonationRole(id) if ids.contains(id));
    let by_user = matches!(attempt.principal, Principal::User(_));
    let mut holds = vec![
        rule.actions.is_empty() || rule.actions.contains(&attempt.action),
        !rule.not_actions.contains(&attempt.action),
        rule.user_ids.is_empty() || is_user(&rule.user_ids),
        rule.not_user_ids.is_empty() || (by_user && !is_user(&rule.not_user_ids)),
        rule.impersonation_role_ids.is_empty() || is_role(&rule.impersonation_role_ids),
        rule.not_impersonation_role_ids.is_empty()
            || (!by_user && !is_role(&rule.not_impersonation_role_ids)),
    ];
    if !rule.ip_ranges.is_empty() || !rule.ipv6_ranges.is_empty() {
        holds.push(in_four(&rule.ip_ranges) || in_six(&rule.ipv6_ranges));
    }
    if !rule.not_ip_ranges.is_empty() || !rule.not_ipv6_ranges.is_empty() {
        holds.push(if address.is_ipv6() && rule.not_ipv6_ranges.is_empty() {
            rule.effect == Effect::Deny
        } else {
            !in_four(&rule.not_ip_ranges) && !in_six(&rule.not_ipv6_ranges)
        });
    }
    holds.into_iter().all(|held| held)
}

/// Few distinct values, so that rules and attempts meet; ranges of every width around few addresses.
fn any_four() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        prop::sample::select(vec![0, 1, 0x0a00_0000, 0x0a00_00ff, 0x0a00_0100, u32::MAX - 1, u32::MAX]),
        any::<u32>(),
    ]
    .prop_map(Ipv4Addr::from_bits)
}

fn any_six() -> impl Strategy<Value = Ipv6Addr> {
    let near =
        prop::sample::select(vec![0, 1, 0xffff_0a00_0001, 0x2001_0db8 << 96, u128::MAX - 1, u128::MAX]);
    prop_oneof![near, any::<u128>()].prop_map(Ipv6Addr::from_bits)
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        3 => any_four().prop_map(IpAddr::V4),
        1 => any_four().prop_map(|address| IpAddr::V6(address.to_ipv6_mapped())),
        2 => any_six().prop_map(IpAddr::V6),
    ]
}

fn few<T: std::fmt::Debug + Clone + 'static>(
    one: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Vec<T>> {
    prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(one, 1..4)].boxed()
}

fn any_rule() -> impl Strategy<Value = AccessControlRule> {
    let fours = || few((any_four(), 0..=32u8).prop_map(|(a, bits)| Ipv4Range::new(a, bits).unwrap()));
    let sixes = || few((any_six(), 0..=128u8).prop_map(|(a, bits)| Ipv6Range::new(a, bits).unwrap()));
    let actions = || few(prop::sample::select(AccessAction::ALL.to_vec()));
    let users = || few((0..3).prop_map(|id| user(&format!("id{id}"))));
    let roles = || few((0..3).prop_map(|id| role(&format!("id{id}"))));
    let effect = prop::sample::select(vec![Effect::Allow, Effect::Allow, Effect::Deny]);
    (effect, fours(), fours(), sixes(), sixes(), actions(), actions(), users(), users(), (roles(), roles()))
        .prop_map(|(effect, ip, not_ip, six, not_six, actions, not_actions, users, not_users, roles)| {
            rule("r", effect, |rule| {
                rule.ip_ranges = ip;
                rule.not_ip_ranges = not_ip;
                rule.ipv6_ranges = six;
                rule.not_ipv6_ranges = not_six;
                rule.actions = actions;
                rule.not_actions = not_actions;
                rule.user_ids = users;
                rule.not_user_ids = not_users;
                (rule.impersonation_role_ids, rule.not_impersonation_role_ids) = roles;
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn decides_as_the_naive_model(
        mut rules in prop::collection::vec(any_rule(), 0..8),
        action in prop::sample::select(AccessAction::ALL.to_vec()),
        ip_address in any_address(),
        id in 0..3,
        by_user in any::<bool>(),
    ) {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule.name = format!("r{index}").as_str().try_into().unwrap();
        }
        let (user, role) = (user(&format!("id{id}")), role(&format!("id{id}")));
        let principal = if by_user { Principal::User(&user) } else { Principal::ImpersonationRole(&role) };
        let attempt = AccessAttempt { action, ip_address, principal };
        let compiled = AccessControlRules::compile(rules.clone()).unwrap();
        let decision = compiled.decide(&attempt);
        let names: Vec<String> = decision.matched_rules().map(|name| name.to_string()).collect();
        prop_assert_eq!((decision.effect, names.clone()), naive(&rules, &attempt));

        let explanation = compiled.explain(&attempt);
        prop_assert_eq!((explanation.effect, explanation.matched_rules), (decision.effect, names));
        for (rule, explained) in rules.iter().zip(&explanation.rules) {
            prop_assert_eq!(naive_match(rule, &attempt), explained.matched, "{}", explained);
        }
    }
}
