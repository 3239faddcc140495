//! Access decisions: devices with ten rules and a million overrides.

use std::hint::black_box;
use std::time::Instant;

use postroom_policy::Effect;
use postroom_policy::mobile_device::{
    DeviceAttempt, DeviceProperties, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules, Overrides,
};
use postroom_types::{Constrained, DeviceId, EntityId};

use crate::Problem;
use crate::report::{median, ratio};

const OVERRIDES: u64 = 1_000_000;
const ROUNDS: u64 = 200_000;
const REPEATS: u64 = 9;

pub(crate) fn run() -> Result<(), Problem> {
    let rules = rules()?;
    let mut overrides = Overrides::new();
    for number in 0..OVERRIDES {
        overrides.put(&user(number), &device(number), Effect::Allow).map_err(|error| format!("{error:?}"))?;
    }
    println!("{OVERRIDES} overrides occupy {:.1} MB", overrides.heap_bytes() as f64 / 1e6);
    let policy = MobileDevicePolicy { rules: &rules, overrides: &overrides };
    let known: Vec<(EntityId, DeviceId, DeviceId)> =
        (0..OVERRIDES).map(|number| (user(number), device(number), device(number + OVERRIDES))).collect();
    let properties = DeviceProperties {
        device_type: Some("iPhone9.5"),
        device_model: Some("iPhone14C5"),
        device_operating_system: Some("iOS 9.3.1 18C66"),
        device_user_agent: Some("Apple-iPhone14C5/1803.66"),
    };
    let at = |number: u64| usize::try_from(number % OVERRIDES).ok().and_then(|at| known.get(at));
    measure("device: an override decides, any of a million", |number| {
        at(number).is_some_and(|(user_id, device_id, _)| {
            policy.decide(black_box(&DeviceAttempt { user_id, device_id, properties })).effect.is_allow()
        })
    })?;
    measure("device: no override, ten full rules decide", |number| {
        at(number).is_some_and(|(user_id, _, device_id)| {
            policy.decide(black_box(&DeviceAttempt { user_id, device_id, properties })).effect.is_allow()
        })
    })
}

/// The median time of one decision, which must allow.
fn measure(name: &str, decide: impl Fn(u64) -> bool) -> Result<(), Problem> {
    let mut times = Vec::new();
    for repeat in 0..REPEATS {
        let began = Instant::now();
        // A stride that is prime to the count visits overrides all over memory.
        let allowed =
            (0..ROUNDS).filter(|round| decide((repeat * ROUNDS + round).wrapping_mul(618_033_989))).count();
        times.push(began.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64);
        if allowed as u64 != ROUNDS {
            return Err(format!("{name}: {allowed} of {ROUNDS} were allowed").into());
        }
    }
    let time = median(&mut times);
    ratio(&format!("{name}, µs"), time, "≤ 1", time <= 1.0);
    Ok(())
}

/// Ten rules that fill every list and differ in every value; the last allows.
fn rules() -> Result<MobileDeviceRules, Problem> {
    fn ten<T: Constrained>(text: &str, rule: u32) -> Vec<T> {
        (0..10).map(|number| T::from_store(format!("{text}{rule}.{number}"))).collect()
    }
    let rules = (0..10).map(|number| {
        let effect = if number == 9 { Effect::Allow } else { Effect::Deny };
        let id = format!("rule-{number}");
        let (rule_id, name) = (Constrained::from_store(id.clone()), Constrained::from_store(id));
        let mut rule = MobileDeviceRule::new(rule_id, name, effect);
        rule.device_types = ten("iPhone", number);
        rule.not_device_models = ten("Nexus", number);
        rule.device_operating_systems = ten("iOS ", number);
        rule.not_device_user_agents = ten("Android-Mail/", number);
        rule
    });
    MobileDeviceRules::compile(rules.collect()).map_err(|error| format!("{error:?}").into())
}

fn user(number: u64) -> EntityId {
    let mut random = [0; 16];
    random[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    EntityId::mint(random)
}

fn device(number: u64) -> DeviceId {
    DeviceId::from_store(format!("APPL{number:028X}"))
}
