//! Random values of every shape: valid ones come back as they went in, broken ones are refused and never panic.

use std::collections::BTreeMap;

use postroom_admin_api::extensions::POSTROOM;
use postroom_admin_api::operations::OPERATIONS;
use postroom_admin_api::wire::random::Generator;
use postroom_admin_api::wire::{ErrorName, Fault, Kind, OperationShape, Shape};
use serde_json::Value;

/// Seeds per operation.
const SEEDS: u64 = 60;

/// WorkMail's operations and our own.
fn operations() -> impl Iterator<Item = &'static OperationShape> {
    OPERATIONS.iter().chain(POSTROOM.operations).copied()
}

/// Numbers as floats, so that `3` and `3.0` are equal.
fn normal(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(elements) => elements.into_iter().map(normal).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, normal(member))).collect(),
        other => other,
    }
}

#[track_caller]
fn check_round_trip(shape: &Shape, echo: fn(&[u8]) -> Result<Vec<u8>, Fault>, seed: u64) {
    let sent = Generator::new(seed).valid(shape);
    let came = echo(sent.to_string().as_bytes());
    let came = came.unwrap_or_else(|fault| unreachable!("{} seed {seed}: {fault:?} for {sent}", shape.name));
    let came: Value = serde_json::from_slice(&came).expect("JSON");
    assert_eq!(normal(came), normal(sent), "{} seed {seed}", shape.name);
}

#[track_caller]
fn check_mutated(shape: &Shape, echo: fn(&[u8]) -> Result<Vec<u8>, Fault>, seed: u64) -> bool {
    let sent = Generator::new(seed).mutated_body(shape);
    match echo(&sent) {
        Ok(first) => {
            let second = echo(&first).expect("what was written can be read");
            assert_eq!(first, second, "{} seed {seed}", shape.name);
            true
        }
        Err(fault) => {
            let expected = [ErrorName::ValidationException, ErrorName::SerializationException];
            assert!(expected.contains(&fault.kind), "{} seed {seed}: {fault:?}", shape.name);
            assert!(fault.message.len() < 20_000, "{} seed {seed}", shape.name);
            false
        }
    }
}

#[test]
fn valid_values_round_trip() {
    for operation in operations() {
        for seed in 0..SEEDS {
            check_round_trip(operation.input, operation.echo_input, seed);
            check_round_trip(operation.output, operation.echo_output, seed);
        }
    }
}

#[test]
fn broken_values_are_refused_without_panic() {
    let (mut accepted, mut refused) = (0, 0);
    for operation in operations() {
        for seed in 0..SEEDS {
            for (shape, echo) in
                [(operation.input, operation.echo_input), (operation.output, operation.echo_output)]
            {
                *(if check_mutated(shape, echo, seed) { &mut accepted } else { &mut refused }) += 1;
            }
        }
    }
    assert!(
        accepted > 500 && refused > 2_000,
        "mutation is lopsided: {accepted} accepted, {refused} refused"
    );
}

/// Every constrained string: what the generator makes is valid, and the pattern refuses some of what is next to it.
#[test]
fn every_text_has_random_values() {
    fn collect(shape: &'static Shape, found: &mut BTreeMap<&'static str, &'static Shape>) {
        found.insert(shape.name, shape);
        for part in shape.parts() {
            collect(part, found);
        }
    }
    let mut shapes = BTreeMap::new();
    for operation in operations() {
        collect(operation.input, &mut shapes);
        collect(operation.output, &mut shapes);
    }
    let mut texts = 0;
    for shape in shapes.into_values() {
        let Kind::Text { violations, max, .. } = shape.kind else { continue };
        texts += 1;
        for seed in 0..SEEDS {
            let text = Generator::new(seed).valid(shape);
            assert_eq!(violations(text.as_str().expect("text")), [], "{} seed {seed}", shape.name);
        }
        let long = "x".repeat(max.map_or(0, |max| max + 1));
        assert_ne!(violations(&long), [], "{}", shape.name);
    }
    assert_eq!(texts, 68);
}

#[test]
fn known_values_are_used() {
    let shape =
        OPERATIONS.iter().find(|operation| operation.name == "ListUsers").expect("in the table").input;
    let mut generator = Generator::new(1);
    generator.know("OrganizationId", ["m-known".into()]);
    let known = (0..100).filter(|_| generator.valid(shape)["OrganizationId"] == "m-known").count();
    assert!(known > 80, "{known} of 100");
}
