//! After a round: what the server shows against what the writers know.

use std::time::{Duration, Instant};

use super::writer::Moment;
use super::{Counts, Load, Round, WRITERS, Writer};
use crate::client::Client;
use crate::facts::{Facts, Observed, belongs, changed};
use crate::kinds::{self, Expect, ORGANIZATIONS};
use crate::problem::{Problem, Result, fail};
use crate::server::Server;

impl Load {
    /// Compares everything, settles what had no answer, and repeats requests with their tokens.
    ///
    /// Every acknowledged write must be there, no refused one, and of one without an answer all or nothing.
    pub fn check(&mut self, server: &Server, counts: &Counts) -> Result<()> {
        let shown = self.observe(server)?;
        for (observed, baseline) in shown.iter().zip(&self.baseline) {
            self.check_baseline(observed, baseline)?;
        }
        let mut client = server.client()?;
        let organizations = account(&mut client, self)?;
        for writer in &mut self.writers {
            let index = self.organizations.iter().position(|each| each.id == writer.organization.id);
            let place = index.and_then(|index| shown.get(index)).unwrap_or(&organizations);
            let observed = if writer.is_of_account() { &organizations } else { place };
            writer.settle(&observed.part(&writer.prefix), counts)?;
            writer.repeat(&mut client, counts)?;
        }
        Ok(())
    }

    /// Writes with a writer of its own until a write is carried out, at most for `time_max`.
    pub fn write_again(&mut self, server: &Server, counts: &Counts, time_max: Duration) -> Result<()> {
        let Some(writer) = self.writers.get_mut(WRITERS) else { return fail("there is no spare writer") };
        let (mut client, round, began) = (server.client()?, Round::new(counts, true), Instant::now());
        while !round.has_answer() {
            if writer.step(&mut client, &round)? == Moment::Stops || began.elapsed() > time_max {
                return fail(format!("no write is carried out in {time_max:?}:\n{}", server.log_tail()));
            }
        }
        Ok(())
    }

    /// What each organization shows, looked at at once.
    fn observe(&self, server: &Server) -> Result<Vec<Observed>> {
        std::thread::scope(|scope| {
            let looking: Vec<_> = self
                .organizations
                .iter()
                .map(|organization| {
                    scope.spawn(move || kinds::observe(&mut server.client()?, organization, &self.missing))
                })
                .collect();
            let joined = looking.into_iter().map(|thread| {
                thread.join().unwrap_or_else(|_| Err(Problem("a comparing thread panicked".to_owned())))
            });
            joined.collect()
        })
    }

    /// Nothing may be there that nobody has written, and nothing missing that was there before.
    fn check_baseline(&self, observed: &Observed, baseline: &Facts) -> Result<()> {
        let written = |key: &str| self.writers.iter().any(|writer| belongs(key, &writer.prefix));
        let mut rest = observed.clone();
        rest.facts.retain(|key, _| !written(key));
        let differences = rest.differences(baseline);
        if differences.is_empty() { Ok(()) } else { fail(differences.join("\n")) }
    }
}

/// The account's organizations besides those that everybody writes in.
fn account(client: &mut Client, load: &Load) -> Result<Observed> {
    let mut observed = Observed::default();
    let Some(first) = load.organizations.first() else { return Ok(observed) };
    (ORGANIZATIONS.observe)(client, first, &mut observed)?;
    let ours = |id: Option<&String>| load.organizations.iter().any(|each| Some(&each.id) == id);
    observed.facts.retain(|_, fact| !ours(fact.id.as_ref()));
    let prefix = load.writers.get(WRITERS - 1).map_or("", |writer| writer.prefix.as_str());
    match observed.facts.iter().find(|(key, _)| !belongs(key, prefix)) {
        Some((key, fact)) => fail(format!("nobody has written {key}: {fact:?}")),
        None => Ok(observed),
    }
}

impl Writer {
    /// Whether it writes organizations and not in one.
    fn is_of_account(&self) -> bool {
        self.prefix == format!("c{:02}", WRITERS - 1)
    }

    /// Takes over what is shown, when it is what this writer knows, with the lost call or without.
    fn settle(&mut self, observed: &Observed, counts: &Counts) -> Result<()> {
        Counts::add(&counts.compared, self.facts.len());
        let before = observed.differences(&self.facts);
        let Some(plan) = &self.unknown else {
            if before.is_empty() {
                return Ok(());
            }
            return fail(format!(
                "acknowledged writes of {} are not there:\n{}",
                self.prefix,
                before.join("\n")
            ));
        };
        let after_facts = changed(&self.facts, &plan.changes);
        let after = observed.differences(&after_facts);
        if after.is_empty() {
            if !before.is_empty() {
                Counts::add(&counts.unknown_done, 1);
            }
            self.facts = observed.completed(&after_facts);
        } else if !before.is_empty() {
            return fail(format!(
                "{} lost the answer to {} {}; what is there is neither as before:\n{}\nnor as after:\n{}",
                self.prefix,
                plan.operation,
                plan.input,
                before.join("\n"),
                after.join("\n")
            ));
        }
        Ok(())
    }

    /// The same requests with the same tokens: the same answers, and nothing happens a second time (which the next
    /// comparison shows).
    fn repeat(&mut self, client: &mut Client, counts: &Counts) -> Result<()> {
        for (plan, id) in std::mem::take(&mut self.repeatable) {
            let again = client.must(plan.operation, &plan.input)?;
            Counts::add(&counts.repeated, 1);
            if plan.minted_id(&again) != id {
                return fail(format!("{} gave {id:?} and with the same token {again}", plan.operation));
            }
        }
        let lost = self.unknown.take().filter(|plan| plan.has_token() && plan.expect == Expect::Done);
        let Some(plan) = lost else { return Ok(()) };
        let again = client.must(plan.operation, &plan.input)?;
        Counts::add(&counts.repeated, 1);
        let known = plan.minted.as_ref().and_then(|(key, _)| self.facts.get(key)?.id.clone());
        match (known, plan.minted_id(&again)) {
            (Some(known), Some(id)) if known != id => {
                fail(format!("{} is there as {known}, and its token gives {id}", plan.operation))
            }
            _ => {
                self.facts = changed(&self.facts, &plan.changes_with(&again));
                Ok(())
            }
        }
    }
}
