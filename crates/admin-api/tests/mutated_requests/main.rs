//! Ten thousand requests that are nearly right, against the whole API on each engine: every one is answered with 4xx
//! or a valid result, nothing panics, nothing is logged as an error, and what is stored agrees with itself.
//!
//! Everything follows from the seed, which a failure prints. `POSTROOM_TEST_SEED` gives another one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod bodies;
mod heads;
mod request;
#[path = "../support/mod.rs"]
mod support;
mod verdict;
mod watch;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use postroom_admin_api::wire::{ErrorName, OperationShape};
use postroom_admin_api::{IMPLEMENTED, extensions, operations};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use request::Request;
use verdict::Outcome;
use world::{World, modules};

/// Mutated requests, as the plan of the project asks for them.
const MUTATED: usize = 10_000;
/// Between two looks at what is due in the background.
const BACKGROUND_EVERY: usize = 500;
/// After so many wrong answers a run ends early.
const WRONGS_MAX: usize = 12;
/// Requests of the operations whose passwords are hashed are as rare as this.
const HASHING_RARELY: u64 = 8;

/// An operation of one of the two services.
#[derive(Clone, Copy)]
struct Target {
    service: &'static str,
    shape: &'static OperationShape,
}

impl Target {
    fn name(self) -> String {
        format!("{}.{}", self.service, self.shape.name)
    }

    fn is_implemented(self) -> bool {
        self.service == "PostroomService" || IMPLEMENTED.contains(&self.shape.name)
    }
}

fn targets() -> Vec<Target> {
    let workmail = operations::OPERATIONS.iter().map(|&shape| Target { service: "WorkMailService", shape });
    let own = extensions::OPERATIONS.iter().map(|&shape| Target { service: "PostroomService", shape });
    workmail.chain(own).collect()
}

/// What is done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mutation {
    /// Nothing: it makes things exist.
    None,
    /// The body, then it is signed.
    Body,
    /// The head, then it is signed.
    Head,
    /// The head or the body, after it was signed.
    Signed,
}

/// What was sent and what came of it.
#[derive(Default)]
struct Tally {
    sent: BTreeMap<Mutation, usize>,
    done: BTreeMap<Mutation, usize>,
    refused: BTreeMap<&'static str, usize>,
    carried_out: BTreeMap<&'static str, usize>,
    not_http: usize,
}

impl Tally {
    /// Whether `target` is there and was never carried out.
    fn lacks(&self, target: Target) -> bool {
        target.is_implemented() && !self.carried_out.contains_key(target.shape.name)
    }

    fn mutated(&self) -> usize {
        self.sent.iter().filter(|(mutation, _)| **mutation != Mutation::None).map(|(_, count)| count).sum()
    }
}

fn seed() -> u64 {
    std::env::var("POSTROOM_TEST_SEED").map_or(20_261_121, |text| text.parse().expect("a number"))
}

/// One request and its answer.
fn step(world: &mut World, target: Target, tally: &mut Tally) -> Result<(), String> {
    let mutation = mutation(world);
    let (request, body) = make(world, target, mutation);
    let answered = catch_unwind(AssertUnwindSafe(|| world.send(&request)));
    let said = || format!("{mutation:?} of {}: {}", target.name(), describe(&request));
    let response = match answered {
        Err(_) => return Err(format!("a panic: {}", said())),
        Ok(None) => {
            tally.not_http += 1;
            return Ok(());
        }
        Ok(Some(response)) => response,
    };
    *tally.sent.entry(mutation).or_default() += 1;
    let called = request.value("x-amz-target") == Some(target.name().as_bytes());
    let outcome = verdict::outcome(called.then_some(target.shape), &response);
    let outcome = outcome.map_err(|wrong| format!("{wrong}\n{}", said()))?;
    if mutation == Mutation::Signed && !is_covered(&request, world, target, &body) && is_done(&outcome) {
        return Err(format!("its signature does not cover it, and it was carried out: {}", said()));
    }
    if !target.is_implemented() && called && mutation != Mutation::Signed && mutation != Mutation::Head {
        let honest = outcome == Outcome::Refused(ErrorName::UnsupportedOperationException);
        return if honest { Ok(()) } else { Err(format!("{outcome:?} for what is not there: {}", said())) };
    }
    match outcome {
        Outcome::Done(value) => {
            *tally.done.entry(mutation).or_default() += 1;
            *tally.carried_out.entry(target.shape.name).or_default() += 1;
            world.learn(target.shape.output, &value);
            if let Ok(input) = serde_json::from_slice(&request.body) {
                world.learn(target.shape.input, &input);
            }
        }
        Outcome::Refused(name) => *tally.refused.entry(name.as_str()).or_default() += 1,
    }
    Ok(())
}

fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done(_))
}

fn mutation(world: &mut World) -> Mutation {
    match world.generator.below(16) {
        0..5 => Mutation::None,
        5..11 => Mutation::Body,
        11..13 => Mutation::Head,
        _ => Mutation::Signed,
    }
}

/// The request, and the body that was signed.
fn make(world: &mut World, target: Target, mutation: Mutation) -> (Request, Vec<u8>) {
    world.prepare(target.shape.name);
    let now = world.now();
    let body = match mutation {
        Mutation::Body => bodies::mutated(&mut world.generator, target.shape.input),
        _ => world.generator.valid(target.shape.input).to_string().into_bytes(),
    };
    let mut request = Request::new(&target.name(), now, body.clone());
    if mutation == Mutation::Head {
        heads::mutate(&mut world.generator, &mut request, false);
    }
    let mut request = request.signed(&world.key, now);
    if mutation == Mutation::Signed {
        heads::mutate(&mut world.generator, &mut request, true);
    }
    (request, body)
}

/// Whether what `request` says now is what was signed.
fn is_covered(request: &Request, world: &World, target: Target, body: &[u8]) -> bool {
    let signed = Request::new(&target.name(), world.now(), body.to_vec());
    let named = |request: &Request| {
        let mut covered = request.covered();
        covered.retain(|(name, _)| signed.value(name).is_some());
        covered
    };
    // Ampersands alone are no parameters.
    let line = (request.method.as_str(), request.path.as_str(), request.query.trim_matches('&'));
    line == ("POST", "/", "") && request.body == body && named(request) == named(&signed)
}

fn describe(request: &Request) -> String {
    let mut text = format!("{} {}?{}\n", request.method, request.path, request.query);
    for (name, value) in &request.headers {
        text += &format!("{name}: {}\n", value.escape_ascii());
    }
    let body = request.body.escape_ascii().to_string();
    text + &body[..body.len().min(4_000)]
}

/// Requests until enough of them were mutated.
fn send_all(store: &mut TestStore) {
    watch::start();
    let (seed, targets, mut tally) = (seed(), targets(), Tally::default());
    let mut world = World::new(store, seed);
    let (mut number, mut wrongs) = (0, Vec::new());
    while tally.mutated() < MUTATED {
        number += 1;
        if number % BACKGROUND_EVERY == 0 {
            world.background();
        }
        let target = choose(&mut world, &targets, &tally);
        let hashes = matches!(target.shape.name, "CreateUser" | "ResetPassword");
        if hashes && world.generator.below(HASHING_RARELY) != 0 {
            continue;
        }
        let seen = watch::seen();
        if let Err(wrong) = step(&mut world, target, &mut tally) {
            wrongs.push(format!("request {number}: {wrong}"));
        } else if let Some(new) = watch::seen().get(seen.len()..).filter(|new| !new.is_empty()) {
            wrongs.push(format!("after request {number} of {}: {new:?}", target.name()));
        }
        assert!(wrongs.len() < WRONGS_MAX, "seed {seed}: {}", wrongs.join("\n"));
    }
    assert!(wrongs.is_empty(), "seed {seed}: {}", wrongs.join("\n"));
    world.background();
    assert_eq!(world.fsck(), [], "seed {seed}");
    check_depth(seed, &targets, &tally);
}

/// Any operation, and every third time one that was not carried out yet.
fn choose(world: &mut World, targets: &[Target], tally: &Tally) -> Target {
    if world.generator.below(3) == 0 {
        let never: Vec<Target> = targets.iter().copied().filter(|target| tally.lacks(*target)).collect();
        if !never.is_empty() {
            return never[world.generator.below(never.len() as u64) as usize];
        }
    }
    targets[world.generator.below(targets.len() as u64) as usize]
}

/// Random requests are worth nothing when they all fail at the door.
fn check_depth(seed: u64, targets: &[Target], tally: &Tally) {
    println!("seed {seed}: sent {:?}, carried out {:?}, not HTTP {}", tally.sent, tally.done, tally.not_http);
    println!("refused: {:?}", tally.refused);
    let never: Vec<&str> =
        targets.iter().filter(|target| tally.lacks(**target)).map(|target| target.shape.name).collect();
    println!("never carried out: {never:?}");
    assert!(never.len() <= 10, "seed {seed}: these were never carried out: {never:?}");
    assert!(tally.refused.len() >= 25, "seed {seed}: too few kinds of refusals: {:?}", tally.refused);
}

on_both_engines! { modules();
    fn mutated_requests_are_answered_with_4xx_or_a_valid_result(store: &mut TestStore) {
        send_all(store);
    }
}
