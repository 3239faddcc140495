//! Many claim the same at once: exactly one gets it, everybody else is told so, and nothing is left of the others.

mod addresses;
mod domains;
mod names;
mod organizations;
mod tokens;

use std::fmt;
use std::sync::Barrier;

use serde_json::{Value, json};

use super::fsck;
use crate::client::{Answer, Client, Credentials};
use crate::dns::NameServer;
use crate::fleet::Fleet;
use crate::kinds::Organization;
use crate::problem::{Context, Problem, Result, fail};
use crate::run::{Engine, Run};

/// Clients of a race.
pub const RACERS: usize = 16;
/// A round of races takes as long as some rounds of other proofs.
const ROUNDS_PER_RACE: u64 = 3;
/// Organizations take longer than names: they are raced for once in so many rounds.
const ORGANIZATIONS_EVERY: u64 = 5;

/// Where the races are.
pub struct Arena {
    /// The nodes; racers are spread over them.
    pub fleet: Fleet,
    /// What proves domains.
    pub names: NameServer,
    /// An organization in use.
    pub organization: Organization,
    /// Callers, each with its connection.
    pub racers: Vec<Client>,
}

/// An AWS account of its own.
pub struct Account {
    /// Its key.
    pub credentials: Credentials,
}

/// How often a race was run.
#[derive(Debug, Default)]
pub struct Counts {
    names: u64,
    addresses: u64,
    tokens: u64,
    organizations: u64,
    domains: u64,
    proofs: u64,
}

/// Runs the proof on one engine.
pub fn prove(run: &Run, engine: Engine) -> Result<String> {
    let mut arena = Arena::new(run, engine)?;
    let mut counts = Counts::default();
    let (mut names, mut addresses) = (names::Names::default(), addresses::Addresses::prepare(&mut arena)?);
    for round in 1..=run.rounds.div_ceil(ROUNDS_PER_RACE) {
        let within = |what: &'static str| move || format!("race for {what} in round {round}");
        counts.names += names.race(&mut arena, round).context(within("a name"))?;
        counts.addresses += addresses.race(&mut arena, round).context(within("an address"))?;
        counts.tokens += tokens::race(&mut arena, round).context(within("a token"))?;
        if round % ORGANIZATIONS_EVERY == 1 {
            counts.organizations +=
                organizations::race(&mut arena, round).context(within("an organization's alias"))?;
            counts.tokens += tokens::race_for_organization(&mut arena, round).context(within("a token"))?;
        }
    }
    names.check(&mut arena)?;
    addresses.check(&mut arena)?;
    let (domains, proofs) = domains::race(&mut arena).context(|| "race for domains".to_owned())?;
    (counts.domains, counts.proofs) = (domains, proofs);
    fsck::clean(arena.fleet.first()?).context(|| "find what is left clean".to_owned())?;
    let nodes = arena.fleet.nodes.len();
    arena.fleet.stop()?;
    Ok(format!("{RACERS} clients on {nodes} node(s) of {engine}: {counts}; fsck clean"))
}

impl Arena {
    fn new(run: &Run, engine: Engine) -> Result<Self> {
        let names = NameServer::start()?;
        let fleet = Fleet::start(run, "races", engine, &[names.setting()])?;
        let organization = Organization::create(&mut fleet.client(0)?, "races")?;
        let racers: Result<Vec<Client>> = (0..RACERS).map(|index| fleet.client(index)).collect();
        Ok(Self { fleet, names, organization, racers: racers? })
    }

    /// `input` with the organization.
    pub fn within(&self, mut input: Value) -> Value {
        input["OrganizationId"] = json!(self.organization.id);
        input
    }

    /// One more AWS account.
    pub fn account(&self) -> Result<Account> {
        let made = self.fleet.operator("account", &["create", "--name", "racer"])?;
        let id = made["id"].as_str().unwrap_or_default();
        let key = self.fleet.operator("access-key", &["create", "--account", id])?;
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let credentials =
            Credentials { access_key_id: text("access_key_id"), secret: text("secret_access_key") };
        Ok(Account { credentials })
    }
}

/// Makes all calls at the same moment, each by its own racer.
pub fn all_at_once(racers: &mut [Client], calls: &[(&str, Value)]) -> Result<Vec<Answer>> {
    for racer in racers.iter_mut() {
        // Connects, so that the race begins at the server and not on the way to it.
        racer.must("ListOrganizations", &json!({}))?;
    }
    let start = Barrier::new(calls.len().min(racers.len()));
    std::thread::scope(|scope| {
        let start = &start;
        let running: Vec<_> = racers
            .iter_mut()
            .zip(calls)
            .map(|(racer, (operation, input))| {
                scope.spawn(move || {
                    start.wait();
                    racer.call(operation, input)
                })
            })
            .collect();
        let ended = running.into_iter().map(|racer| racer.join());
        ended.map(|answer| answer.map_err(|_| Problem("a racer panicked".to_owned()))).collect()
    })
}

/// The one who got it; all others must have been refused with `refusal`.
pub fn one_wins(calls: &[(&str, Value)], answers: &[Answer], refusal: &str) -> Result<(usize, Value)> {
    let mut winner = None;
    for (index, answer) in answers.iter().enumerate() {
        match answer {
            Answer::Done(value) => {
                if let Some((first, _)) = winner.replace((index, value.clone())) {
                    return fail(format!("two got it: {:?} and {:?}", calls[first], calls[index]));
                }
            }
            Answer::Refused(refused) if refused.name == refusal => {}
            other => {
                return fail(format!("{:?} should win or be refused with {refusal}: {other}", calls[index]));
            }
        }
    }
    winner.map_or_else(|| fail(format!("nobody got it: {:?}", calls.first())), Ok)
}

/// The answer that everybody got.
pub fn all_alike(calls: &[(&str, Value)], answers: Vec<Answer>) -> Result<Value> {
    let mut first = None;
    for (answer, (operation, _)) in answers.into_iter().zip(calls) {
        let value = answer.done(operation)?;
        match &first {
            None => first = Some(value),
            Some(first) if *first == value => {}
            Some(first) => return fail(format!("{operation} with one token: {first} and {value}")),
        }
    }
    first.map_or_else(|| fail("nobody ran"), Ok)
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} names, {} addresses, {} client tokens, {} organization aliases, {} domains of an account, {} proofs of \
             domains",
            self.names, self.addresses, self.tokens, self.organizations, self.domains, self.proofs
        )
    }
}
