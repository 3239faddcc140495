//! An alias belongs to one organization of all accounts.

use serde_json::{Value, json};

use super::{Arena, RACERS, all_at_once, one_wins};
use crate::client::Client;
use crate::kinds::settled;
use crate::problem::{Result, fail};

/// One race, by two accounts.
pub fn race(arena: &mut Arena, round: u64) -> Result<u64> {
    let other = arena.account()?;
    let racers: Result<Vec<Client>> = (0..RACERS)
        .map(|index| match index % 4 {
            0 | 1 => arena.fleet.client(index),
            _ => arena.fleet.client_of(index, &other.credentials),
        })
        .collect();
    let (mut racers, alias) = (racers?, format!("alias{round}"));
    let call = |index: usize| {
        let written = if index.is_multiple_of(3) { alias.to_uppercase() } else { alias.clone() };
        ("CreateOrganization", json!({"Alias": written}))
    };
    let calls: Vec<(&str, Value)> = (0..RACERS).map(call).collect();
    let answers = all_at_once(&mut racers, &calls)?;
    let (winner, won) = one_wins(&calls, &answers, "NameAvailabilityException")?;
    let id = won["OrganizationId"].as_str().unwrap_or_default();
    let active = settled(&mut racers[winner], id)?;
    let mut there = Vec::new();
    for client in [&mut arena.fleet.client(1)?, &mut arena.fleet.client_of(1, &other.credentials)?] {
        let listed = client.all("ListOrganizations", &json!({}), "OrganizationSummaries")?;
        there.extend(
            listed.into_iter().filter(|found| {
                found["Alias"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(&alias))
            }),
        );
    }
    match there.as_slice() {
        [one] if one["OrganizationId"] == json!(id) && active["State"] == json!("Active") => Ok(1),
        _ => fail(format!("{alias} was won by {won} and is listed as {there:?}; {active}")),
    }
}
