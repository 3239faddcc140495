//! Registration, primary addresses and aliases of users, groups and resources.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListAliases",
    actions: &[
        Action { operation: "RegisterToWorkMail", plan: register },
        Action { operation: "RegisterToWorkMail", plan: register },
        Action { operation: "RegisterToWorkMail", plan: register_with_taken_address },
        Action { operation: "DeregisterFromWorkMail", plan: deregister },
        Action { operation: "UpdatePrimaryEmailAddress", plan: swap },
        Action { operation: "CreateAlias", plan: create_alias },
        Action { operation: "CreateAlias", plan: create_alias },
        Action { operation: "DeleteAlias", plan: delete_alias },
    ],
    observe,
};

const KINDS: [&str; 3] = ["user", "group", "resource"];

/// One entity in `state`, with its kind.
fn entity(site: &mut Site<'_>, state: &str) -> Option<(&'static str, String, Fact)> {
    let of_kind = |kind: &'static str| {
        let found = site.found(kind, |fact| fact.field("state") == state && fact.id.is_some());
        found.into_iter().map(move |(name, fact)| (kind, name, fact))
    };
    let all: Vec<_> = KINDS.into_iter().flat_map(of_kind).collect();
    site.random.pick(&all).cloned()
}

fn register(site: &mut Site<'_>) -> Option<Plan> {
    let (kind, name, fact) = entity(site, "DISABLED")?;
    let address = format!("{}@{}", site.fresh('p'), site.organization.domain);
    let input = json!({"EntityId": fact.id, "Email": address});
    let fact = fact.with("state", "ENABLED").with("email", &address);
    Some(site.done("RegisterToWorkMail", input, vec![Change::Put(format!("{kind}/{name}"), fact)]))
}

fn register_with_taken_address(site: &mut Site<'_>) -> Option<Plan> {
    let (_, _, disabled) = entity(site, "DISABLED")?;
    let (_, _, enabled) = entity(site, "ENABLED")?;
    let input = json!({"EntityId": disabled.id, "Email": enabled.field("email")});
    Some(site.refused("RegisterToWorkMail", input, "EmailAddressInUseException"))
}

fn deregister(site: &mut Site<'_>) -> Option<Plan> {
    if !site.random.once_in(3) {
        return None;
    }
    let (kind, name, mut fact) = entity(site, "ENABLED")?;
    let input = json!({"EntityId": fact.id});
    fact.fields.remove("email");
    let aliases = site.found("alias", |alias| alias.field("owner") == name);
    let mut changes: Vec<Change> =
        aliases.into_iter().map(|(alias, _)| Change::Remove(format!("alias/{alias}"))).collect();
    changes.push(Change::Put(format!("{kind}/{name}"), fact.with("state", "DISABLED")));
    Some(site.done("DeregisterFromWorkMail", input, changes))
}

/// The new address is an alias, which becomes the primary one, and the other way round.
fn swap(site: &mut Site<'_>) -> Option<Plan> {
    let (alias, fact) = site.one("alias", |_| true)?;
    let owner = fact.field("owner").to_owned();
    let kind = KINDS.into_iter().find(|kind| site.facts.contains_key(&format!("{kind}/{owner}")))?;
    let key = format!("{kind}/{owner}");
    let entity = site.facts.get(&key)?.clone();
    let input = json!({"EntityId": entity.id, "Email": alias});
    let changes = vec![
        Change::Remove(format!("alias/{alias}")),
        Change::Put(format!("alias/{}", entity.field("email")), fact),
        Change::Put(key, entity.with("email", &alias)),
    ];
    Some(site.done("UpdatePrimaryEmailAddress", input, changes))
}

fn create_alias(site: &mut Site<'_>) -> Option<Plan> {
    let (_, name, fact) = entity(site, "ENABLED")?;
    if site.found("alias", |_| true).len() >= 8 {
        return None;
    }
    let address = format!("{}@{}", site.fresh('a'), site.organization.domain);
    let changes = vec![Change::Put(format!("alias/{address}"), Fact::of(&[("owner", &name)]))];
    Some(site.done("CreateAlias", json!({"EntityId": fact.id, "Alias": address}), changes))
}

fn delete_alias(site: &mut Site<'_>) -> Option<Plan> {
    let (alias, fact) = site.one("alias", |_| true)?;
    let owner = fact.field("owner");
    let id = KINDS.into_iter().find_map(|kind| site.facts.get(&format!("{kind}/{owner}"))?.id.clone())?;
    let changes = vec![Change::Remove(format!("alias/{alias}"))];
    Some(site.done("DeleteAlias", json!({"EntityId": id, "Alias": alias}), changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    let enabled = |fact: &&Fact| fact.field("state") == "ENABLED";
    let ids: Vec<String> =
        observed.facts.values().filter(enabled).filter_map(|fact| fact.id.clone()).collect();
    for id in ids {
        let input = json!({"OrganizationId": organization.id, "EntityId": id});
        let owner = observed.name_of(&id);
        for alias in client.all(KIND.list, &input, "Aliases")? {
            let alias = alias.as_str().unwrap_or_default().to_owned();
            observed.facts.insert(format!("alias/{alias}"), Fact::of(&[("owner", &owner)]));
        }
    }
    // An address that belongs to somebody must find them, and nobody else.
    let addresses: Vec<(String, String)> = observed
        .facts
        .iter()
        .filter_map(|(key, fact)| {
            Some((key.strip_prefix("alias/")?.to_owned(), fact.field("owner").to_owned()))
        })
        .collect();
    for (address, owner) in addresses {
        let input = json!({"OrganizationId": organization.id, "Email": address});
        let found = client.must("DescribeEntity", &input)?;
        if text(&found, "Name") != owner {
            let other = Fact::of(&[("finds", text(&found, "Name"))]);
            observed.facts.insert(format!("alias/{address}"), other);
        }
    }
    Ok(())
}
