//! One writer: plans a call, makes it, and keeps the model.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::{Counts, Round};
use crate::client::{Answer, Client};
use crate::facts::{Facts, changed};
use crate::kinds::{Action, Expect, Kind, LOOK, Organization, Plan, SETTLE_TIME_MAX, Site, is_under_way};
use crate::problem::{Problem, Result, fail};
use crate::random::Random;

/// Repeatable requests that are kept until the end of a round.
const REPEATABLE_MAX: usize = 2;

/// A client of the server that knows what it has written.
pub struct Writer {
    /// What its names begin with.
    pub prefix: String,
    /// Where it writes.
    pub organization: Organization,
    /// What is there.
    pub facts: Facts,
    /// The call whose answer was lost; then nothing more is written until it is known what became of it.
    pub unknown: Option<Plan>,
    /// Calls with a client token, and the id that they were answered with.
    pub repeatable: Vec<(Plan, Option<String>)>,
    actions: Vec<&'static Action>,
    random: Random,
    serial: u64,
}

/// How one call left the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It goes on.
    GoesOn,
    /// The answer was lost, or there is nobody to ask.
    Stops,
}

impl Writer {
    /// Writer number `index`.
    pub fn new(
        index: usize,
        organization: Organization,
        kinds: &[&'static Kind],
        missing: &BTreeSet<&'static str>,
        seed: u64,
    ) -> Self {
        // What cannot be looked at is not written.
        let shown = kinds.iter().filter(|kind| !missing.contains(kind.list));
        let actions = shown.flat_map(|kind| kind.actions);
        Self {
            prefix: format!("c{index:02}"),
            organization,
            facts: Facts::new(),
            unknown: None,
            repeatable: Vec::new(),
            actions: actions.filter(|action| !missing.contains(action.operation)).collect(),
            random: Random::new(seed, index as u64 + 1),
            serial: 0,
        }
    }

    /// Writes until told to stop, or until an answer is lost.
    pub fn run(&mut self, client: &mut Client, round: &Round<'_>) -> Result<()> {
        self.repeatable.clear();
        while !round.stop.load(Ordering::SeqCst) {
            if self.step(client, round)? == Moment::Stops {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One call, and sometimes a look at what is there.
    pub fn step(&mut self, client: &mut Client, round: &Round<'_>) -> Result<Moment> {
        let plan = self.plan()?;
        if plan.operation == "DeleteOrganization" && !is_settled(client, &plan, round)? {
            return Ok(Moment::Stops);
        }
        let answer = client.call(plan.operation, &plan.input);
        let moment = self.take(plan, answer, round)?;
        if moment == Moment::GoesOn && self.random.once_in(4) {
            return self.look(client, round);
        }
        Ok(moment)
    }

    /// What the call that `plan` planned has led to.
    fn take(&mut self, plan: Plan, answer: Answer, round: &Round<'_>) -> Result<Moment> {
        let counts = round.counts;
        if answer.is_unknown() {
            if let Answer::Unavailable(refusal) = &answer
                && !(round.database_breaks && refusal.name == "ServiceUnavailableException")
            {
                return fail(format!("{} failed: {answer}\n{}", plan.operation, plan.input));
            }
            Counts::add(&counts.unknown, 1);
            self.unknown = Some(plan);
            return Ok(Moment::Stops);
        }
        match (answer, plan.expect) {
            (Answer::Done(answer), Expect::Done) => {
                let id = plan.minted_id(&answer);
                if plan.minted.is_some() && id.is_none() {
                    return fail(format!("{} answered without an id: {answer}", plan.operation));
                }
                self.facts = changed(&self.facts, &plan.changes_with(&answer));
                if plan.has_token() {
                    if self.repeatable.len() >= REPEATABLE_MAX {
                        self.repeatable.remove(0);
                    }
                    self.repeatable.push((plan, id));
                }
                Counts::add(&counts.acknowledged, 1);
            }
            (Answer::Refused(refusal), Expect::Refused(name)) if refusal.name == name => {
                Counts::add(&counts.refused, 1);
            }
            (Answer::Unavailable(refusal), _)
                if round.database_breaks && refusal.name == "ServiceUnavailableException" =>
            {
                Counts::add(&counts.unavailable, 1);
                round.note_unavailable();
                std::thread::sleep(LOOK);
                return Ok(Moment::GoesOn);
            }
            (Answer::NotSent(_), _) => return Ok(Moment::Stops),
            (answer, expect) => {
                return fail(format!(
                    "{} by {} ended as {answer} instead of {expect:?}\n{}",
                    plan.operation, self.prefix, plan.input
                ));
            }
        }
        round.note_answer();
        Ok(Moment::GoesOn)
    }

    /// Reads a user and compares: who writes sees it at once.
    fn look(&mut self, client: &mut Client, round: &Round<'_>) -> Result<Moment> {
        let users: Vec<(&String, _)> =
            self.facts.iter().filter(|(key, fact)| key.starts_with("user/") && fact.id.is_some()).collect();
        let Some((key, fact)) = self.random.pick(&users).copied() else { return Ok(Moment::GoesOn) };
        let input = json!({"OrganizationId": self.organization.id, "UserId": fact.id});
        let described = match client.call("DescribeUser", &input) {
            Answer::Done(described) => described,
            Answer::Lost(_) | Answer::NotSent(_) => return Ok(Moment::Stops),
            Answer::Unavailable(_) if round.database_breaks => return Ok(Moment::GoesOn),
            other => return fail(format!("{key} cannot be read: {other}")),
        };
        Counts::add(&round.counts.reads, 1);
        let same =
            |member: &str, field: &str| described[member].as_str().unwrap_or_default() == fact.field(field);
        if !same("State", "state") || !same("DisplayName", "display") || !same("Email", "email") {
            return fail(format!("{key} was written as {fact:?} and read as {described}"));
        }
        Ok(Moment::GoesOn)
    }

    fn plan(&mut self) -> Result<Plan> {
        for _ in 0..1_000 {
            let Some(action) = self.random.pick(&self.actions).copied() else { break };
            let mut site = Site {
                organization: &self.organization,
                prefix: &self.prefix,
                facts: &self.facts,
                random: &mut self.random,
                serial: &mut self.serial,
            };
            if let Some(plan) = (action.plan)(&mut site) {
                return Ok(plan);
            }
        }
        Err(Problem(format!("{} finds nothing to write", self.prefix)))
    }
}

/// Waits until an organization may be deleted; false when the server went away meanwhile.
fn is_settled(client: &mut Client, plan: &Plan, round: &Round<'_>) -> Result<bool> {
    let input = json!({"OrganizationId": plan.input["OrganizationId"]});
    let began = Instant::now();
    while began.elapsed() < SETTLE_TIME_MAX {
        match client.call("DescribeOrganization", &input) {
            Answer::Done(described) if !is_under_way(&described) => return Ok(true),
            Answer::Done(_) => std::thread::sleep(LOOK),
            Answer::Lost(_) | Answer::NotSent(_) => return Ok(false),
            Answer::Unavailable(_) if round.database_breaks => {}
            other => return fail(format!("an organization cannot be read: {other}")),
        }
        if round.stop.load(Ordering::SeqCst) {
            return Ok(false);
        }
    }
    fail(format!("nothing goes on with an organization for {SETTLE_TIME_MAX:?}: {input}"))
}
