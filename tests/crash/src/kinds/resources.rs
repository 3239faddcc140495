//! Resources and their delegates.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed, forget_ties};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListResources",
    actions: &[
        Action { operation: "CreateResource", plan: create },
        Action { operation: "UpdateResource", plan: update },
        Action { operation: "DeleteResource", plan: delete },
        Action { operation: "AssociateDelegateToResource", plan: associate },
    ],
    observe,
};

/// Resources of one writer.
const RESOURCES_MAX: usize = 2;

fn create(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("resource", |_| true).len() >= RESOURCES_MAX {
        return None;
    }
    let (name, description) = (site.fresh('r'), site.text());
    let key = format!("resource/{name}");
    let fact = Fact::of(&[("state", "DISABLED"), ("description", &description)]);
    let input = json!({"Name": name, "Type": "ROOM", "Description": description});
    Some(site.done("CreateResource", input, vec![Change::Put(key.clone(), fact)]).minting(key, "ResourceId"))
}

fn update(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("resource", |_| true)?;
    let description = site.text();
    let input = json!({"ResourceId": name, "Description": description});
    let fact = fact.with("description", &description);
    Some(site.done("UpdateResource", input, vec![Change::Put(format!("resource/{name}"), fact)]))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("resource", |fact| fact.field("state") == "DISABLED")?;
    let mut changes = forget_ties(site.facts, &name);
    changes.push(Change::Remove(format!("resource/{name}")));
    Some(site.done("DeleteResource", json!({"ResourceId": fact.id.unwrap_or(name)}), changes))
}

fn associate(site: &mut Site<'_>) -> Option<Plan> {
    let (resource, _) = site.one("resource", |fact| fact.field("state") == "ENABLED")?;
    let (user, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    let changes = vec![Change::Put(format!("delegate/{resource}/{user}"), Fact::default())];
    let input = json!({"ResourceId": resource, "EntityId": user});
    Some(site.done("AssociateDelegateToResource", input, changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for resource in client.all(KIND.list, &within(organization), "Resources")? {
        let (id, name, state) = (text(&resource, "Id"), text(&resource, "Name"), text(&resource, "State"));
        let mut fact = Fact::of(&[("state", state), ("description", text(&resource, "Description"))]);
        if let Some(email) = resource["Email"].as_str() {
            fact = fact.with("email", email);
        }
        observed.names.insert(id.to_owned(), name.to_owned());
        observed.facts.insert(format!("resource/{name}"), fact.identified(id));
        if state != "ENABLED" {
            observed.hidden.insert(format!("delegate/{name}/"));
            continue;
        }
        let input = json!({"OrganizationId": organization.id, "ResourceId": id});
        for delegate in client.all("ListResourceDelegates", &input, "Delegates")? {
            let delegate = observed.name_of(text(&delegate, "Id"));
            observed.facts.insert(format!("delegate/{name}/{delegate}"), Fact::default());
        }
    }
    Ok(())
}
