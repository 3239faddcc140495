//! What decisions cost: devices with ten full rules and a million overrides, access control, IAM.
//!
//! `cargo run --release -p postroom-policy --example decision_timing`

#![allow(clippy::unwrap_used, reason = "an example that measures; its values are its own")]

use std::hint::black_box;
use std::time::Instant;

use postroom_policy::Effect;
use postroom_policy::access_control::{
    AccessAction, AccessAttempt, AccessControlRule, AccessControlRules, Principal,
};
use postroom_policy::iam::{Context, Policies, managed};
use postroom_policy::ip::Ipv4Range;
use postroom_policy::mobile_device::{
    DeviceAttempt, DeviceProperties, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules, Overrides,
};
use postroom_policy::permit::AwsAccountId;
use postroom_types::{Constrained, DeviceId, EntityId};

const OVERRIDE_COUNT: u64 = 1_000_000;
const ROUNDS: u64 = 200_000;
const REPEATS: usize = 9;

/// Runs `work` with changing numbers and prints the fastest and the median time of one call.
fn measure(name: &str, mut work: impl FnMut(u64)) {
    let mut times: Vec<f64> = (0..REPEATS as u64)
        .map(|repeat| {
            let start = Instant::now();
            // A stride that is prime to the count visits overrides all over memory.
            (0..ROUNDS).for_each(|round| work((repeat * ROUNDS + round).wrapping_mul(618_033_989)));
            start.elapsed().as_secs_f64() * 1e9 / ROUNDS as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:<52} {:>6.0} ns fastest {:>6.0} ns median", times[0], times[REPEATS / 2]);
}

fn user(number: u64) -> EntityId {
    let mut random = [0; 16];
    random[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    EntityId::mint(random)
}

fn device(number: u64) -> DeviceId {
    DeviceId::from_store(format!("APPL{number:028X}"))
}

/// Ten rules that fill every list and differ in every value; the last allows.
fn device_rules() -> MobileDeviceRules {
    fn ten<T: Constrained>(text: &str, rule: u32) -> Vec<T> {
        (0..10).map(|number| T::parse(&format!("{text}{rule}.{number}")).unwrap()).collect()
    }
    let rules = (0..10).map(|number| {
        let effect = if number == 9 { Effect::Allow } else { Effect::Deny };
        let id = format!("rule-{number}");
        let mut rule =
            MobileDeviceRule::new(id.as_str().try_into().unwrap(), id.as_str().try_into().unwrap(), effect);
        rule.device_types = ten("iPhone", number);
        rule.not_device_models = ten("Nexus", number);
        rule.device_operating_systems = ten("iOS ", number);
        rule.not_device_user_agents = ten("Android-Mail/", number);
        rule
    });
    MobileDeviceRules::compile(rules.collect()).unwrap()
}

fn main() {
    let rules = device_rules();
    let mut overrides = Overrides::new();
    let start = Instant::now();
    for number in 0..OVERRIDE_COUNT {
        overrides.put(&user(number), &device(number), Effect::Allow).unwrap();
    }
    println!("{OVERRIDE_COUNT} overrides put in {:.0?}, {} bytes", start.elapsed(), overrides.heap_bytes());
    let policy = MobileDevicePolicy { rules: &rules, overrides: &overrides };
    let properties = DeviceProperties {
        device_type: Some("iPhone9.5"),
        device_model: Some("iPhone14C5"),
        device_operating_system: Some("iOS 9.3.1 18C66"),
        device_user_agent: Some("Apple-iPhone14C5/1803.66"),
    };
    let known: Vec<(EntityId, DeviceId, DeviceId)> = (0..OVERRIDE_COUNT)
        .map(|number| (user(number), device(number), device(number + OVERRIDE_COUNT)))
        .collect();
    let at = |number: u64| &known[usize::try_from(number % OVERRIDE_COUNT).unwrap()];
    let allow = |user_id: &EntityId, device_id: &str| {
        let attempt = DeviceAttempt { user_id, device_id, properties };
        assert!(policy.decide(black_box(&attempt)).effect.is_allow());
    };
    measure("device: an override decides, any of a million", |number| allow(&at(number).0, &at(number).1));
    measure("device: no override, ten rules decide", |number| allow(&at(number).0, &at(number).2));
    measure("device: ten rules alone", |_| {
        assert!(rules.decide(black_box(&properties)).effect.is_allow());
    });

    let mut rule = AccessControlRule::new("office".try_into().unwrap(), Effect::Allow);
    rule.ip_ranges =
        (0..1_024u32).map(|range| Ipv4Range::new((range * 0x40_0000).into(), 24).unwrap()).collect();
    let access = AccessControlRules::compile(vec![rule; 10]).unwrap();
    let user_id = user(1);
    let attempt = AccessAttempt {
        action: AccessAction::Imap,
        ip_address: "64.0.0.9".parse().unwrap(),
        principal: Principal::User(&user_id),
    };
    measure("access control: ten rules of 1,024 ranges", |_| {
        assert!(access.decide(black_box(&attempt)).effect.is_allow());
    });

    let account = AwsAccountId::parse("111122223333").unwrap();
    let policies = Policies::parse(managed::WORKMAIL_FULL_ACCESS).unwrap();
    let resource = "arn:aws:workmail:us-east-1:111122223333:organization/m-0123456789abcdef0123456789abcdef";
    measure("IAM: full access", |_| {
        let context = Context::default();
        let decision = policies.decide(&account, black_box("workmail:CreateUser"), resource, &context);
        assert!(decision.effect.is_allow());
    });
}
