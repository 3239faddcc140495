//! The map of overrides: random operations against a plain map, and its size with a million entries.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use postroom_policy::Effect;
use postroom_policy::mobile_device::{OverrideError, Overrides};
use postroom_types::{Constrained, DeviceId, EntityId};
use proptest::prelude::*;

fn minted(number: u64) -> EntityId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    EntityId::mint(bytes)
}

/// Ids of every shape that is packed differently, and pairs that differ only where packing could lose it.
fn any_user() -> impl Strategy<Value = EntityId> {
    let hex = "0123456789abcdef0123456789abcdef";
    prop_oneof![
        (0..4u64).prop_map(minted),
        (0..4u64).prop_map(|n| EntityId::from_store(minted(n).as_str().to_uppercase())),
        (0..4).prop_map(|n| EntityId::from_store(format!("S-1-1-12-{n}"))),
        (0..4).prop_map(move |n| EntityId::from_store(format!("r-{}{n}", &hex[1..]))),
    ]
}

#[derive(Debug, Clone)]
enum Step {
    Put(Effect),
    Remove,
    Get,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => any::<bool>().prop_map(|deny| Step::Put(if deny { Effect::Deny } else { Effect::Allow })),
        2 => Just(Step::Remove),
        1 => Just(Step::Get),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn behaves_as_a_plain_map(
        steps in prop::collection::vec((any_step(), any_user(), "[aA0zZ]{1,3}"), 1..400),
        shrink in any::<bool>(),
    ) {
        let mut overrides = Overrides::new();
        let mut plain: BTreeMap<(EntityId, String), Effect> = BTreeMap::new();
        for (step, user, id) in steps {
            let key = (user.clone(), id.to_lowercase());
            match step {
                Step::Put(effect) => {
                    let device = DeviceId::parse(&id).unwrap();
                    prop_assert_eq!(overrides.put(&user, &device, effect), Ok(plain.insert(key, effect)));
                }
                Step::Remove => prop_assert_eq!(overrides.remove(&user, &id), plain.remove(&key)),
                Step::Get => prop_assert_eq!(overrides.get(&user, &id), plain.get(&key).copied()),
            }
            prop_assert_eq!(overrides.len(), plain.len());
        }
        for ((user, id), effect) in &plain {
            prop_assert_eq!(overrides.get(user, &id.to_uppercase()), Some(*effect));
            if shrink {
                prop_assert_eq!(overrides.remove(user, id), Some(*effect));
                prop_assert_eq!(overrides.get(user, id), None);
            }
        }
    }
}

#[test]
fn what_is_not_a_device_id_has_no_override() {
    let mut overrides = Overrides::new();
    let bad = DeviceId::from_store("not-an-id".to_owned());
    assert_eq!(overrides.put(&minted(1), &bad, Effect::Allow), Err(OverrideError::NotADeviceId));
    assert_eq!(overrides.get(&minted(1), "not-an-id"), None);
    assert_eq!(overrides.remove(&minted(1), ""), None);
    assert!(overrides.is_empty());
}

fn device(number: u64) -> DeviceId {
    DeviceId::from_store(format!("APPL{number:028X}"))
}

fn effect(number: u64) -> Effect {
    if number.is_multiple_of(3) { Effect::Deny } else { Effect::Allow }
}

fn filled(count: u64) -> Overrides {
    let mut overrides = Overrides::new();
    for number in 0..count {
        assert_eq!(overrides.put(&minted(number), &device(number), effect(number)), Ok(None));
    }
    overrides
}

/// DESIGN §11: a million overrides in an organization.
#[test]
fn a_million_entries_are_small() {
    let overrides = filled(1_000_000);
    assert!(overrides.heap_bytes() < 60_000_000, "{} bytes", overrides.heap_bytes());
    for number in (0..1_000_000).step_by(97) {
        assert_eq!(overrides.get(&minted(number), &device(number)), Some(effect(number)));
        assert_eq!(overrides.get(&minted(number), &device(number + 1)), None);
    }
}

#[test]
fn what_is_removed_gives_its_memory_back() {
    assert_eq!(Overrides::new().heap_bytes(), 0);
    let mut overrides = filled(50_000);
    for number in 0..50_000 {
        assert_eq!(overrides.remove(&minted(number), &device(number)), Some(effect(number)));
    }
    assert!(overrides.heap_bytes() < 1_000, "{} bytes", overrides.heap_bytes());
}
