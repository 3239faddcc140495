//! Decisions allocate nothing, whatever the rules and however many overrides (DESIGN §11).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use allocation_counter::measure;
use postroom_policy::Effect;
use postroom_policy::access_control::{
    AccessAction, AccessAttempt, AccessControlRule, AccessControlRules, Principal,
};
use postroom_policy::impersonation::{ImpersonationRule, ImpersonationRules};
use postroom_policy::ip::Ipv4Range;
use postroom_policy::mobile_device::{
    DeviceAttempt, DeviceProperties, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules, Overrides,
};
use postroom_types::{Constrained, DeviceId, EntityId, ImpersonationRoleType};

/// Ten rules that fill every list: nine that do not match and one that allows.
fn device_rules() -> MobileDeviceRules {
    fn ten<T: Constrained>(text: &str) -> Vec<T> {
        (0..10).map(|number| T::parse(&format!("{text}{number}")).unwrap()).collect()
    }
    let rules = (0..10).map(|number| {
        let effect = if number == 9 { Effect::Allow } else { Effect::Deny };
        let id = format!("rule-{number}");
        let mut rule =
            MobileDeviceRule::new(id.as_str().try_into().unwrap(), id.as_str().try_into().unwrap(), effect);
        rule.device_types = ten(if number == 9 { "iPhone" } else { "Android" });
        rule.not_device_models = ten("Nexus");
        rule.device_operating_systems = ten("iOS 1");
        rule.not_device_user_agents = ten("Android-Mail/");
        rule
    });
    MobileDeviceRules::compile(rules.collect()).unwrap()
}

#[test]
fn device_decisions() {
    let rules = device_rules();
    let mut overrides = Overrides::new();
    let user = |number: u64| {
        let mut random = [7; 16];
        random[..8].copy_from_slice(&number.to_le_bytes());
        EntityId::mint(random)
    };
    for number in 0..20_000u64 {
        let device = DeviceId::parse(&format!("appl{number:028x}")).unwrap();
        overrides.put(&user(number), &device, Effect::Allow).unwrap();
    }
    let imported = EntityId::from_store("S-1-1-12-1234567890-123456789-123456789-1234".to_owned());
    overrides.put(&imported, &"APPLDLXK1".try_into().unwrap(), Effect::Allow).unwrap();
    let policy = MobileDevicePolicy { rules: &rules, overrides: &overrides };
    let properties = DeviceProperties {
        device_type: Some("iPhone14C5"),
        device_model: Some("iPhone14C5"),
        device_operating_system: Some("iOS 14.3.1 18C66"),
        device_user_agent: Some("Apple-iPhone14C5/1803.66"),
    };
    let known = user(5);
    for (user_id, device_id) in [
        (&known, "APPL0000000000000000000000000005"),
        (&known, "appl0000000000000000000000000006"),
        (&known, "not a device id"),
        (&imported, "appldlxk1"),
        (&imported, "appldlxk2"),
    ] {
        let attempt = DeviceAttempt { user_id, device_id, properties };
        let mut effect = Effect::Deny;
        let counted = measure(|| effect = policy.decide(&attempt).effect);
        assert_eq!((effect, counted.count_total), (Effect::Allow, 0), "{device_id}");
    }
    // The counter counts: a rule set cannot be made without allocating.
    assert_ne!(measure(|| drop(device_rules())).count_total, 0);
}

#[test]
fn access_and_impersonation_decisions() {
    let mut rule = AccessControlRule::new("office".try_into().unwrap(), Effect::Allow);
    rule.ip_ranges = (0..100).map(|third| Ipv4Range::parse(&format!("10.0.{third}.0/24")).unwrap()).collect();
    rule.actions = vec![AccessAction::Imap];
    let rules = AccessControlRules::compile(vec![rule]).unwrap();
    let user = EntityId::from_store("01234567-89ab-4def-8123-456789abcdef".to_owned());
    let attempt = AccessAttempt {
        action: AccessAction::Imap,
        ip_address: "10.0.7.1".parse().unwrap(),
        principal: Principal::User(&user),
    };
    let impersonation = ImpersonationRules::compile(
        ImpersonationRoleType::FullAccess,
        vec![ImpersonationRule::new("all".try_into().unwrap(), Effect::Allow)],
    )
    .unwrap();
    let mut effects = [Effect::Deny; 2];
    let counted = measure(|| effects = [rules.decide(&attempt).effect, impersonation.decide(&user).effect]);
    assert_eq!((effects, counted.count_total), ([Effect::Allow; 2], 0));
}
