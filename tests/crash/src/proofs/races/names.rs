//! A name belongs to one user, group or resource, in whatever case it is written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Arena, RACERS, all_at_once, one_wins};
use crate::problem::{Result, fail};

/// Which kinds want the same name.
const FIELDS: &[&[&str]] = &[
    &["CreateUser"],
    &["CreateGroup"],
    &["CreateResource"],
    &["CreateUser", "CreateGroup", "CreateResource"],
];

/// Who has which name.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// One race for each combination of kinds.
    pub fn race(&mut self, arena: &mut Arena, round: u64) -> Result<u64> {
        for (field, operations) in FIELDS.iter().enumerate() {
            let name = format!("name-{round}-{field}");
            let call = |index: usize| {
                let operation = operations[index % operations.len()];
                let written = if index.is_multiple_of(2) { name.clone() } else { name.to_uppercase() };
                (operation, arena.within(input(operation, &written)))
            };
            let calls: Vec<(&str, Value)> = (0..RACERS).map(call).collect();
            let answers = all_at_once(&mut arena.racers, &calls)?;
            let (_, won) = one_wins(&calls, &answers, "NameAvailabilityException")?;
            let ids = ["UserId", "GroupId", "ResourceId"].map(|member| won[member].as_str());
            let Some(id) = ids.into_iter().flatten().next() else { return fail(format!("no id: {won}")) };
            self.0.insert(name, id.to_owned());
        }
        Ok(FIELDS.len() as u64)
    }

    /// Whether the lists show the winners, each once, and nobody else.
    pub fn check(&self, arena: &mut Arena) -> Result<()> {
        let mut shown = BTreeMap::new();
        for (operation, member) in
            [("ListUsers", "Users"), ("ListGroups", "Groups"), ("ListResources", "Resources")]
        {
            for found in arena.fleet.client(1)?.all(operation, &arena.within(json!({})), member)? {
                let name = found["Name"].as_str().unwrap_or_default().to_lowercase();
                let id = found["Id"].as_str().unwrap_or_default().to_owned();
                if name.starts_with("name-")
                    && let Some(other) = shown.insert(name.clone(), id.clone())
                {
                    return fail(format!("{name} is listed as {other} and as {id}"));
                }
            }
        }
        if shown == self.0 { Ok(()) } else { fail(format!("listed: {shown:?}, won: {:?}", self.0)) }
    }
}

fn input(operation: &str, name: &str) -> Value {
    match operation {
        "CreateUser" => json!({"Name": name, "DisplayName": name}),
        "CreateResource" => json!({"Name": name, "Type": "ROOM"}),
        _ => json!({"Name": name}),
    }
}
