//! An address belongs to one entity: by registration, as an alias or as the primary address.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Arena, RACERS, all_at_once, one_wins};
use crate::problem::{Result, fail};

/// How many of the racers register a new user with the address instead of adding it to one of theirs.
const REGISTERING: usize = 4;

/// One enabled user for each racer, and who has got which address.
pub struct Addresses {
    users: Vec<String>,
    won: BTreeMap<String, String>,
}

impl Addresses {
    /// Makes the users.
    pub fn prepare(arena: &mut Arena) -> Result<Self> {
        let mut users = Vec::new();
        for number in 0..RACERS {
            let id = user(arena, &format!("holder{number}"))?;
            let email = format!("holder{number}@{}", arena.organization.domain);
            let register = arena.within(json!({"EntityId": id, "Email": email}));
            arena.racers[0].must("RegisterToWorkMail", &register)?;
            users.push(id);
        }
        Ok(Self { users, won: BTreeMap::new() })
    }

    /// A race of aliases, and one of aliases with registrations and a change of a primary address.
    pub fn race(&mut self, arena: &mut Arena, round: u64) -> Result<u64> {
        let alias = |arena: &Arena, id: &str, address: &str| {
            ("CreateAlias", arena.within(json!({"EntityId": id, "Alias": address})))
        };
        let address = format!("alias{round}@{}", arena.organization.domain);
        let written =
            |index: usize| if index.is_multiple_of(2) { address.clone() } else { address.to_uppercase() };
        let calls: Vec<(&str, Value)> =
            self.users.iter().enumerate().map(|(index, id)| alias(arena, id, &written(index))).collect();
        let answers = all_at_once(&mut arena.racers, &calls)?;
        let (winner, _) = one_wins(&calls, &answers, "EmailAddressInUseException")?;
        self.won.insert(address.clone(), self.users[winner].clone());

        let address = format!("mixed{round}@{}", arena.organization.domain);
        let (mut calls, mut ids) = (Vec::new(), Vec::new());
        for (index, holder) in self.users.clone().into_iter().enumerate() {
            if index < REGISTERING {
                let id = user(arena, &format!("new-{round}-{index}"))?;
                let input = json!({"EntityId": id, "Email": address});
                calls.push(("RegisterToWorkMail", arena.within(input)));
                ids.push(id);
            } else {
                calls.push(alias(arena, &holder, &address));
                ids.push(holder);
            }
        }
        if let Some((last, id)) = calls.last_mut().zip(ids.last()) {
            *last = ("UpdatePrimaryEmailAddress", arena.within(json!({"EntityId": id, "Email": address})));
        }
        let answers = all_at_once(&mut arena.racers, &calls)?;
        let (winner, _) = one_wins(&calls, &answers, "EmailAddressInUseException")?;
        self.won.insert(address, ids[winner].clone());
        Ok(2)
    }

    /// Whether every address that was raced for leads to its winner, and stands with nobody else.
    pub fn check(&self, arena: &mut Arena) -> Result<()> {
        let mut client = arena.fleet.client(1)?;
        for (address, id) in &self.won {
            let described = client.must("DescribeEntity", &arena.within(json!({"Email": address})))?;
            if described["EntityId"] != json!(id) {
                return fail(format!("{address} was won by {id} and leads to {described}"));
            }
        }
        for user in &self.users {
            let listed = client.all("ListAliases", &arena.within(json!({"EntityId": user})), "Aliases")?;
            for alias in listed.iter().filter_map(Value::as_str) {
                let winner = self.won.get(&alias.to_lowercase());
                if winner.is_some_and(|winner| winner != user) {
                    return fail(format!("{alias} was won by {winner:?} and is listed with {user}"));
                }
            }
        }
        Ok(())
    }
}

fn user(arena: &mut Arena, name: &str) -> Result<String> {
    let input = arena.within(json!({"Name": name, "DisplayName": name}));
    let made = arena.racers[0].must("CreateUser", &input)?;
    Ok(made["UserId"].as_str().unwrap_or_default().to_owned())
}
