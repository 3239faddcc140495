//! Users.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed, forget_ties};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListUsers",
    actions: &[
        Action { operation: "CreateUser", plan: create },
        Action { operation: "CreateUser", plan: create },
        Action { operation: "CreateUser", plan: create_again },
        Action { operation: "UpdateUser", plan: update },
        Action { operation: "DeleteUser", plan: delete },
        Action { operation: "DeleteUser", plan: delete_enabled },
    ],
    observe,
};

/// Users of one writer: enough for ties between them, few enough to be listed after every round.
const USERS_MAX: usize = 4;

/// Attributes that one update writes together: the same text in all, or the update was half done.
const ATTRIBUTES: [&str; 4] = ["FirstName", "LastName", "City", "Company"];

fn create(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("user", |_| true).len() >= USERS_MAX {
        return None;
    }
    let (name, display_name) = (site.fresh('u'), site.text());
    let fact = Fact::of(&[("state", "DISABLED"), ("display", &display_name), ("attributes", "")]);
    let key = format!("user/{name}");
    let input = json!({"Name": name, "DisplayName": display_name});
    Some(site.done("CreateUser", input, vec![Change::Put(key.clone(), fact)]).minting(key, "UserId"))
}

fn create_again(site: &mut Site<'_>) -> Option<Plan> {
    let (name, _) = site.one("user", |_| true)?;
    let input = json!({"Name": name, "DisplayName": "again"});
    Some(site.refused("CreateUser", input, "NameAvailabilityException"))
}

fn update(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("user", |_| true)?;
    let text = site.text();
    let mut input = json!({"UserId": name, "DisplayName": text});
    for attribute in ATTRIBUTES {
        input[attribute] = json!(text);
    }
    let fact = fact.with("display", &text).with("attributes", &text);
    Some(site.done("UpdateUser", input, vec![Change::Put(format!("user/{name}"), fact)]))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("user", |fact| fact.field("state") == "DISABLED")?;
    let mut changes = forget_ties(site.facts, &name);
    changes.push(Change::Remove(format!("user/{name}")));
    Some(site.done("DeleteUser", json!({"UserId": fact.id.unwrap_or(name)}), changes))
}

fn delete_enabled(site: &mut Site<'_>) -> Option<Plan> {
    let (name, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    Some(site.refused("DeleteUser", json!({"UserId": name}), "EntityStateException"))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for user in client.all(KIND.list, &within(organization), "Users")? {
        let (id, name) = (text(&user, "Id"), text(&user, "Name"));
        let input = json!({"OrganizationId": organization.id, "UserId": id});
        let described = client.must("DescribeUser", &input)?;
        let values = ATTRIBUTES.map(|attribute| text(&described, attribute));
        let attributes = if values.iter().all(|value| *value == values[0]) {
            values[0].to_owned()
        } else {
            format!("half written: {values:?}")
        };
        let mut fact = Fact::of(&[
            ("state", text(&user, "State")),
            ("display", text(&user, "DisplayName")),
            ("attributes", &attributes),
        ]);
        if let Some(email) = user["Email"].as_str() {
            fact = fact.with("email", email);
        }
        observed.names.insert(id.to_owned(), name.to_owned());
        let before = observed.facts.insert(format!("user/{name}"), fact.identified(id));
        if before.is_some() {
            observed.facts.insert(format!("user/{name}/twice"), Fact::default());
        }
    }
    Ok(())
}
