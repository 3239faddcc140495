//! Groups and their members.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed, forget_ties};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListGroups",
    actions: &[
        Action { operation: "CreateGroup", plan: create },
        Action { operation: "UpdateGroup", plan: update },
        Action { operation: "DeleteGroup", plan: delete },
        Action { operation: "AssociateMemberToGroup", plan: associate },
        Action { operation: "AssociateMemberToGroup", plan: associate },
        Action { operation: "DisassociateMemberFromGroup", plan: disassociate },
    ],
    observe,
};

/// Groups of one writer.
const GROUPS_MAX: usize = 3;

fn create(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("group", |_| true).len() >= GROUPS_MAX {
        return None;
    }
    let name = site.fresh('g');
    let key = format!("group/{name}");
    let fact = Fact::of(&[("state", "DISABLED"), ("hidden", "false")]);
    let changes = vec![Change::Put(key.clone(), fact)];
    Some(site.done("CreateGroup", json!({"Name": name}), changes).minting(key, "GroupId"))
}

fn update(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("group", |_| true)?;
    let hidden = fact.field("hidden") != "true";
    let input = json!({"GroupId": name, "HiddenFromGlobalAddressList": hidden});
    let fact = fact.with("hidden", &hidden.to_string());
    Some(site.done("UpdateGroup", input, vec![Change::Put(format!("group/{name}"), fact)]))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("group", |fact| fact.field("state") == "DISABLED")?;
    let mut changes = forget_ties(site.facts, &name);
    changes.push(Change::Remove(format!("group/{name}")));
    Some(site.done("DeleteGroup", json!({"GroupId": fact.id.unwrap_or(name)}), changes))
}

fn associate(site: &mut Site<'_>) -> Option<Plan> {
    let (group, _) = site.one("group", |fact| fact.field("state") == "ENABLED")?;
    let (user, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    let changes = vec![Change::Put(format!("member/{group}/{user}"), Fact::default())];
    Some(site.done("AssociateMemberToGroup", json!({"GroupId": group, "MemberId": user}), changes))
}

fn disassociate(site: &mut Site<'_>) -> Option<Plan> {
    let (edge, _) = site.one("member", |_| true)?;
    let (group, member) = edge.split_once('/')?;
    let enabled = |key: String| site.facts.get(&key).is_some_and(|fact| fact.field("state") == "ENABLED");
    if !enabled(format!("group/{group}")) || !enabled(format!("user/{member}")) {
        return None;
    }
    let changes = vec![Change::Remove(format!("member/{edge}"))];
    Some(site.done("DisassociateMemberFromGroup", json!({"GroupId": group, "MemberId": member}), changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for group in client.all(KIND.list, &within(organization), "Groups")? {
        let (id, name, state) = (text(&group, "Id"), text(&group, "Name"), text(&group, "State"));
        let input = json!({"OrganizationId": organization.id, "GroupId": id});
        let described = client.must("DescribeGroup", &input)?;
        let hidden = described["HiddenFromGlobalAddressList"].as_bool().unwrap_or_default();
        let mut fact = Fact::of(&[("state", state), ("hidden", &hidden.to_string())]);
        if let Some(email) = group["Email"].as_str() {
            fact = fact.with("email", email);
        }
        observed.names.insert(id.to_owned(), name.to_owned());
        observed.facts.insert(format!("group/{name}"), fact.identified(id));
        if state != "ENABLED" {
            observed.hidden.insert(format!("member/{name}/"));
            continue;
        }
        for member in client.all("ListGroupMembers", &input, "Members")? {
            let member = observed.name_of(text(&member, "Id"));
            observed.facts.insert(format!("member/{name}/{member}"), Fact::default());
        }
    }
    Ok(())
}
