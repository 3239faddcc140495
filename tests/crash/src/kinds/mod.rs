//! What writers write, one file a kind of thing: how the next call is planned and what the server shows afterwards.

mod access_rules;
mod addresses;
mod device_rules;
mod domains;
mod groups;
mod organizations;
mod overrides;
mod permissions;
mod resources;
mod roles;
mod tags;
mod users;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::facts::{Change, Fact, Facts, Observed};
use crate::problem::Result;
use crate::random::Random;

pub use organizations::{LOOK, Organization, SETTLE_TIME_MAX, is_under_way, settled};

/// A kind of thing.
pub struct Kind {
    /// The operation that shows all of it.
    pub list: &'static str,
    /// The operations that write it.
    pub actions: &'static [Action],
    /// Adds what the server shows of it.
    pub observe: fn(&mut Client, &Organization, &mut Observed) -> Result<()>,
}

/// A way to write.
pub struct Action {
    /// The operation.
    pub operation: &'static str,
    /// The next call of it, if what is there allows one.
    pub plan: fn(&mut Site<'_>) -> Option<Plan>,
}

/// The kinds, entities first, since others name them.
pub const KINDS: &[&Kind] = &[
    &users::KIND,
    &groups::KIND,
    &resources::KIND,
    &addresses::KIND,
    &permissions::KIND,
    &overrides::KIND,
    &device_rules::KIND,
    &access_rules::KIND,
    &roles::KIND,
    &tags::KIND,
    &domains::KIND,
];

/// Organizations are written by one writer alone: see [`organizations`].
pub const ORGANIZATIONS: &Kind = &organizations::KIND;

/// What a writer plans with.
pub struct Site<'a> {
    /// Where it writes.
    pub organization: &'a Organization,
    /// What its names begin with.
    pub prefix: &'a str,
    /// What it knows.
    pub facts: &'a Facts,
    /// Its chance.
    pub random: &'a mut Random,
    /// Grows with every name.
    pub serial: &'a mut u64,
}

/// A call, and what follows from it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The operation.
    pub operation: &'static str,
    /// Its input.
    pub input: Value,
    /// How it must end.
    pub expect: Expect,
    /// What is so when it is done.
    pub changes: Vec<Change>,
    /// The fact whose id the answer has, and in which member.
    pub minted: Option<(String, &'static str)>,
}

/// How a call must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Carried out.
    Done,
    /// Refused with this error.
    Refused(&'static str),
}

impl Site<'_> {
    /// A name that was never used.
    pub fn fresh(&mut self, letter: char) -> String {
        *self.serial += 1;
        format!("{}{letter}{}", self.prefix, self.serial)
    }

    /// A text that was never used.
    pub fn text(&mut self) -> String {
        *self.serial += 1;
        format!("text {} {:08x}", self.serial, self.random.next() as u32)
    }

    /// A client token that was never used.
    pub fn token(&mut self) -> String {
        format!("{}{:016x}{:016x}", self.prefix, self.random.next(), self.random.next())
    }

    /// The names and facts of `kind` for which `want` holds.
    pub fn found(&self, kind: &str, want: impl Fn(&Fact) -> bool) -> Vec<(String, Fact)> {
        let kind = format!("{kind}/");
        let of_kind = self.facts.iter().filter_map(|(key, fact)| Some((key.strip_prefix(&kind)?, fact)));
        of_kind.filter(|(_, fact)| want(fact)).map(|(name, fact)| (name.to_owned(), fact.clone())).collect()
    }

    /// One of [`Site::found`].
    pub fn one(&mut self, kind: &str, want: impl Fn(&Fact) -> bool) -> Option<(String, Fact)> {
        let found = self.found(kind, want);
        self.random.pick(&found).cloned()
    }

    /// A call in the organization that must be carried out and change `changes`.
    pub fn done(&self, operation: &'static str, mut input: Value, changes: Vec<Change>) -> Plan {
        input["OrganizationId"] = json!(self.organization.id);
        Plan { operation, input, expect: Expect::Done, changes, minted: None }
    }

    /// A call in the organization that must be refused with `error`.
    pub fn refused(&self, operation: &'static str, input: Value, error: &'static str) -> Plan {
        Plan { expect: Expect::Refused(error), ..self.done(operation, input, Vec::new()) }
    }
}

impl Plan {
    /// The same, with the id of `key` in `member` of the answer.
    #[must_use]
    pub fn minting(self, key: String, member: &'static str) -> Self {
        Self { minted: Some((key, member)), ..self }
    }

    /// Whether the call carries a client token, so that it may be repeated.
    pub fn has_token(&self) -> bool {
        self.input.get("ClientToken").is_some()
    }

    /// The id that `answer` has minted.
    pub fn minted_id(&self, answer: &Value) -> Option<String> {
        let (_, member) = self.minted.as_ref()?;
        answer[*member].as_str().map(str::to_owned)
    }

    /// The changes, with the id of `answer`.
    pub fn changes_with(&self, answer: &Value) -> Vec<Change> {
        let mut changes = self.changes.clone();
        if let (Some((minted, _)), Some(id)) = (&self.minted, self.minted_id(answer)) {
            for change in &mut changes {
                if let Change::Put(key, fact) = change
                    && key == minted
                {
                    fact.id = Some(id.clone());
                }
            }
        }
        changes
    }
}

/// Whether the server has `operation` at all: an empty input is refused in another way when it has.
pub fn is_available(client: &mut Client, operation: &str) -> bool {
    !matches!(client.call(operation, &json!({})),
        Answer::Refused(refusal) if refusal.name == "UnknownOperationException")
}

/// What is there of every kind that can be listed.
pub fn observe(
    client: &mut Client,
    organization: &Organization,
    missing: &BTreeSet<&'static str>,
) -> Result<Observed> {
    let mut observed = Observed::default();
    for kind in KINDS.iter().filter(|kind| !missing.contains(kind.list)) {
        (kind.observe)(client, organization, &mut observed)?;
    }
    Ok(observed)
}

/// The text of a member; empty when it is not there.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The parameters of a list of the organization.
fn within(organization: &Organization) -> Value {
    json!({"OrganizationId": organization.id})
}
