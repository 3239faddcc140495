//! Mobile device rules: WorkMail's documented cases, and random rules against a naive model.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use postroom_policy::explain::DecidedBy;
use postroom_policy::mobile_device::{
    DeviceAttempt, DeviceProperties, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules, Overrides,
};
use postroom_policy::{CompileError, Effect};
use postroom_types::{Constrained, DeviceId, DeviceType, EntityId, MobileDeviceAccessRuleId};
use proptest::prelude::*;

fn user(name: &str) -> EntityId {
    EntityId::from_store(name.to_owned())
}

fn device(id: &str) -> DeviceId {
    id.try_into().unwrap()
}

fn values<T: Constrained>(texts: &[&str]) -> Vec<T> {
    texts.iter().map(|text| T::parse(text).unwrap()).collect()
}

fn rule(id: &str, effect: Effect, change: impl FnOnce(&mut MobileDeviceRule)) -> MobileDeviceRule {
    let mut rule = MobileDeviceRule::new(
        MobileDeviceAccessRuleId::try_from(id).unwrap(),
        format!("name of {id}").as_str().try_into().unwrap(),
        effect,
    );
    change(&mut rule);
    rule
}

fn of_type(device_type: Option<&str>) -> DeviceProperties<'_> {
    DeviceProperties { device_type, ..DeviceProperties::default() }
}

#[track_caller]
fn check(rules: &[MobileDeviceRule], properties: DeviceProperties<'_>, expected: (Effect, &[&str])) {
    let compiled = MobileDeviceRules::compile(rules.to_vec()).unwrap();
    let decision = compiled.decide(&properties);
    let ids: Vec<&str> = decision.matched_rules().map(|rule| rule.id.as_str()).collect();
    assert_eq!((decision.effect, ids.as_slice()), expected);
}

/// WB §18, seeds 9 and 10, and the examples of WB §3.1.
#[test]
fn documented_cases() {
    use Effect::{Allow, Deny};
    let apple = [rule("a", Allow, |rule| rule.device_types = values(&["iphone", "ipad", "$NONE"]))];
    check(&apple, of_type(Some("iPhone14C5")), (Allow, &["a"]));
    check(&apple, of_type(None), (Allow, &["a"]));
    check(&apple, of_type(Some("")), (Allow, &["a"]));
    check(&apple, of_type(Some("Android")), (Deny, &[]));
    let not_android = [rule("a", Allow, |rule| rule.not_device_types = values(&["android"]))];
    check(&not_android, of_type(None), (Deny, &[]));
    check(&not_android, of_type(Some("ANDROIDc12")), (Deny, &[]));
    check(&not_android, of_type(Some("iPhone")), (Allow, &["a"]));
    check(&[], of_type(Some("iPhone")), (Deny, &[]));
    check(&[rule("a", Allow, |_| ())], DeviceProperties::default(), (Allow, &["a"]));
    let ios = [
        rule("all", Allow, |_| ()),
        rule("old", Deny, |rule| rule.device_operating_systems = values(&["iOS 14.3"])),
    ];
    let running = |os| DeviceProperties { device_operating_system: Some(os), ..DeviceProperties::default() };
    check(&ios, running("iOS 14.3.1"), (Deny, &["old"]));
    check(&ios, running("iOS 14.4"), (Allow, &["all"]));
    let agent = [rule("a", Allow, |rule| rule.device_user_agents = values(&["android"]))];
    let mail =
        DeviceProperties { device_user_agent: Some("Android-Mail/7.7"), ..DeviceProperties::default() };
    check(&agent, mail, (Allow, &["a"]));
}

#[test]
fn none_is_special_and_compared_without_case() {
    use Effect::{Allow, Deny};
    let none = |text| [rule("a", Allow, |rule| rule.device_types = values(&[text]))];
    for text in ["$NONE", "$none"] {
        check(&none(text), of_type(None), (Allow, &["a"]));
        check(&none(text), of_type(Some("$NONE")), (Deny, &[]));
    }
    check(&none("$NONEx"), of_type(None), (Deny, &[]));
    check(&none("$NONEx"), of_type(Some("$nonexyz")), (Allow, &["a"]));
    let reported = [rule("a", Allow, |rule| rule.not_device_types = values(&["$NONE"]))];
    check(&reported, of_type(None), (Deny, &[]));
    check(&reported, of_type(Some("x")), (Allow, &["a"]));
}

#[test]
fn latin_1_letters_compare_without_case_and_other_text_matches_nothing() {
    use Effect::{Allow, Deny};
    let rules = [rule("a", Allow, |rule| rule.device_types = values(&["t\u{c9}l\u{e9}"]))];
    check(&rules, of_type(Some("T\u{e9}L\u{c9}phone")), (Allow, &["a"]));
    check(&rules, of_type(Some("T\u{e9}L\u{c9}\u{1f600}")), (Allow, &["a"]));
    check(&rules, of_type(Some("T\u{e9}L\u{1f600}")), (Deny, &[]));
    let long = "x".repeat(256);
    let longest = [rule("a", Allow, |rule| rule.device_types = values(&[&long]))];
    check(&longest, of_type(Some(&format!("{long}yz"))), (Allow, &["a"]));
    check(&longest, of_type(Some(&long[1..])), (Deny, &[]));
}

#[test]
fn a_value_that_no_property_begins_with_is_refused() {
    for bad in ["", "\u{100}"] {
        let broken = rule("a", Effect::Allow, |rule| {
            rule.not_device_types = vec![DeviceType::from_store(bad.to_owned())];
        });
        let error = MobileDeviceRules::compile(vec![broken]).unwrap_err();
        assert!(matches!(error, CompileError::BadDeviceValue { rule_index: 0, .. }), "{error}");
    }
}

/// WB §18, seed 11.
#[test]
fn an_override_decides_alone() {
    let deny_all = rule("DefaultDenyAll", Effect::Deny, |_| ());
    let rules = MobileDeviceRules::compile(vec![deny_all]).unwrap();
    let mut overrides = Overrides::new();
    overrides.put(&user("u"), &device("AbC1"), Effect::Allow).unwrap();
    let decide = |overrides: &Overrides, user_id: &EntityId, device_id: &str| {
        let attempt = DeviceAttempt { user_id, device_id, properties: of_type(Some("iPhone")) };
        let decision = MobileDevicePolicy { rules: &rules, overrides }.decide(&attempt);
        (decision.effect, decision.decided_by, decision.matched_rules().count())
    };
    assert_eq!(decide(&overrides, &user("u"), "abc1"), (Effect::Allow, DecidedBy::Override, 0));
    assert_eq!(decide(&overrides, &user("u"), "abc2"), (Effect::Deny, DecidedBy::Rules, 1));
    assert_eq!(decide(&overrides, &user("v"), "abc1"), (Effect::Deny, DecidedBy::Rules, 1));
    assert_eq!(decide(&overrides, &user("u"), "not an id"), (Effect::Deny, DecidedBy::Rules, 1));
    assert_eq!(overrides.remove(&user("u"), "ABC1"), Some(Effect::Allow));
    assert_eq!(decide(&overrides, &user("u"), "abc1"), (Effect::Deny, DecidedBy::Rules, 1));
}

#[test]
fn the_explanation_names_the_value_or_the_override() {
    let rules = MobileDeviceRules::compile(vec![
        rule("all", Effect::Allow, |_| ()),
        rule("old", Effect::Deny, |rule| {
            rule.device_types = values(&["iPad", "iPhone"]);
            rule.device_operating_systems = values(&["iOS 12", "iOS 13"]);
            rule.not_device_models = values(&["iPhone14"]);
        }),
    ])
    .unwrap();
    let mut overrides = Overrides::new();
    let properties = DeviceProperties {
        device_type: Some("iphone"),
        device_operating_system: Some("iOS 14.3"),
        ..DeviceProperties::default()
    };
    let attempt = DeviceAttempt { user_id: &user("u"), device_id: "d1", properties };
    let rule_lines = "ALLOW rule all (name of all) matches: it has no conditions
DENY rule old (name of old) does not match
  yes DeviceTypes: \"iphone\" begins with \"iPhone\"
  no  NotDeviceModels: it is not reported, and excluding conditions never hold then
  no  DeviceOperatingSystems: \"iOS 14.3\" begins with none of iOS 12, iOS 13
";
    let explained = MobileDevicePolicy { rules: &rules, overrides: &overrides }.explain(&attempt);
    assert_eq!(explained.to_string(), format!("{rule_lines}ALLOW: decided by all"));
    overrides.put(attempt.user_id, &device("D1"), Effect::Deny).unwrap();
    let explained = MobileDevicePolicy { rules: &rules, overrides: &overrides }.explain(&attempt);
    let last = "DENY: an override for this user and device decides alone";
    assert_eq!(explained.to_string(), format!("{rule_lines}{last}"));
}

/// WB §3.1, word by word, on the plain rules.
fn naive(rules: &[MobileDeviceRule], properties: &DeviceProperties<'_>) -> (Effect, Vec<String>) {
    for effect in [Effect::Deny, Effect::Allow] {
        let producing: Vec<String> = rules
            .iter()
            .filter(|rule| rule.effect == effect && naive_match(rule, properties))
            .map(|rule| rule.id.to_string())
            .collect();
        if !producing.is_empty() {
            return (effect, producing);
        }
    }
    (Effect::Deny, Vec::new())
}

fn naive_match(rule: &MobileDeviceRule, properties: &DeviceProperties<'_>) -> bool {
    naive_pair(&rule.device_types, &rule.not_device_types, properties.device_type)
        && naive_pair(&rule.device_models, &rule.not_device_models, properties.device_model)
        && naive_pair(
            &rule.device_operating_systems,
            &rule.not_device_operating_systems,
            properties.device_operating_system,
        )
        && naive_pair(&rule.device_user_agents, &rule.not_device_user_agents, properties.device_user_agent)
}

fn naive_pair<V: Constrained>(listed: &[V], excluded: &[V], property: Option<&str>) -> bool {
    let property = property.unwrap_or("");
    let value_matches = |value: &V| match value.as_str() {
        none if none.to_lowercase() == "$none" => property.is_empty(),
        prefix => !property.is_empty() && property.to_lowercase().starts_with(&prefix.to_lowercase()),
    };
    (listed.is_empty() || listed.iter().any(value_matches))
        && (excluded.is_empty() || (!property.is_empty() && !excluded.iter().any(value_matches)))
}

/// Texts of few characters, so that many are prefixes of others, with case, Latin-1 letters and `$NONE`.
fn any_value() -> impl Strategy<Value = String> {
    // Some are alike for as long as values are compared at once, and longer.
    let long = "a{14,18}[aAbB]{0,3}";
    prop_oneof![4 => "[aAbB\u{e9}\u{c9}]{1,4}", 1 => Just("$NONE".to_owned()), 1 => "[ -~]{1,3}", 2 => long]
}

fn any_property() -> impl Strategy<Value = Option<String>> {
    let (short, long) = ("[aAbB\0\u{e9}\u{c9}\u{100}]{1,7}", "a{13,20}[aAbB\0]{0,4}");
    prop_oneof![1 => Just(None), 1 => Just(Some(String::new())), 8 => short.prop_map(Some), 4 => long.prop_map(Some)]
}

fn few<T: Constrained + std::fmt::Debug + Clone>() -> impl Strategy<Value = Vec<T>> {
    let list = prop::collection::vec(any_value().prop_map(|text| T::parse(&text).unwrap()), 1..6);
    prop_oneof![2 => Just(Vec::new()), 1 => list]
}

fn any_rule() -> impl Strategy<Value = MobileDeviceRule> {
    let pairs = ((few(), few()), (few(), few()), (few(), few()), (few(), few()));
    (any::<bool>(), pairs).prop_map(|(deny, (types, models, systems, agents))| {
        rule("r", if deny { Effect::Deny } else { Effect::Allow }, |rule| {
            (rule.device_types, rule.not_device_types) = types;
            (rule.device_models, rule.not_device_models) = models;
            (rule.device_operating_systems, rule.not_device_operating_systems) = systems;
            (rule.device_user_agents, rule.not_device_user_agents) = agents;
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn decides_as_the_naive_model(
        mut rules in prop::collection::vec(any_rule(), 0..10),
        reported in [any_property(), any_property(), any_property(), any_property()],
    ) {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule.id = format!("r{index}").as_str().try_into().unwrap();
        }
        let properties = DeviceProperties {
            device_type: reported[0].as_deref(),
            device_model: reported[1].as_deref(),
            device_operating_system: reported[2].as_deref(),
            device_user_agent: reported[3].as_deref(),
        };
        let compiled = MobileDeviceRules::compile(rules.clone()).unwrap();
        let decision = compiled.decide(&properties);
        let ids: Vec<String> = decision.matched_rules().map(|rule| rule.id.to_string()).collect();
        prop_assert_eq!((decision.effect, ids.clone()), naive(&rules, &properties));
        let explanation = compiled.explain(&properties);
        prop_assert_eq!((explanation.effect, explanation.matched_rules), (decision.effect, ids));
        for (rule, explained) in rules.iter().zip(&explanation.rules) {
            prop_assert_eq!(naive_match(rule, &properties), explained.matched, "{}", explained);
        }
    }
}
