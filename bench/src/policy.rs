//! Access decisions: devices with ten rules and a million overrides.

use std::hint::black_box;
use std::time::{Duration, Instant};

use postroom_policy::Effect;
use postroom_policy::mobile_device::{
    DeviceAttempt, DeviceProperties, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules, Overrides,
};
use postroom_types::{Constrained, DeviceId, EntityId};

use crate::Problem;
use crate::report::{median, ratio};

const OVERRIDES: u64 = 1_000_000;
const ROUNDS: u64 = 200_000;
/// Decisions between two looks at the clock.
const BLOCK: u64 = 100;
const REPEATS: u64 = 9;

pub(crate) fn run() -> Result<(), Problem> {
    let rules = rules()?;
    let mut overrides = Overrides::new();
    for number in 0..OVERRIDES {
        overrides.put(&user(number), &device(number), Effect::Allow).map_err(|error| format!("{error:?}"))?;
    }
    println!("{OVERRIDES} overrides occupy {:.1} MB", overrides.heap_bytes() as f64 / 1e6);
    let policy = MobileDevicePolicy { rules: &rules, overrides: &overrides };
    let properties = DeviceProperties {
        device_type: Some("iPhone9.5"),
        device_model: Some("iPhone14C5"),
        device_operating_system: Some("iOS 9.3.1 18C66"),
        device_user_agent: Some("Apple-iPhone14C5/1803.66"),
    };
    let decide = |(user_id, device_id): &(EntityId, DeviceId)| {
        policy.decide(black_box(&DeviceAttempt { user_id, device_id, properties })).effect.is_allow()
    };
    measure(
        "device: an override decides, any of a million",
        |number| (user(number), device(number)),
        decide,
    )?;
    let unknown = |number| (user(number), device(number + OVERRIDES));
    measure("device: no override, ten full rules decide", unknown, decide)
}

/// The median time of one decision, which must allow, about a person and device whose ids were just made, as those of a
/// request were just read.
fn measure(
    name: &str,
    attempt: impl Fn(u64) -> (EntityId, DeviceId),
    decide: impl Fn(&(EntityId, DeviceId)) -> bool,
) -> Result<(), Problem> {
    let mut times = Vec::new();
    for repeat in 0..REPEATS {
        let (mut took, mut allowed) = (Duration::ZERO, 0);
        for block in 0..ROUNDS / BLOCK {
            // A stride that is prime to the count visits overrides all over memory.
            let numbers =
                (0..BLOCK).map(|at| (repeat * ROUNDS + block * BLOCK + at).wrapping_mul(618_033_989));
            let attempts: Vec<_> = numbers.map(|number| attempt(number % OVERRIDES)).collect();
            let began = Instant::now();
            allowed += attempts.iter().filter(|attempt| decide(attempt)).count() as u64;
            took += began.elapsed();
        }
        times.push(took.as_secs_f64() * 1e6 / ROUNDS as f64);
        if allowed != ROUNDS {
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
